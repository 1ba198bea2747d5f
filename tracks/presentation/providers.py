"""The providers for people: whether they answer, their balance, and how reliably they call back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from tracks.models import CatalogueEntry
from tracks.presentation.labels import BAD, OK, QUIET, WAIT, WARN, StateLabel
from tracks.presentation.provider_charts import Chart, delay_chart, ended_chart
from tracks.presentation.times import duration_text, relative_time
from tracks.services.accounts import Facts, Standing, all_facts, facts_of
from tracks.services.ingest import callback_health
from tracks.services.ingest.callback_health import CallbackDay

DAYS = 7


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the table of callbacks. ``delays``: the median and the 95th percentile, as text."""

    day: CallbackDay
    delays: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ProviderCard:
    """One provider's part of the page."""

    facts: Facts
    state: StateLabel
    balance: StateLabel
    rate: str
    parallel: str
    callbacks: StateLabel
    trust: str
    missing: str
    rows: Sequence[DayRow]
    has_delays: bool
    ended: Chart
    delays: Chart | None
    models: Sequence[CatalogueEntry]


@dataclass(frozen=True, slots=True)
class ProviderNeed:
    """Something about a provider that a person should see to. ``anchor``: its place on the page."""

    provider: str
    anchor: str
    state: StateLabel


def provider_needs(cards: Iterable[ProviderCard]) -> list[ProviderNeed]:
    """What is wrong with any of them, the worst first."""
    found = [
        ProviderNeed(card.facts.provider.label, card.facts.provider.name, state)
        for card in cards
        for state in (card.state, _of("balance", card.balance), card.callbacks)
        if state.tone in (BAD, WARN)
    ]
    return sorted(found, key=lambda need: need.state.tone != BAD)


def _of(what: str, state: StateLabel) -> StateLabel:
    return StateLabel(f"{what} {state.word}", state.tone, state.detail)


def provider_cards(now: datetime) -> list[ProviderCard]:
    """One card per provider; the catalogue is read once for all of them."""
    listed = list(CatalogueEntry.objects.filter(is_listed=True))
    return [
        _card(facts, [entry for entry in listed if entry.provider == facts.provider.name], now)
        for facts in all_facts(now)
    ]


def _card(facts: Facts, models: Sequence[CatalogueEntry], now: datetime) -> ProviderCard:
    name = facts.provider.name
    days = callback_health.callback_days(name, DAYS)
    return ProviderCard(
        facts=facts,
        state=standing_state(facts, now),
        balance=balance_state(facts, now),
        rate=_rate(facts),
        parallel=_parallel(facts),
        callbacks=callback_state(callback_health.callbacks_unhealthy(name), days),
        trust=_trust(name),
        missing=_missing(days),
        rows=[DayRow(day, (_delay(day.p50), _delay(day.p95))) for day in days],
        has_delays=any(day.p50 is not None for day in days),
        ended=ended_chart(days),
        delays=delay_chart(days),
        models=models,
    )


@dataclass(frozen=True, slots=True)
class OrderSide:
    """What a person should know of a provider before sending something to it.

    ``amount``: of the balance, in ``unit``; blank where it is not known.
    """

    standing: StateLabel
    balance: StateLabel
    amount: str
    unit: str


def order_side(provider: str, now: datetime) -> OrderSide:
    facts = facts_of(provider, now)
    left = facts.account.balance if facts.provider.has_balance else None
    balance = balance_state(facts, now)
    return OrderSide(standing_state(facts, now), balance, amount(left), facts.account.balance_unit)


def standing_state(facts: Facts, now: datetime) -> StateLabel:
    """Whether it answers, and where it does not, what that means for the tasks."""
    return _STANDINGS[facts.standing](facts, now)


def _no_key(facts: Facts, now: datetime) -> StateLabel:
    setting = f"{facts.provider.name.upper()}_API_KEY"
    return StateLabel("no key", WARN, f"Nothing can be sent until {setting} is set; new tasks are refused.")


def _held_back(facts: Facts, now: datetime) -> StateLabel:
    account = facts.account
    since = f" since {_at(account.opened_at, now)}" if account.opened_at else ""
    waits = account.opened_until and account.opened_until > now
    until = (
        f"until {_at(account.opened_until, now)}, when one tries again" if waits else "while one tries again"
    )
    detail = f"It has served nothing{since}. Requests are held back {until}; none is lost."
    return StateLabel("not answering", BAD, f"{detail} {account.opened_because}".strip())


