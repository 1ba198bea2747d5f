"""Charts of a provider's last days, as the geometry of an SVG of 420 × 150 with a sentence as its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracks.presentation.times import duration_text
from tracks.services.ingest.callback_health import CallbackDay

# The place of the bars and lines in the drawing; the rest is for its scales.
LEFT, RIGHT, TOP, BOTTOM = 44, 412, 12, 126
TALL = BOTTOM - TOP


@dataclass(frozen=True, slots=True)
class Tick:
    """A word on a scale, at ``x`` or ``y``."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column: ``kind`` is its class in the style sheet."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class ChartLine:
    """``path``: broken where a day has no value; ``points``: a mark for each that has one."""

    kind: str
    path: str
    points: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """``big`` and ``beside``: the figure above it. ``label``: all that it shows, in a sentence."""

    big: str
    beside: str
    label: str
    days: list[Tick]
    scale: list[Tick]
    bars: list[Bar]
    lines: list[ChartLine]


@dataclass(frozen=True, slots=True)
class _Scale:
    most: float

    def y(self, value: float) -> float:
        return BOTTOM - TALL * min(1.0, value / self.most)


def ended_chart(days: Sequence[CallbackDay]) -> Chart:
    """How many tasks ended by day, and what reported it. ``days``: the newest first."""
    series = list(reversed(days))
    ended, called = sum(day.finished for day in days), sum(day.by_callback for day in days)
    scale = _Scale(_round_up(max((day.finished for day in series), default=0)))
    beside = f"of {ended:,} ended tasks in {len(days)} days" if ended else "no task has ended"
    said = ", ".join(f"{_day(day.date)}: {day.finished:,}" for day in series if day.finished)
    return Chart(
        big=f"{100 * called // ended} %" if ended else "–",
        beside=beside,
        label=f"A callback reported the end of {called:,} of {ended:,} tasks. {said}".strip(),
        days=_days(series),
        scale=[Tick(f"{scale.y(value):.1f}", f"{value:,.0f}") for value in (0, scale.most)],
        bars=[bar for place, day in enumerate(series) for bar in _column(place, len(series), day, scale)],
        lines=[],
    )


def delay_chart(days: Sequence[CallbackDay]) -> Chart | None:
    """How long after its end a task was reported, by day. None where no delay is known."""
    series = list(reversed(days))
    known = [day for day in series if day.p50 is not None and day.p95 is not None]
    if not known:
        return None
    longest = max(day.p95 or 0 for day in known)
    scale = _Scale(max(longest, 1.0))
    latest = known[-1]
    said = ", ".join(f"{_day(day.date)}: {_text(day.p50)} and {_text(day.p95)}" for day in known)
    return Chart(
        big=_text(latest.p50),
        beside=f"half of them on {_day(latest.date)}, 95 % within {_text(latest.p95)}",
        label=f"Time from the end of a task to its report, for half and for 95 % of them. {said}",
        days=_days(series),
        scale=[Tick(f"{scale.y(0):.1f}", "0"), Tick(f"{scale.y(scale.most):.1f}", _text(scale.most))],
        bars=[],
        lines=[
            _line("c-line2", [day.p95 for day in series], scale),
            _line("c-line", [day.p50 for day in series], scale),
        ],
    )


def _column(place: int, count: int, day: CallbackDay, scale: _Scale) -> list[Bar]:
    """One day: what callbacks reported stands on the base, what polls found on top of it."""
    wide = (RIGHT - LEFT) / count
    x, bars, below = LEFT + place * wide + wide * 0.18, [], 0
    other = day.finished - day.by_callback - day.by_poll
    for kind, number in (("c-cb", day.by_callback), ("c-poll", day.by_poll), ("c-warn", other)):
        if number > 0:
            top, base = scale.y(below + number), scale.y(below)
            bars.append(Bar(kind, f"{x:.1f}", f"{top:.1f}", f"{wide * 0.64:.1f}", f"{base - top:.1f}"))
            below += number
    return bars


def _line(kind: str, values: Sequence[float | None], scale: _Scale) -> ChartLine:
    wide, path, points = (RIGHT - LEFT) / len(values), "", []
    for place, value in enumerate(values):
        if value is None:
            continue
        x, y = f"{LEFT + (place + 0.5) * wide:.1f}", f"{scale.y(value):.1f}"
        is_first = place == 0 or values[place - 1] is None
        path += f"{'M' if is_first else 'L'}{x} {y}"
        points.append((x, y))
    return ChartLine(kind, path, points)


def _days(series: Sequence[CallbackDay]) -> list[Tick]:
    wide = (RIGHT - LEFT) / max(1, len(series))
    shown = [(place, day) for place, day in enumerate(series) if not place % 2]
    return [Tick(f"{LEFT + (place + 0.5) * wide:.1f}", _day(day.date)) for place, day in shown]


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _text(seconds: float | None) -> str:
    return "–" if seconds is None else duration_text(timedelta(seconds=seconds))


def _round_up(count: int) -> float:
    """A round number that is not less: 1, 2, 5, 10, 20, 50 …"""
    step = 1
    while True:
        for most in (step, 2 * step, 5 * step):
            if most >= count:
                return float(most)
        step *= 10
