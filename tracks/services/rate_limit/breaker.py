"""What the result of a request means for the requests after it. Pure rules: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracks.domain.updates import ErrorKind
from tracks.providers.base import AnswerLost, NotSent, Rate, Refused
from tracks.services.rate_limit.window import LimitState

# This many failures in a row open the breaker.
FAILURES_TO_OPEN = 5
# Seconds to pause where a provider says that it is busy and names no time.
BUSY_SECONDS = 5.0
# Seconds after which one more task is tried although none has ended: the provider may accept more by then.
FULL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RequestResult:
    """How one request went. ``error``: None where the provider served it.

    ``running``: for a submit, how many of our tasks run at the provider; None where that is not known.
    ``is_trial``: it was the one trial request of an open breaker.
    """

    error: Exception | None = None
    running: int | None = None
    is_trial: bool = False


def record_result(
    state: LimitState, result: RequestResult, rate: Rate, backoff: Sequence[float], now: datetime
) -> LimitState:
    """The account's state after a request.

    An error that is not NotSent, AnswerLost or Refused is our own and changes nothing. ``backoff``: seconds
    for which the breaker stays open the first time, the second and so on; the last one repeats.
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
        return _refused(state, error, result, rate, now)
    return state if error else _lift_parallel_limit(_answered(state), result)


def _failed(
    state: LimitState, reason: str, result: RequestResult, backoff: Sequence[float], now: datetime
) -> LimitState:
    if state.opened_until and not result.is_trial:
        return state  # sent before the breaker opened, so it is counted already by those that opened it
    state = replace(state, failures=state.failures + 1)
    if state.failures < FAILURES_TO_OPEN:
        return state
    pause = backoff[min(state.failures - FAILURES_TO_OPEN, len(backoff) - 1)]
    until, since = now + timedelta(seconds=pause), state.opened_at or now
    return replace(state, opened_at=since, opened_until=until, opened_because=reason)


def _answered(state: LimitState) -> LimitState:
    """Any answer, a refusal too, shows that the service works: the breaker closes."""
    return replace(state, failures=0, opened_at=None, opened_until=None, opened_because="")


def _refused(
    state: LimitState, refusal: Refused, result: RequestResult, rate: Rate, now: datetime
) -> LimitState:
    kind, named = refusal.fault.kind, refusal.retry_after
    if refusal.is_full and result.running is not None:
        until = now + timedelta(seconds=max(FULL_SECONDS, named or 0))
        return replace(state, parallel_most=result.running, full_until=until)
    if kind is ErrorKind.BUSY:
        return _paused(state, named or BUSY_SECONDS, refusal.fault.message, now)
    if kind is ErrorKind.RATE or named:
        return _paused(state, max(named or 0, rate.seconds), refusal.fault.message, now)
    return state


def _paused(state: LimitState, seconds: float, reason: str, now: datetime) -> LimitState:
    """Paused for so many seconds from now; a longer pause stays."""
    until = now + timedelta(seconds=seconds)
    if state.paused_until and state.paused_until >= until:
        return state
    return replace(state, paused_until=until, paused_because=reason)


def _lift_parallel_limit(state: LimitState, result: RequestResult) -> LimitState:
    """The provider accepted a task beyond the limit that we had learned, so that limit is forgotten."""
    if result.running is None or state.parallel_most is None or result.running < state.parallel_most:
        return state
    return replace(state, parallel_most=None, full_until=None)
