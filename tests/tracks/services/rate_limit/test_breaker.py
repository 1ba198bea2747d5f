"""What each kind of result does to the breaker, the pause and the limit of parallel tasks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.updates import ErrorKind, Fault
from tracks.providers.base import AnswerLost, NotSent, Rate, Refused
from tracks.services.rate_limit.breaker import (
    BUSY_SECONDS,
    FAILURES_TO_OPEN,
    FULL_SECONDS,
    RequestResult,
    record_result,
)
from tracks.services.rate_limit.window import LimitState, Permit, RequestKind, admit

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATE = Rate(20, 10)
BACKOFF = (30, 60, 120)
SERVED = RequestResult()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def refused(kind: ErrorKind, retry_after: float | None = None, **more: bool) -> Refused:
    return Refused(Fault("1", kind, f"It said {kind}."), retry_after, **more)


def after(*results: RequestResult, state: LimitState | None = None, seconds: float = 0) -> LimitState:
    state = state or LimitState()
    for one in results:
        state = record_result(state, one, RATE, BACKOFF, later(seconds))
    return state


FAILED = RequestResult(AnswerLost("No answer came."))
OPEN = after(*[FAILED] * FAILURES_TO_OPEN)


@pytest.mark.parametrize(
    "error", [NotSent("refused the connection"), AnswerLost("broke"), refused(ErrorKind.UPSTREAM)]
)
def test_five_in_a_row_open_it(error: Exception) -> None:
    state = after(*[RequestResult(error)] * (FAILURES_TO_OPEN - 1))
    assert (state.failures, state.opened_until) == (4, None)
    state = after(RequestResult(error), state=state)
    assert (state.opened_at, state.opened_until, state.opened_because) == (NOW, later(30), str(error))


def test_one_that_is_served_between_resets_the_count() -> None:
    state = after(*[FAILED] * 4, SERVED, *[FAILED] * 4)
    assert (state.failures, state.opened_until) == (4, None)


def test_the_trial_that_fails_opens_it_for_longer_each_time() -> None:
    state, waits = OPEN, []
    for _ in range(4):
        state = after(RequestResult(AnswerLost("still"), is_trial=True), state=state)
        assert state.opened_until is not None
        waits.append((state.opened_until - NOW).total_seconds())
    assert waits == [60, 120, 120, 120]
    assert (state.opened_at, state.opened_because) == (NOW, "still")


def test_a_request_sent_before_it_opened_changes_nothing() -> None:
    assert after(FAILED, state=OPEN) == OPEN


@pytest.mark.parametrize(
    "error", [None, *(refused(kind) for kind in ErrorKind if kind is not ErrorKind.UPSTREAM)]
)
def test_every_answer_closes_the_breaker(error: Exception | None) -> None:
    state = after(RequestResult(error, is_trial=True), state=OPEN)
    assert (state.failures, state.opened_at, state.opened_until, state.opened_because) == (0, None, None, "")


def test_a_fault_of_our_own_says_nothing_of_the_provider() -> None:
    for state in (LimitState(), OPEN, after(FAILED)):
        assert after(RequestResult(KeyError("ours"), is_trial=True), state=state) == state


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (refused(ErrorKind.RATE), RATE.seconds),
        (refused(ErrorKind.RATE, 3), RATE.seconds),
        (refused(ErrorKind.RATE, 600), 600),
        (refused(ErrorKind.INPUT, 40), 40),
        (refused(ErrorKind.UPSTREAM, 40), 40),
        (refused(ErrorKind.BUSY), BUSY_SECONDS),
        (refused(ErrorKind.BUSY, 2), 2),
    ],
)
def test_an_error_that_asks_for_a_pause_gets_it(error: Refused, seconds: float) -> None:
    state = after(RequestResult(error))
    assert (state.paused_until, state.paused_because) == (later(seconds), error.fault.message)


@pytest.mark.parametrize("kind", [ErrorKind.AUTH, ErrorKind.INPUT, ErrorKind.CREDIT, ErrorKind.CONTENT])
def test_a_refusal_of_one_task_pauses_nothing(kind: ErrorKind) -> None:
    assert after(RequestResult(refused(kind))) == LimitState()


def test_a_pause_is_never_shortened() -> None:
    state = after(RequestResult(refused(ErrorKind.RATE, 600)), RequestResult(refused(ErrorKind.BUSY)), SERVED)
    assert state.paused_until == later(600)


def test_a_pause_that_a_gateway_names_is_kept() -> None:
    state = after(RequestResult(AnswerLost("answered HTTP 429, not in its own form.", 40)))
    assert (state.paused_until, state.failures) == (later(40), 1)
    assert state.paused_because == "answered HTTP 429, not in its own form."


def test_a_full_provider_limits_parallel_tasks_and_is_not_paused() -> None:
    full = refused(ErrorKind.BUSY, is_full=True)
    state = after(RequestResult(full, running=7))
    assert (state.parallel_most, state.full_until, state.paused_until) == (7, later(FULL_SECONDS), None)


def test_one_more_task_that_is_accepted_lifts_the_limit() -> None:
    full = after(RequestResult(refused(ErrorKind.BUSY, is_full=True), running=7))
    assert after(RequestResult(running=6), state=full) == full
    state = after(RequestResult(running=7), state=full)
    assert (state.parallel_most, state.full_until) == (None, None)


def test_a_poll_that_is_refused_as_full_is_only_busy() -> None:
    state = after(RequestResult(refused(ErrorKind.BUSY, is_full=True)))
    assert (state.parallel_most, state.paused_until) == (None, later(BUSY_SECONDS))


ERRORS = st.one_of(
    st.none(),
    st.sampled_from([NotSent("x"), AnswerLost("y"), ValueError("ours")]),
    st.builds(refused, st.sampled_from(ErrorKind), st.none() | st.floats(0, 86_400), is_full=st.booleans()),
)


@given(st.lists(st.tuples(st.floats(0, 400), ERRORS, st.integers(0, 30)), max_size=60))
def test_after_any_results_a_submit_is_allowed_within_a_day(
    results: list[tuple[float, Exception, int]],
) -> None:
    """Any run of results ends in a sound state that does not hold requests back for ever."""
    state, now = LimitState(), NOW
    for pause, error, running in results:
        now += timedelta(seconds=pause)
        decision = admit(state, RATE, RequestKind.SUBMIT, now, trial=75)
        if isinstance(decision, Permit):
            state = record_result(
                decision.state, RequestResult(error, running, decision.is_trial), RATE, BACKOFF, now
            )
        assert (state.opened_at is None) == (state.opened_until is None)
        assert (state.opened_until is not None) == (state.failures >= FAILURES_TO_OPEN)
    tomorrow = now + timedelta(days=1, seconds=4)
    assert isinstance(admit(state, RATE, RequestKind.SUBMIT, tomorrow, trial=75), Permit)
