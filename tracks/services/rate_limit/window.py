"""Whether a request may be sent now. Pure rules over the state of an account: no database, no clock.

A sliding window: one log of the requests of the last seconds, of all kinds, keeps the provider's rate limit.
Each request kind has a largest share and a reserved part of the window, so that none waits for ever.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tracks.providers.base import Rate

# Seconds. A request arrives between 20 ms and half a second after its permit, for each opens a connection of
# its own (name, TCP, TLS). The window may be shorter by that much where the provider counts.
JITTER = 0.5
# Seconds. A trial request of an open breaker may get no answer: with a submit that leaves a task unsure, with
# any other request nothing is lost. So submits wait this much longer for another request to be the trial.
SUBMIT_DELAY = 3.0


class RequestKind(StrEnum):
    """What a request is for; all kinds of an account share its rate limit."""

    SUBMIT = "submit"
    POLL = "poll"
    WORDS = "words"
    BALANCE = "balance"


# At most this part of a window for each kind; at least one request.
SHARES = {
    RequestKind.SUBMIT: 3 / 4,
    RequestKind.POLL: 3 / 4,
    RequestKind.WORDS: 1 / 4,
    RequestKind.BALANCE: 1 / 4,
}
# This part of a window is reserved for each kind, so that none starves. Rounded down: where a window has few
# requests, nothing is reserved and each kind takes what comes free.
RESERVED = {
    RequestKind.SUBMIT: 1 / 8,
    RequestKind.POLL: 1 / 8,
    RequestKind.WORDS: 1 / 8,
    RequestKind.BALANCE: 1 / 20,
}


@dataclass(frozen=True, slots=True)
class LimitState:
    """What decides over an account's requests: the columns of the same names in its row.

    ``recent``: (Unix seconds, request kind) of the permits that were given, oldest first.
    ``paused_until``: the provider asked for a pause. ``failures``: in a row. ``opened_until``: when the open
    breaker allows a trial request; None where it is closed. ``parallel_most``: how many tasks the provider
    runs at once, learned from a refusal; ``full_until``: until when that is believed.
    """

    recent: tuple[tuple[float, str], ...] = ()
    paused_until: datetime | None = None
    paused_because: str = ""
    failures: int = 0
    opened_at: datetime | None = None
    opened_until: datetime | None = None
    opened_because: str = ""
    parallel_most: int | None = None
    full_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """The request may be sent; ``state`` holds it. ``is_trial``: it is an open breaker's trial request."""

    state: LimitState
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """No permit before ``until``, and none then either where another worker takes it first."""

    until: datetime


def admit(state: LimitState, rate: Rate, kind: RequestKind, now: datetime, trial: float) -> Permit | Wait:
    """A permit for one request of the kind, or until when to wait.

    ``trial``: seconds for which the trial request of an open breaker holds all others back.
    """
    if state.paused_until and now < state.paused_until:
        return Wait(state.paused_until)
    if state.opened_until and now < (trial_from := _trial_from(state.opened_until, kind)):
        return Wait(trial_from)
    at = now.timestamp()
    if at < (free := _free_at(state, rate, kind, at)):
        return Wait(datetime.fromtimestamp(free, UTC))
    # Twice as long as they count, so that a machine whose clock is behind still finds those that count.
    known = [entry for entry in state.recent if abs(at - entry[0]) < 2 * window_seconds(rate)]
    state = replace(state, recent=tuple(sorted([*known, (at, kind.value)])))
    if state.opened_until is None:
        return Permit(state)
    return Permit(replace(state, opened_until=now + timedelta(seconds=trial)), is_trial=True)


def has_room(state: LimitState, running: int, now: datetime) -> bool:
    """Whether one more task may be submitted beside ``running`` ones."""
    if state.parallel_most is None or state.full_until is None:
        return True
    return running < state.parallel_most or now >= state.full_until


def window_seconds(rate: Rate) -> float:
    """Seconds for which a request counts against the rate limit."""
    return rate.seconds + JITTER


def share_limit(rate: Rate, kind: RequestKind) -> int:
    """How many requests of a window the kind may have at most."""
    return max(1, int(rate.requests * SHARES[kind]))


def reserved(rate: Rate, kind: RequestKind) -> int:
    """How many requests of a window only this kind may have."""
    return int(rate.requests * RESERVED[kind])


def _trial_from(opened_until: datetime, kind: RequestKind) -> datetime:
    return opened_until + timedelta(seconds=SUBMIT_DELAY if kind is RequestKind.SUBMIT else 0)


def _free_at(state: LimitState, rate: Rate, kind: RequestKind, at: float) -> float:
    """When the request fits into the window, in Unix seconds: ``at`` itself where it fits now."""
    counting = [entry for entry in state.recent if abs(at - entry[0]) < window_seconds(rate)]
    for gone in range(len(counting) + 1):
        if _fits(Counter(name for _, name in counting[gone:]), rate, kind):
            return at if gone == 0 else counting[gone - 1][0] + window_seconds(rate)
    return at


def _fits(used: Counter[str], rate: Rate, kind: RequestKind) -> bool:
    """Within the kind's share, and without what is still reserved for the other kinds."""
    for_others = sum(
        max(0, reserved(rate, other) - used[other]) for other in RequestKind if other is not kind
    )
    return used[kind] < share_limit(rate, kind) and used.total() + for_others < rate.requests
