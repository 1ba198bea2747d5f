"""The pure rules of the rate limit: it holds in any order of request kinds, and no kind starves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.providers.base import Rate
from tracks.services.rate_limit.window import (
    SUBMIT_DELAY,
    LimitState,
    Permit,
    RequestKind,
    Wait,
    admit,
    has_room,
    reserved,
    share_limit,
    window_seconds,
)

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATES = st.builds(Rate, st.integers(1, 40), st.sampled_from([0.5, 1.0, 2.0, 10.0, 60.0]))
KINDS = st.sampled_from(RequestKind)
# Requests: seconds after the one before, and the kind.
REQUESTS = st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 11.0]), KINDS), max_size=120)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def decide(state: LimitState, rate: Rate, kind: RequestKind, seconds: float) -> Permit | Wait:
    return admit(state, rate, kind, later(seconds), trial=75)


def admitted(rate: Rate, requests: list[tuple[float, RequestKind]]) -> list[tuple[float, RequestKind]]:
    """The seconds and kinds of the requests that got a permit."""
    state, now, out = LimitState(), 0.0, []
    for pause, kind in requests:
        now += pause
        decision = decide(state, rate, kind, now)
        if isinstance(decision, Permit):
            state = decision.state
            out.append((now, kind))
    return out


def windows(out: list[tuple[float, RequestKind]], seconds: float) -> list[list[RequestKind]]:
    """What fell into each window that begins with a request; both its ends count."""
    return [[kind for at, kind in out if begin <= at <= begin + seconds] for begin, _ in out]


@given(RATES, REQUESTS)
def test_no_window_ever_has_more_than_the_rate(rate: Rate, requests: list[tuple[float, RequestKind]]) -> None:
    for window in windows(admitted(rate, requests), rate.seconds):
        assert len(window) <= rate.requests
        for kind in RequestKind:
            assert window.count(kind) <= share_limit(rate, kind)


@given(RATES, st.lists(st.tuples(st.floats(-0.4, 0.6), KINDS), max_size=120))
def test_clocks_that_differ_a_little_break_no_window(
    rate: Rate, requests: list[tuple[float, RequestKind]]
) -> None:
    """Each worker's clock may be behind that of the one before; the times are those that it recorded."""
    state, now = LimitState(), 100.0
    for step, kind in requests:
        now += step
        decision = decide(state, rate, kind, now)
        state = decision.state if isinstance(decision, Permit) else state
    times = sorted(at for at, _ in state.recent)
    for begin in times:
        assert len([at for at in times if begin <= at < begin + rate.seconds]) <= rate.requests


@given(RATES, REQUESTS, KINDS)
def test_the_reserved_part_of_a_kind_is_there_whatever_the_others_took(
    rate: Rate, requests: list[tuple[float, RequestKind]], mine: RequestKind
) -> None:
    """So none starves, however many requests the other kinds make."""
    state, now = LimitState(), 0.0
    for pause, kind in requests:
        now += pause
        decision = decide(state, rate, kind, now)
        state = decision.state if isinstance(decision, Permit) else state
    counting = [kind for at, kind in state.recent if later(now).timestamp() - at < window_seconds(rate)]
    if counting.count(mine) < reserved(rate, mine):
        assert isinstance(decide(state, rate, mine, now), Permit)


@given(RATES, REQUESTS, KINDS)
def test_a_request_that_waited_gets_its_permit_if_no_other_was_quicker(
    rate: Rate, requests: list[tuple[float, RequestKind]], mine: RequestKind
) -> None:
    state, now = LimitState(), 0.0
    for pause, kind in requests:
        now += pause
        decision = decide(state, rate, kind, now)
        state = decision.state if isinstance(decision, Permit) else state
    decision = decide(state, rate, mine, now)
    if isinstance(decision, Wait):
        waited = decision.until + timedelta(milliseconds=1)
        assert timedelta(0) < waited - later(now) <= timedelta(seconds=window_seconds(rate) + 0.002)
        assert isinstance(admit(state, rate, mine, waited, 75), Permit)


@given(RATES, REQUESTS)
def test_the_log_stays_short(rate: Rate, requests: list[tuple[float, RequestKind]]) -> None:
    state, now = LimitState(), 0.0
    for pause, kind in requests:
        now += pause
        decision = decide(state, rate, kind, now)
        state = decision.state if isinstance(decision, Permit) else state
    assert len(state.recent) <= 2 * rate.requests


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Rate(20, 10), {"submit": 15, "poll": 15, "words": 5, "balance": 5}),
        (Rate(10, 10), {"submit": 7, "poll": 7, "words": 2, "balance": 2}),
        (Rate(1, 10), {"submit": 1, "poll": 1, "words": 1, "balance": 1}),
    ],
)
def test_shares(rate: Rate, expected: dict[str, int]) -> None:
    assert {kind.value: share_limit(rate, kind) for kind in RequestKind} == expected


def test_one_kind_alone_gets_its_share_less_the_reserved_parts_of_others() -> None:
    assert len(admitted(Rate(20, 10), [(0.0, RequestKind.SUBMIT)] * 40)) == 15
    assert len(admitted(Rate(20, 10), [(0.0, RequestKind.WORDS)] * 40)) == 5


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    rate = Rate(2, 10)
    state = LimitState(recent=tuple((later(3600 + n).timestamp(), "poll") for n in range(2)))
    assert isinstance(decide(state, rate, RequestKind.SUBMIT, 0), Permit)


def test_a_pause_holds_every_kind() -> None:
    state = LimitState(paused_until=later(30))
    for kind in RequestKind:
        assert decide(state, Rate(20, 10), kind, 29) == Wait(later(30))
        assert isinstance(decide(state, Rate(20, 10), kind, 30), Permit)


def test_an_open_breaker_allows_one_trial_and_holds_the_rest_back_meanwhile() -> None:
    state = LimitState(failures=5, opened_at=START, opened_until=later(30))
    assert decide(state, Rate(20, 10), RequestKind.POLL, 29) == Wait(later(30))
    decision = decide(state, Rate(20, 10), RequestKind.POLL, 31)
    assert isinstance(decision, Permit)
    assert decision.is_trial
    assert decide(decision.state, Rate(20, 10), RequestKind.POLL, 32) == Wait(later(31 + 75))


def test_a_submit_tries_an_open_breaker_last() -> None:
    state = LimitState(failures=5, opened_at=START, opened_until=later(30))
    assert decide(state, Rate(20, 10), RequestKind.SUBMIT, 30) == Wait(later(30 + SUBMIT_DELAY))
    assert isinstance(decide(state, Rate(20, 10), RequestKind.SUBMIT, 30 + SUBMIT_DELAY), Permit)


def test_a_permit_of_a_closed_breaker_is_no_trial() -> None:
    decision = decide(LimitState(failures=4), Rate(20, 10), RequestKind.POLL, 0)
    assert isinstance(decision, Permit)
    assert not decision.is_trial


def test_room_beside_running_tasks() -> None:
    assert has_room(LimitState(), 1000, START)
    full = LimitState(parallel_most=3, full_until=later(60))
    assert [has_room(full, running, START) for running in (2, 3, 4)] == [True, False, False]
    assert has_room(full, 4, later(60))
    assert not has_room(replace(full, parallel_most=0), 0, START)
