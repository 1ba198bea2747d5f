"""The providers as people see them: whether they answer, what is left, and how well they call back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from tracks.models import CatalogueEntry
from tracks.presentation.labels import BAD, BUSY, GOOD, QUIET, WARN, StateLabel
from tracks.presentation.times import ago, span
from tracks.services.accounts import Facts, Standing, all_facts
from tracks.services.ingest import callback_health
from tracks.services.ingest.callback_health import Day

DAYS = 7


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the table of callbacks. ``delays``: half, and 95 of 100, were heard of within."""

    day: Day
    delays: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One provider's part of the page."""

    facts: Facts
    state: StateLabel
    balance: StateLabel
    pace: str
    at_once: str
    callbacks: StateLabel
    trust: str
    missing: str
    rows: Sequence[DayRow]
    has_delays: bool
    models: Sequence[CatalogueEntry]


def sheets(now: datetime) -> list[Sheet]:
    """All providers; the catalogue is read once for all of them."""
    listed = list(CatalogueEntry.objects.filter(is_listed=True))
    return [
        _sheet(facts, [one for one in listed if one.provider == facts.provider.name], now)
        for facts in all_facts(now)
    ]


def _sheet(facts: Facts, models: Sequence[CatalogueEntry], now: datetime) -> Sheet:
    name = facts.provider.name
    days = callback_health.days(name, DAYS)
    return Sheet(
        facts=facts,
        state=standing_state(facts, now),
        balance=balance_state(facts, now),
        pace=_pace(facts),
        at_once=_at_once(facts),
        callbacks=callback_state(callback_health.callbacks_unhealthy(name), days),
        trust=_trust(name),
        missing=_missing(days),
        rows=[DayRow(day, (_delay(day.p50), _delay(day.p95))) for day in days],
        has_delays=any(day.p50 is not None for day in days),
        models=models,
    )


def standing_state(facts: Facts, now: datetime) -> StateLabel:
    """Whether it answers, and where it does not, what that means for the tasks."""
    return _STANDINGS[facts.standing](facts, now)


def _no_key(facts: Facts, now: datetime) -> StateLabel:
    setting = f"{facts.provider.name.upper()}_API_KEY"
    return StateLabel(
        "no key", WARN, f"Nothing can be sent until {setting} is set; what is sent now is refused."
    )


def _held_back(facts: Facts, now: datetime) -> StateLabel:
    account = facts.account
    since = f" since {_at(account.opened_at, now)}" if account.opened_at else ""
    waits = account.opened_until and account.opened_until > now
    until = (
        f"until {_at(account.opened_until, now)}, when one tries again" if waits else "while one tries again"
    )
    says = f"It has served nothing{since}. Requests are held back {until}; none is lost."
    return StateLabel("not answering", BAD, f"{says} {account.opened_because}".strip())


def _paused(facts: Facts, now: datetime) -> StateLabel:
    until = _at(facts.account.paused_until, now)
    says = f"It asked us to slow down. Requests wait until {until}. {facts.account.paused_because}"
    return StateLabel("paused", WARN, says.strip())


def _full(facts: Facts, now: datetime) -> StateLabel:
    most = _counted(facts.account.parallel_most or 0, "task")
    says = f"It makes no more than {most} at once; the next is sent when one of them ends."
    return StateLabel("answers, and is full", BUSY, says)


def _not_asked(facts: Facts, now: datetime) -> StateLabel:
    return StateLabel("not asked yet", QUIET, "Nothing has been sent to it with this key.")


def _answers(facts: Facts, now: datetime) -> StateLabel:
    failures = facts.account.failures
    if not failures:
        return StateLabel("answers", GOOD)
    counted = "The last request was" if failures == 1 else f"The last {failures} requests were"
    return StateLabel("falters", WARN, f"{counted} not served. They are tried again by themselves.")


_STANDINGS: dict[Standing, Callable[[Facts, datetime], StateLabel]] = {
    Standing.NO_KEY: _no_key,
    Standing.HELD_BACK: _held_back,
    Standing.PAUSED: _paused,
    Standing.FULL: _full,
    Standing.NOT_ASKED: _not_asked,
    Standing.ANSWERS: _answers,
}


def _at(moment: datetime | None, now: datetime) -> str:
    """``14:05:30 UTC (in 3 min)``"""
    return f"{moment:%H:%M:%S} UTC ({ago(moment, now)})" if moment else "soon"


def balance_state(facts: Facts, now: datetime) -> StateLabel:
    """What is left on the account; the last amount stays beside the reason why there is no newer one."""
    account = facts.account
    if not facts.provider.tells_balance:
        return StateLabel("it does not tell", QUIET)
    known = f"{amount(account.balance)} {account.balance_unit}".strip() if account.balance is not None else ""
    when = f"{ago(account.balance_at, now)}." if account.balance_at else ""
    if account.balance_error:
        before = f" Last known {when}" if known else ""
        return StateLabel(known or "not known", WARN, f"{account.balance_error}{before}")
    if not known:
        return StateLabel("not looked at yet", QUIET)
    is_low = account.balance is not None and account.balance <= 0
    return StateLabel(
        known, BAD if is_low else GOOD, f"{'Nothing is left. ' if is_low else ''}Looked at {when}"
    )


def amount(value: Decimal | None) -> str:
    """``12,345.5``: no more decimals than it has."""
    if value is None:
        return ""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")


def _pace(facts: Facts) -> str:
    rate = facts.provider.rate
    return f"{facts.used} of {rate.requests} requests in the last {rate.seconds:g} s"


def _at_once(facts: Facts) -> str:
    most = facts.account.parallel_most
    limit = f"; it took no more than {most} at once" if most is not None else ""
    return f"{_counted(facts.running, 'task')} being made{limit}"


def _trust(provider: str) -> str:
    if callback_health.callbacks_are_hints(provider):
        return "Its callbacks are not believed as they stand: each makes us ask."
    return "Its callbacks are believed when they carry the task's own token."


def callback_state(is_sick: bool, days: Sequence[Day]) -> StateLabel:
    """How well it calls back, and what we do where it does not."""
    ended, called = sum(day.finished for day in days), sum(day.by_callback for day in days)
    if is_sick:
        says = (
            "Most tasks that ended lately were never called back. Polling is faster meanwhile, so nothing is "
            f"lost. Check that {settings.PUBLIC_URL} can be reached from outside."
        )
        return StateLabel("callbacks are sick", WARN, says)
    if not ended:
        return StateLabel("nothing to tell yet", QUIET, f"No task has ended here in the last {DAYS} days.")
    tasks = f"{_counted(ended, 'task')} of the last {DAYS} days"
    if not called:
        return StateLabel("no callback yet", QUIET, f"Polling brought the end of {tasks}.")
    return StateLabel("callbacks are healthy", GOOD, f"A callback brought the end of {called:,} of {tasks}.")


def _missing(days: Sequence[Day]) -> str:
    counts: Counter[str] = Counter()
    for day in days:
        counts.update(day.missing or {})
    return ", ".join(f"“{stage}” (for {_counted(count, 'task')})" for stage, count in counts.items())


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _delay(seconds: float | None) -> str:
    return "–" if seconds is None else span(timedelta(seconds=seconds))
