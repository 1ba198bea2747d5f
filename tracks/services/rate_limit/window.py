"""May a request go out now? Pure rules over what is known of an account: no database, no clock.

One strict log of the requests of the last seconds, whatever their lane, keeps the provider's rate. Shares
and what is kept for each lane see to it that none of them waits for ever.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tracks.providers.base import Rate

# A request arrives somewhere between 20 ms and half a second after it was let through: each opens a
# connection of its own (name, TCP, TLS). By so much a window may look shorter from where the provider counts.
JITTER = 0.5
# A trial with a submit may leave a bought song without an answer, one with a look leaves nothing: while the
# breaker is open, submits stand back this long (seconds) for others to try first.
HEAD_START = 3.0


class RequestKind(StrEnum):
    """What a request is for; all lanes of an account share its rate."""

    SUBMIT = "submit"
    POLL = "poll"
    WORDS = "words"
    BALANCE = "balance"


# At most this part of a window for each lane; at least one request.
SHARES = {
    RequestKind.SUBMIT: 3 / 4,
    RequestKind.POLL: 3 / 4,
    RequestKind.WORDS: 1 / 4,
    RequestKind.BALANCE: 1 / 4,
}
# This part of a window is kept for each lane, whatever the others want: so none of them starves. Rounded
# down: where a window has few requests, the lanes take what comes free.
RESERVED = {
    RequestKind.SUBMIT: 1 / 8,
    RequestKind.POLL: 1 / 8,
    RequestKind.WORDS: 1 / 8,
    RequestKind.BALANCE: 1 / 20,
}


@dataclass(frozen=True, slots=True)
class PaceState:
    """What paces an account: the columns of the same names in its row.

    ``recent``: (Unix seconds, lane) of the requests that were let through, oldest first.
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
    """The request may go out; the state then. ``is_trial``: it is the one that an open breaker lets by."""

    state: PaceState
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before ``until``, and even then only if nobody was quicker."""

    until: datetime


def admit(state: PaceState, rate: Rate, kind: RequestKind, now: datetime, trial: float) -> Permit | Wait:
    """Lets one request of the lane through, or says until when it waits.

    ``trial``: seconds for which the one request that an open breaker lets by keeps all others back.
    """
    if state.paused_until and now < state.paused_until:
        return Wait(state.paused_until)
    if state.opened_until and now < (tried_from := _tried_from(state.opened_until, kind)):
        return Wait(tried_from)
    at = now.timestamp()
    if at < (free := _free_at(state, rate, kind, at)):
        return Wait(datetime.fromtimestamp(free, UTC))
    # One span more is kept than counts, so that a machine whose clock is behind still sees what it must.
    known = [entry for entry in state.recent if abs(at - entry[0]) < 2 * span(rate)]
    state = replace(state, recent=tuple(sorted([*known, (at, kind.value)])))
    if state.opened_until is None:
        return Permit(state)
    return Permit(replace(state, opened_until=now + timedelta(seconds=trial)), is_trial=True)


def has_room(state: PaceState, running: int, now: datetime) -> bool:
    """Whether one more task may be sent beside those that the provider is making."""
    if state.parallel_most is None or state.full_until is None:
        return True
    return running < state.parallel_most or now >= state.full_until


def span(rate: Rate) -> float:
    """Seconds for which a request counts."""
    return rate.seconds + JITTER


def share_limit(rate: Rate, kind: RequestKind) -> int:
    """How many requests of a window the lane may have at all."""
    return max(1, int(rate.requests * SHARES[kind]))


def reserved(rate: Rate, kind: RequestKind) -> int:
    """How many requests of a window only this lane may have."""
    return int(rate.requests * RESERVED[kind])


def _tried_from(opened_until: datetime, kind: RequestKind) -> datetime:
    return opened_until + timedelta(seconds=HEAD_START if kind is RequestKind.SUBMIT else 0)


def _free_at(state: PaceState, rate: Rate, kind: RequestKind, at: float) -> float:
    """When the first request goes out of count that lets this one in; ``at`` where none needs to."""
    counting = [entry for entry in state.recent if abs(at - entry[0]) < span(rate)]
    for gone in range(len(counting) + 1):
        if _fits(Counter(name for _, name in counting[gone:]), rate, kind):
            return at if gone == 0 else counting[gone - 1][0] + span(rate)
    return at


def _fits(used: Counter[str], rate: Rate, kind: RequestKind) -> bool:
    """Within the lane's share, and what is still kept for the other lanes left alone."""
    for_others = sum(
        max(0, reserved(rate, other) - used[other]) for other in RequestKind if other is not kind
    )
    return used[kind] < share_limit(rate, kind) and used.total() + for_others < rate.requests
