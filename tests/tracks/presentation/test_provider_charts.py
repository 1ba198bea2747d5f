"""The charts of a provider: whatever the counts, the drawing stays in its box and its sentence is true."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracks.presentation.provider_charts import BOTTOM, LEFT, RIGHT, TOP, delay_chart, ended_chart
from tracks.services.ingest.callback_health import CallbackDay

TODAY = date(2026, 11, 28)
COUNTS = st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)), min_size=1, max_size=7)
DELAYS = st.lists(st.none() | st.floats(0, 172_800), min_size=1, max_size=7)


def days(counts: list[tuple[int, int]]) -> list[CallbackDay]:
    """The newest first."""
    return [
        CallbackDay(TODAY - timedelta(days=back), called + polled, called, polled)
        for back, (called, polled) in enumerate(counts)
    ]


@given(COUNTS)
def test_columns_stand_in_the_box_and_on_each_other(counts: list[tuple[int, int]]) -> None:
    chart = ended_chart(days(counts))
    for bar in chart.bars:
        assert float(bar.x) >= LEFT
        assert float(bar.x) + float(bar.width) <= RIGHT
        assert float(bar.y) >= TOP - 0.1
        assert float(bar.y) + float(bar.height) <= BOTTOM + 0.2
    assert len(chart.bars) == sum(number > 0 for pair in counts for number in pair)
    assert f"of {sum(map(sum, counts)):,} tasks" in chart.label


@given(DELAYS)
def test_each_known_delay_has_its_point(delays: list[float | None]) -> None:
    shown = delay_chart(
        [CallbackDay(TODAY - timedelta(days=back), p50=delay, p95=delay) for back, delay in enumerate(delays)]
    )
    known = [delay for delay in delays if delay is not None]
    assert (shown is None) == (not known)
    for line in shown.lines if shown else []:
        assert len(line.points) == len(known)
        assert all(TOP - 0.1 <= float(y) <= BOTTOM for _, y in line.points)


def test_nothing_has_ended() -> None:
    chart = ended_chart(days([(0, 0)] * 7))
    assert (chart.big, chart.bars) == ("–", [])
    assert chart.label == "A callback reported the end of 0 of 0 tasks."
