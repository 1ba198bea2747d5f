"""The numbers on the admin's first page that need a person's attention, each with a link to its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from callbacks.admin import NOT_APPLIED
from callbacks.models import CallbackEvent, Outcome
from musicgen.admin_groups import Place
from musicgen.login_limit import locked_names
from tracks.admin.filters import WINDOWS
from tracks.admin.formatting import short
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.models import Asset, Task, Worker
from tracks.models.workers import MAX_SILENCE
from tracks.presentation.labels import ASSET_LABELS, BAD, LOST, QUIET, WAIT, WARN
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
    """One figure or word, what it counts, what to do about it, and the link to its rows.

    ``action``: the words on the link.
    """

    figure: str
    caption: str
    tone: str
    link: str
    advice: str = ""
    action: str = "Open the list"

    @property
    def is_urgent(self) -> bool:
        return self.tone != QUIET


def numbers(user: Any) -> list[Number]:
    """What the user may view, urgent first. Every query reads an index and stops at MAX_COUNTED rows."""
    now = timezone.now()
    cards = [card(now) for permission, card in CARDS if user.has_perm(permission)]
    every = cards + (_providers(now) if user.has_perm("tracks.view_account") else [])
    return sorted(every, key=lambda number: [BAD, WARN, WAIT, QUIET].index(number.tone))


def waiting(request: HttpRequest) -> list[Place]:
    """Links to the same rows for the navigation of every page, which counts nothing."""
    here = request.get_full_path()
    return [
        Place(name, link(), is_current=here == link())
        for permission, name, link in WAITING
        if request.user.has_perm(permission)
    ]


def _failed_link() -> str:
    return _list("tracks_task", status=TaskStatus.FAILED, finished="24h")


def _unsure_link() -> str:
    return _list("tracks_task", status=TaskStatus.UNSURE)


def _parked_link() -> str:
    return _list("callbacks_callbackevent", outcome=Outcome.PARKED)


def _not_applied_link() -> str:
    return _list("callbacks_callbackevent", outcome=",".join(NOT_APPLIED), received="7d")


def _lost_link() -> str:
    return _list("tracks_asset", status=",".join(LOST), received="7d")


def _deadline_link() -> str:
    return _list("tracks_asset", status=AssetStatus.PENDING)


def _locked_link() -> str:
    return reverse("admin:axes_accessattempt_changelist")


# The permission that a list of the first group needs, its name, and where it is.
WAITING: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("tracks.view_task", "Failed tasks", _failed_link),
    ("tracks.view_task", "Unsure tasks", _unsure_link),
    ("tracks.view_asset", "Lost files", _lost_link),
    ("tracks.view_asset", "Files to archive", _deadline_link),
    ("callbacks.view_callbackevent", "Parked callbacks", _parked_link),
    ("callbacks.view_callbackevent", "Callbacks not applied", _not_applied_link),
    ("axes.view_accessattempt", "Locked logins", _locked_link),
)


def _failed(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.FAILED), finished_at__gte=now - WINDOWS["24h"])
    caption = f"{_plural(count, 'task')} failed in the last 24 hours"
    advice = "Each says why, and what to change before it is sent again."
    return _number(count, caption, BAD, _failed_link(), advice, "Open the list")


def _unsure(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.UNSURE))
    caption = f"{_plural(count, 'task')} sent without an answer, to be resolved by a person"
    advice = "Find out whether the provider has them. Nothing is sent twice by itself."
    return _number(count, caption, WARN, _unsure_link(), advice, "Settle")


def _parked(now: datetime) -> Number:
    count = _newest(CallbackEvent.objects.filter(outcome=Outcome.PARKED))
    caption = f"{_plural(count, 'callback')} parked after several tries"
    advice = "No song changed. Process them again after an update."
    return _number(count, caption, BAD, _parked_link(), advice, "See callbacks")


def _not_applied(now: datetime) -> Number:
    rows = CallbackEvent.objects.filter(outcome__in=NOT_APPLIED)
    count = _newest(rows, last_received_at__gte=now - WINDOWS["7d"])
    caption = f"{_plural(count, 'callback')} of the last 7 days unreadable, or about another task"
    advice = "Their tasks were polled instead, so nothing is lost."
    return _number(count, caption, WARN, _not_applied_link(), advice, "See callbacks")


def _lost(now: datetime) -> Number:
    count = _newest(Asset.objects.filter(status__in=LOST), track__received_at__gte=now - WINDOWS["7d"])
    caption = f"{_plural(count, 'file')} of the last 7 days not archived: failed, or deleted by the provider"
    advice = "Each says why. Where the provider still has it, archive its song again."
    return _number(count, caption, BAD, _lost_link(), advice, "See files")


def _deadline(now: datetime) -> Number:
    pending = Asset.objects.filter(next_attempt_at__isnull=False, expires_at__isnull=False)
    first = pending.select_related("track").order_by("expires_at", "next_attempt_at", "pk").first()
    if first is None or first.expires_at is None:
        return Number("0", "files wait with a deadline", QUIET, _deadline_link())
    left = first.expires_at - now
    tone = BAD if left < URGENT else WARN if left < SOON else QUIET
    name = f"{ASSET_LABELS[first.kind].lower()} of “{short(str(first.track), 40)}”"
    caption = f"the nearest deadline: {name} is deleted by the provider"
    advice = "It is tried again by itself. The list says what went wrong so far."
    return Number(relative_time(first.expires_at, now), caption, tone, _deadline_link(), advice, "See files")


def _locked(now: datetime) -> Number:
    count = locked_names(now, MAX_COUNTED)
    caption = f"{_plural(count, 'login')} locked after too many wrong passwords"
    advice = "Each opens again by itself. If it was not a colleague, somebody is guessing."
    return _number(count, caption, WARN, _locked_link(), advice, "See attempts")


def _workers(now: datetime) -> Number:
    seen = list(Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True)[:MAX_COUNTED])
    alive = sum(now - at <= MAX_SILENCE for at in seen)
    link = _list("tracks_worker")
    if alive:
        return Number(str(alive), f"{_plural(alive, 'worker')} at work", QUIET, link)
    last = f"the last was seen {relative_time(seen[0], now)}" if seen else "none was ever seen"
    caption = "workers at work, so nothing is sent, processed or archived"
    return Number("0", caption, BAD, link, f"{last[:1].upper()}{last[1:]}. Run make worker.", "See workers")


def _providers(now: datetime) -> list[Number]:
    """A number for each problem of a provider; one quiet number where there is none."""
    known = list(accounts.all_facts(now))
    wrong = [number for facts in known for number in _provider(facts, now)]
    return wrong or [Number(str(len(known)), "providers, all in order", QUIET, reverse("providers"))]


def _provider(facts: Facts, now: datetime) -> Iterator[Number]:
    label, account = facts.provider.label, facts.account
    link, see = f"{reverse('providers')}#{facts.provider.name}", "Check provider"
    if facts.standing is Standing.NO_KEY:
        name = f"{facts.provider.name.upper()}_API_KEY"
        yield Number(label, "has no API key: nothing is sent to it", WARN, link, f"Set {name}.", see)
    elif facts.standing is Standing.HELD_BACK:
        advice = "Each is sent when it answers again."
        yield Number(label, "not answering, requests are held back", BAD, link, advice, see)
    elif facts.standing is Standing.PAUSED and account.paused_until:
        caption = f"asked us to slow down; continues {relative_time(account.paused_until, now)}"
        yield Number(label, caption, WARN, link, "Nothing is lost meanwhile.", see)
    if callback_health.callbacks_unhealthy(facts.provider.name):
        caption = "callbacks do not arrive; it is polled more often meanwhile"
        yield Number(label, caption, WARN, link, "Usually the public address cannot be reached.", see)
    if account.balance_error:
        caption = f"balance unknown: {short(account.balance_error)}"
        yield Number(label, caption, WARN, link, "Orders go out all the same.", see)


# The permission that a number needs, and the number.
CARDS: tuple[tuple[str, Callable[[datetime], Number]], ...] = (
    ("tracks.view_task", _failed),
    ("tracks.view_task", _unsure),
    ("callbacks.view_callbackevent", _parked),
    ("callbacks.view_callbackevent", _not_applied),
    ("tracks.view_asset", _lost),
    ("tracks.view_asset", _deadline),
    ("axes.view_accessattempt", _locked),
    ("tracks.view_worker", _workers),
)


def _newest(rows: QuerySet[Any], **condition: Any) -> int:
    """How many of the newest MAX_COUNTED rows meet the condition."""
    counted = Count("pk", filter=Q(**condition)) if condition else Count("pk")
    return int(rows.order_by("-pk")[:MAX_COUNTED].aggregate(n=counted)["n"])


def _number(count: int, caption: str, tone: str, link: str, advice: str, action: str) -> Number:
    figure = f"{MAX_COUNTED}+" if count >= MAX_COUNTED else str(count)
    return Number(figure, caption, tone if count else QUIET, link, advice, action)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"
