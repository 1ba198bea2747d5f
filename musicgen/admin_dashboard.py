"""The numbers on the admin's first page that need a person's attention, each with a link to its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from callbacks.admin import NOT_APPLIED
from callbacks.models import CallbackEvent, Outcome
from tracks.admin.filters import WINDOWS
from tracks.admin.formatting import short
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.models import Asset, Task, Worker
from tracks.models.workers import MAX_SILENCE
from tracks.presentation.labels import ASSET_LABELS, BAD, LOST, QUIET, WARN
from tracks.presentation.times import relative_time
from tracks.services import accounts
from tracks.services.accounts import Facts, Standing
from tracks.services.ingest import callback_health

# Counting stops here: "1000+" calls for attention as much as the exact number would.
MAX_COUNTED = 1000
# Links live for days and a file is tried at least every hour: less than a day left means that many tries
# failed, less than two hours that the file is nearly lost.
SOON, URGENT = timedelta(hours=24), timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Number:
    """One card: a figure or a word, what it means, and the link to its rows."""

    figure: str
    caption: str
    tone: str
    link: str


def numbers(user: Any) -> list[Number]:
    """The cards whose rows this user may view. Every query reads an index and stops at MAX_COUNTED rows."""
    now = timezone.now()
    cards = [card(now) for permission, card in CARDS if user.has_perm(permission)]
    return cards + (_providers(now) if user.has_perm("tracks.view_account") else [])


def _failed(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.FAILED), finished_at__gte=now - WINDOWS["24h"])
    caption = f"{_plural(count, 'task')} failed in the last 24 hours"
    return _number(count, caption, BAD, _list("tracks_task", status=TaskStatus.FAILED, finished="24h"))


def _unsure(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.UNSURE))
    caption = f"{_plural(count, 'task')} sent without an answer, to be resolved by a person"
    return _number(count, caption, WARN, _list("tracks_task", status=TaskStatus.UNSURE))


def _parked(now: datetime) -> Number:
    count = _newest(CallbackEvent.objects.filter(outcome=Outcome.PARKED))
    caption = f"{_plural(count, 'callback')} parked after several tries"
    return _number(count, caption, BAD, _list("callbacks_callbackevent", outcome=Outcome.PARKED))


def _not_applied(now: datetime) -> Number:
    rows = CallbackEvent.objects.filter(outcome__in=NOT_APPLIED)
    count = _newest(rows, last_received_at__gte=now - WINDOWS["7d"])
    caption = f"{_plural(count, 'callback')} of the last 7 days unreadable, or about another task"
    link = _list("callbacks_callbackevent", outcome=",".join(NOT_APPLIED), received="7d")
    return _number(count, caption, WARN, link)


def _lost(now: datetime) -> Number:
    count = _newest(Asset.objects.filter(status__in=LOST), track__received_at__gte=now - WINDOWS["7d"])
    caption = f"{_plural(count, 'file')} of the last 7 days not archived: failed, or deleted by the provider"
    return _number(count, caption, BAD, _list("tracks_asset", status=",".join(LOST), received="7d"))


def _deadline(now: datetime) -> Number:
    waiting = Asset.objects.filter(next_attempt_at__isnull=False, expires_at__isnull=False)
    first = waiting.select_related("track").order_by("expires_at", "next_attempt_at", "pk").first()
    link = _list("tracks_asset", status=AssetStatus.PENDING)
    if first is None or first.expires_at is None:
        return Number("none", "no file waits with a deadline", QUIET, link)
    left = first.expires_at - now
    tone = BAD if left < URGENT else WARN if left < SOON else QUIET
    name = f"{ASSET_LABELS[first.kind].lower()} of “{short(str(first.track), 40)}”"
    return Number(
        relative_time(first.expires_at, now),
        f"the nearest deadline: {name} is deleted by the provider",
        tone,
        link,
    )


def _workers(now: datetime) -> Number:
    seen = list(Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True)[:MAX_COUNTED])
    alive = sum(now - at <= MAX_SILENCE for at in seen)
    link = _list("tracks_worker")
    if alive:
        return Number(str(alive), f"{_plural(alive, 'worker')} at work", QUIET, link)
    last = f"the last was seen {relative_time(seen[0], now)}" if seen else "none was ever seen"
    return Number(
        "0", f"workers at work, so nothing is sent, processed or archived; {last}. Run make worker", BAD, link
    )


def _providers(now: datetime) -> list[Number]:
    """A card for each problem of a provider; one quiet card where there is none."""
    known = list(accounts.all_facts(now))
    wrong = [card for facts in known for card in _provider(facts, now)]
    return wrong or [Number(str(len(known)), "providers, all in order", QUIET, reverse("providers"))]


def _provider(facts: Facts, now: datetime) -> Iterator[Number]:
    label, account = facts.provider.label, facts.account
    link = f"{reverse('providers')}#{facts.provider.name}"
    if facts.standing is Standing.HELD_BACK:
        yield Number(label, "not answering, requests are held back", BAD, link)
    elif facts.standing is Standing.PAUSED and account.paused_until:
        yield Number(
            label, f"asked us to slow down; continues {relative_time(account.paused_until, now)}", WARN, link
        )
    if callback_health.callbacks_unhealthy(facts.provider.name):
        yield Number(label, "callbacks do not arrive; it is polled more often meanwhile", WARN, link)
    if account.balance_error:
        yield Number(label, f"balance unknown: {short(account.balance_error)}", WARN, link)


# The permission that a card needs, and the card.
CARDS: tuple[tuple[str, Callable[[datetime], Number]], ...] = (
    ("tracks.view_task", _failed),
    ("tracks.view_task", _unsure),
    ("callbacks.view_callbackevent", _parked),
    ("callbacks.view_callbackevent", _not_applied),
    ("tracks.view_asset", _lost),
    ("tracks.view_asset", _deadline),
    ("tracks.view_worker", _workers),
)


def _newest(rows: QuerySet[Any], **condition: Any) -> int:
    """How many of the newest MAX_COUNTED rows meet the condition."""
    counted = Count("pk", filter=Q(**condition)) if condition else Count("pk")
    return int(rows.order_by("-pk")[:MAX_COUNTED].aggregate(n=counted)["n"])


def _number(count: int, caption: str, tone: str, link: str) -> Number:
    return Number(
        f"{MAX_COUNTED}+" if count >= MAX_COUNTED else str(count), caption, tone if count else QUIET, link
    )


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"
