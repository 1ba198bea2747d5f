"""The pure rules of pacing: the rate holds in any order of any lanes, and no lane starves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.providers.base import Rate
from tracks.services.rate_limit.window import (
    HEAD_START,
    PaceState,
    Permit,
    RequestKind,
    Wait,
    admit,
    has_room,
    reserved,
    share_limit,
    span,
)

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATES = st.builds(Rate, st.integers(1, 40), st.sampled_from([0.5, 1.0, 2.0, 10.0, 60.0]))
LANES = st.sampled_from(RequestKind)
# When, after the one before, somebody of which lane asks.
ASKS = st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 11.0]), LANES), max_size=120)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def ask(state: PaceState, rate: Rate, lane: RequestKind, seconds: float) -> Permit | Wait:
    return admit(state, rate, lane, later(seconds), trial=75)


def let_through(rate: Rate, asks: list[tuple[float, RequestKind]]) -> list[tuple[float, RequestKind]]:
    """The seconds and lanes of the requests that went out."""
    state, now, out = PaceState(), 0.0, []
    for pause, lane in asks:
        now += pause
        decision = ask(state, rate, lane, now)
        if isinstance(decision, Permit):
            state = decision.state
            out.append((now, lane))
    return out


def windows(out: list[tuple[float, RequestKind]], seconds: float) -> list[list[RequestKind]]:
    """What fell into each window that begins with a request; both its ends count."""
    return [[lane for at, lane in out if begin <= at <= begin + seconds] for begin, _ in out]


@given(RATES, ASKS)
def test_no_window_ever_has_more_than_the_rate(rate: Rate, asks: list[tuple[float, RequestKind]]) -> None:
    for window in windows(let_through(rate, asks), rate.seconds):
        assert len(window) <= rate.requests
        for lane in RequestKind:
            assert window.count(lane) <= share_limit(rate, lane)


@given(RATES, st.lists(st.tuples(st.floats(-0.4, 0.6), LANES), max_size=120))
def test_clocks_that_are_not_quite_together_break_no_window(
    rate: Rate, asks: list[tuple[float, RequestKind]]
) -> None:
    """Each worker's clock may be behind the one that asked before; the times are those that it wrote down."""
    state, now = PaceState(), 100.0
    for step, lane in asks:
        now += step
        decision = ask(state, rate, lane, now)
        state = decision.state if isinstance(decision, Permit) else state
    times = sorted(at for at, _ in state.recent)
    for begin in times:
        assert len([at for at in times if begin <= at < begin + rate.seconds]) <= rate.requests


@given(RATES, ASKS, LANES)
def test_what_is_kept_for_a_lane_is_there_whatever_the_others_took(
    rate: Rate, asks: list[tuple[float, RequestKind]], mine: RequestKind
) -> None:
    """So none starves: other lanes may ask as often as they like."""
    state, now = PaceState(), 0.0
    for pause, lane in asks:
        now += pause
        decision = ask(state, rate, lane, now)
        state = decision.state if isinstance(decision, Permit) else state
    counting = [lane for at, lane in state.recent if later(now).timestamp() - at < span(rate)]
    if counting.count(mine) < reserved(rate, mine):
        assert isinstance(ask(state, rate, mine, now), Permit)


@given(RATES, ASKS, LANES)
def test_who_waits_as_told_is_let_through_if_nobody_was_quicker(
    rate: Rate, asks: list[tuple[float, RequestKind]], mine: RequestKind
) -> None:
    state, now = PaceState(), 0.0
    for pause, lane in asks:
        now += pause
        decision = ask(state, rate, lane, now)
        state = decision.state if isinstance(decision, Permit) else state
    decision = ask(state, rate, mine, now)
    if isinstance(decision, Wait):
        waited = decision.until + timedelta(milliseconds=1)
        assert timedelta(0) < waited - later(now) <= timedelta(seconds=span(rate) + 0.002)
        assert isinstance(admit(state, rate, mine, waited, 75), Permit)


@given(RATES, ASKS)
def test_the_log_stays_short(rate: Rate, asks: list[tuple[float, RequestKind]]) -> None:
    state, now = PaceState(), 0.0
    for pause, lane in asks:
        now += pause
        decision = ask(state, rate, lane, now)
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
    assert {lane.value: share_limit(rate, lane) for lane in RequestKind} == expected


def test_one_lane_alone_gets_its_share_less_what_is_kept_for_others() -> None:
    assert len(let_through(Rate(20, 10), [(0.0, RequestKind.SUBMIT)] * 40)) == 15
    assert len(let_through(Rate(20, 10), [(0.0, RequestKind.WORDS)] * 40)) == 5


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    rate = Rate(2, 10)
    state = PaceState(recent=tuple((later(3600 + n).timestamp(), "poll") for n in range(2)))
    assert isinstance(ask(state, rate, RequestKind.SUBMIT, 0), Permit)


def test_a_pause_holds_every_lane() -> None:
    state = PaceState(paused_until=later(30))
    for lane in RequestKind:
        assert ask(state, Rate(20, 10), lane, 29) == Wait(later(30))
        assert isinstance(ask(state, Rate(20, 10), lane, 30), Permit)


def test_an_open_breaker_lets_one_by_and_keeps_the_rest_back_meanwhile() -> None:
    state = PaceState(failures=5, opened_at=START, opened_until=later(30))
    assert ask(state, Rate(20, 10), RequestKind.POLL, 29) == Wait(later(30))
    decision = ask(state, Rate(20, 10), RequestKind.POLL, 31)
    assert isinstance(decision, Permit)
    assert decision.is_trial
    assert ask(decision.state, Rate(20, 10), RequestKind.POLL, 32) == Wait(later(31 + 75))


def test_a_submit_tries_an_open_breaker_last() -> None:
    state = PaceState(failures=5, opened_at=START, opened_until=later(30))
    assert ask(state, Rate(20, 10), RequestKind.SUBMIT, 30) == Wait(later(30 + HEAD_START))
    assert isinstance(ask(state, Rate(20, 10), RequestKind.SUBMIT, 30 + HEAD_START), Permit)


def test_a_permit_of_a_closed_breaker_is_no_trial() -> None:
    decision = ask(PaceState(failures=4), Rate(20, 10), RequestKind.POLL, 0)
    assert isinstance(decision, Permit)
    assert not decision.is_trial


def test_room_beside_the_tasks_that_are_being_made() -> None:
    assert has_room(PaceState(), 1000, START)
    full = PaceState(parallel_most=3, full_until=later(60))
    assert [has_room(full, running, START) for running in (2, 3, 4)] == [True, False, False]
    assert has_room(full, 4, later(60))
    assert not has_room(replace(full, parallel_most=0), 0, START)
