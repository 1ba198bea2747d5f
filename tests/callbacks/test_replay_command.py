"""`manage.py replay_callbacks`: which callbacks are due again, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from callbacks.models import CallbackEvent, Outcome

pytestmark = pytest.mark.django_db

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def make_event(name: str, outcome: Outcome, received_at: datetime) -> CallbackEvent:
    event = CallbackEvent.objects.create(
        provider="suno", nonce=name, body=b"{}", sha256=name, outcome=outcome, due_at=None
    )
    CallbackEvent.objects.filter(pk=event.pk).update(received_at=received_at)
    return event


@pytest.fixture
def events() -> list[CallbackEvent]:
    return [
        make_event("a", Outcome.APPLIED, EARLY),
        make_event("b", Outcome.UNREADABLE, EARLY),
        make_event("c", Outcome.UNREADABLE, LATE),
    ]


def replay(*options: str) -> str:
    out = StringIO()
    call_command("replay_callbacks", *options, stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize(
    ("options", "due"),
    [
        (["--outcome", "unreadable"], "bc"),
        (["--since", "2026-02-01T00:00:00Z"], "c"),
        (["--outcome", "unreadable", "--since", "2025-12-31T23:00:00-01:00"], "bc"),
        (["--outcome", "parked"], ""),
    ],
)
def test_what_is_named_is_due_again(events: list[CallbackEvent], options: list[str], due: str) -> None:
    assert replay(*options) == f"{len(due)} callbacks are due again."
    assert {one.nonce for one in CallbackEvent.objects.filter(due_at__isnull=False)} == set(due)


def test_callbacks_are_named_by_id(events: list[CallbackEvent]) -> None:
    assert replay("--id", str(events[0].pk), str(events[2].pk)) == "2 callbacks are due again."


@pytest.mark.parametrize("options", [[], ["--since", "yesterday"], ["--since", "2026-02-30T00:00:00Z"]])
def test_what_names_nothing_is_refused(events: list[CallbackEvent], options: list[str]) -> None:
    with pytest.raises(CommandError, match=r"Say which|is no time with a zone"):
        replay(*options)
    assert not CallbackEvent.objects.filter(due_at__isnull=False).exists()
