"""What an answer, or none, means for the requests after it. Pure rules: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracks.domain.updates import ErrorKind
from tracks.providers.base import AnswerLost, NotSent, Rate, Refused
from tracks.services.rate_limit.window import PaceState

# So many requests in a row that were not served open the breaker.
OPENS_AT = 5
# Seconds to leave a provider alone that says it is busy and names no time.
BUSY_PAUSE = 5.0
# Seconds after which one more task is tried although none has ended: the provider may take more by then.
FULL_FOR = 60.0


@dataclass(frozen=True, slots=True)
class RequestResult:
    """How one request went. ``error``: None where it was served.

    ``running``: for a submit, how many of our tasks the provider is making; None otherwise.
    ``is_trial``: it was the one request that an open breaker let by.
    """

    error: Exception | None = None
    running: int | None = None
    is_trial: bool = False


def record(
    state: PaceState, result: RequestResult, rate: Rate, backoff: Sequence[float], now: datetime
) -> PaceState:
    """The state after a request. An error that is none of a provider's says nothing of it.

    ``backoff``: seconds for which the breaker stays open, the first time, the second and so on.
    """
    error = result.error
    if isinstance(error, AnswerLost) and error.retry_after:
        state = _paused(state, error.retry_after, str(error), now)
    if isinstance(error, NotSent | AnswerLost):
        return _failed(state, str(error), result, backoff, now)
    if isinstance(error, Refused):
        if error.fault.kind is ErrorKind.UPSTREAM:
            state = _failed(state, error.fault.message, result, backoff, now)
        else:
            state = _answered(state)
        return _asked_to_wait(state, error, result, rate, now)
    return state if error else _roomier(_answered(state), result)


def _failed(
    state: PaceState, reason: str, result: RequestResult, backoff: Sequence[float], now: datetime
) -> PaceState:
    if state.opened_until and not result.is_trial:
        return state  # it went out before the breaker opened: no news
    state = replace(state, failures=state.failures + 1)
    if state.failures < OPENS_AT:
        return state
    pause = backoff[min(state.failures - OPENS_AT, len(backoff) - 1)]
    until, since = now + timedelta(seconds=pause), state.opened_at or now
    return replace(state, opened_at=since, opened_until=until, opened_because=reason)


def _answered(state: PaceState) -> PaceState:
    """Whatever it says, the service is there."""
    return replace(state, failures=0, opened_at=None, opened_until=None, opened_because="")


def _asked_to_wait(
    state: PaceState, refusal: Refused, result: RequestResult, rate: Rate, now: datetime
) -> PaceState:
    kind, named = refusal.fault.kind, refusal.retry_after
    if refusal.is_full and result.running is not None:
        until = now + timedelta(seconds=max(FULL_FOR, named or 0))
        return replace(state, parallel_most=result.running, full_until=until)
    if kind is ErrorKind.BUSY:
        return _paused(state, named or BUSY_PAUSE, refusal.fault.message, now)
    if kind is ErrorKind.RATE or named:
        return _paused(state, max(named or 0, rate.seconds), refusal.fault.message, now)
    return state


def _paused(state: PaceState, seconds: float, reason: str, now: datetime) -> PaceState:
    """Never shorter than what was asked for before."""
    until = now + timedelta(seconds=seconds)
    if state.paused_until and state.paused_until >= until:
        return state
    return replace(state, paused_until=until, paused_because=reason)


def _roomier(state: PaceState, result: RequestResult) -> PaceState:
    """It took a task beyond what we had learned: that no longer holds, until it refuses again."""
    if result.running is None or state.parallel_most is None or result.running < state.parallel_most:
        return state
    return replace(state, parallel_most=None, full_until=None)