def _paused(facts: Facts, now: datetime) -> StateLabel:
    until = _at(facts.account.paused_until, now)
    detail = f"It asked us to slow down. Requests wait until {until}. {facts.account.paused_because}"
    return StateLabel("paused", WARN, detail.strip())


def _full(facts: Facts, now: datetime) -> StateLabel:
    most = _counted(facts.account.parallel_most or 0, "task")
    detail = f"It makes no more than {most} at once; the next is sent when one of them ends."
    return StateLabel("at its limit", WAIT, detail)


def _not_asked(facts: Facts, now: datetime) -> StateLabel:
    return StateLabel("not used yet", QUIET, "Nothing has been sent to it with this key.")


def _answers(facts: Facts, now: datetime) -> StateLabel:
    failures = facts.account.failures
    if not failures:
        return StateLabel("answers", OK)
    counted = "The last request was" if failures == 1 else f"The last {failures} requests were"
    return StateLabel("unstable", WARN, f"{counted} not served. Failed requests are repeated automatically.")


_STANDINGS: dict[Standing, Callable[[Facts, datetime], StateLabel]] = {
    Standing.NO_KEY: _no_key,
    Standing.HELD_BACK: _held_back,
    Standing.PAUSED: _paused,
    Standing.FULL: _full,
    Standing.NOT_ASKED: _not_asked,
    Standing.ANSWERS: _answers,
}


def _at(time: datetime | None, now: datetime) -> str:
    """``14:05:30 UTC (in 3 min)``"""
    return f"{time:%H:%M:%S} UTC ({relative_time(time, now)})" if time else "soon"


def balance_state(facts: Facts, now: datetime) -> StateLabel:
    """The account's balance; where the latest check failed, the last known one with the reason."""
    account = facts.account
    if not facts.provider.has_balance:
        return StateLabel("not reported", QUIET)
    known = f"{amount(account.balance)} {account.balance_unit}".strip() if account.balance is not None else ""
    when = f"{relative_time(account.balance_at, now)}." if account.balance_at else ""
    if account.balance_error:
        before = f" Last known {when}" if known else ""
        return StateLabel(known or "unknown", WARN, f"{account.balance_error}{before}")
    if not known:
        return StateLabel("not checked yet", QUIET)
    is_low = account.balance is not None and account.balance <= 0
    return StateLabel(known, BAD if is_low else OK, f"{'Nothing is left. ' if is_low else ''}Checked {when}")


def amount(value: Decimal | None) -> str:
    """``12,345.5``: as many decimals as it has, at most four; blank for None."""
    if value is None:
        return ""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")


def _rate(facts: Facts) -> str:
    rate = facts.provider.rate
    return f"{facts.used} of {rate.requests} requests in the last {rate.seconds:g} s"


def _parallel(facts: Facts) -> str:
    most = facts.account.parallel_most
    limit = f"; it took no more than {most} at once" if most is not None else ""
    return f"{_counted(facts.running, 'task')} being made{limit}"


def _trust(provider: str) -> str:
    if callback_health.callbacks_are_hints(provider):
        return "Its callbacks are not trusted as they stand: each one only makes us poll the provider."
    return "Its callbacks are trusted when they carry the task's own token."


def callback_state(is_unhealthy: bool, days: Sequence[CallbackDay]) -> StateLabel:
    """How reliably it calls back, and what we do where it does not."""
    ended, called = sum(day.finished for day in days), sum(day.by_callback for day in days)
    if is_unhealthy:
        detail = (
            "Most tasks that ended recently got no callback. They are polled more often, so nothing "
            f"is lost. Check that {settings.PUBLIC_URL} can be reached from outside."
        )
        return StateLabel("callbacks are unhealthy", WARN, detail)
    if not ended:
        return StateLabel("no data yet", QUIET, f"No task has ended here in the last {DAYS} days.")
    tasks = f"{_counted(ended, 'task')} of the last {DAYS} days"
    if not called:
        return StateLabel("no callback yet", QUIET, f"Polling found the end of {tasks}.")
    return StateLabel("callbacks are healthy", OK, f"A callback reported the end of {called:,} of {tasks}.")


def _missing(days: Sequence[CallbackDay]) -> str:
    counts: Counter[str] = Counter()
    for day in days:
        counts.update(day.missing or {})
    return ", ".join(f"“{stage}” (for {_counted(count, 'task')})" for stage, count in counts.items())


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _delay(seconds: float | None) -> str:
    return "–" if seconds is None else duration_text(timedelta(seconds=seconds))
