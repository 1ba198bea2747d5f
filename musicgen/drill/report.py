"""The drill's table, and the words below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from musicgen.drill.installation import Row
from musicgen.drill.verdicts import Course

HEADS = ("scenario", "provider", "must end as", "ended as", "seconds", "callbacks", "polls", "tries", "")
RIGHT = frozenset({"seconds", "callbacks", "polls", "tries"})


def table(
    courses: Sequence[Course], problems: Sequence[str], rate: tuple[int, float], asked: Sequence[Row]
) -> Iterator[str]:
    """One line for each scenario, then what concerns them all."""
    rows = [HEADS, *(_row(course) for course in courses)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        yield "  ".join(map(_cell, HEADS, row, widths)).rstrip()
    yield ""
    yield f"pace: at most {_most(asked, rate[1])} requests in any {rate[1]:g} s; {rate[0]} are allowed."
    yield from (f"WRONG: {problem}" for problem in problems)
    yield f"{len(courses)} scenarios: {_verdict(courses, problems)}."


def pace_problem(asked: Sequence[Row], rate: tuple[int, float]) -> list[str]:
    """Requests that the provider had to refuse because they came too fast."""
    refused = sum(row["refused"] for row in asked)
    return [f"{refused} requests came faster than {rate[0]} in {rate[1]:g} s."] if refused else []


def _verdict(courses: Sequence[Course], problems: Sequence[str]) -> str:
    if wrong := sum(bool(course.problems) for course in courses):
        return f"{wrong} went wrong"
    if problems:
        return "each ended as it must, but what concerns them all went wrong"
    return "all ended as they must, nothing was bought twice, every file is there"


def _row(course: Course) -> tuple[str, ...]:
    seconds = "never" if course.seconds is None else f"{course.seconds:.1f}"
    counts = (str(course.callbacks), str(course.polls), str(course.tries))
    verdict = "WRONG: " + "; ".join(course.problems) if course.problems else "ok"
    scenario = course.scenario
    return (
        scenario.name,
        scenario.provider,
        str(scenario.ending),
        course.ended_as,
        seconds,
        *counts,
        verdict,
    )


def _cell(head: str, text: str, width: int) -> str:
    return text.rjust(width) if head in RIGHT else text.ljust(width)


def _most(asked: Sequence[Row], seconds: float) -> int:
    """The most requests of one provider in any so many seconds."""
    times: dict[str, list[float]] = defaultdict(list)
    for row in asked:
        times[row["provider"]].append(row["at"])
    return max((_densest(sorted(moments), seconds) for moments in times.values()), default=0)


def _densest(moments: list[float], seconds: float) -> int:
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
