"""The drill's report: a table, and a summary below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from musicgen.drill.evaluation import ScenarioRun
from musicgen.drill.installation import Row

HEADINGS = ("scenario", "provider", "must end as", "ended as", "seconds", "callbacks", "polls", "tries", "")
RIGHT = frozenset({"seconds", "callbacks", "polls", "tries"})


def table(
    runs: Sequence[ScenarioRun], problems: Sequence[str], rate: tuple[int, float], requests: Sequence[Row]
) -> Iterator[str]:
    """The lines of the report: one for each scenario, then what concerns all of them."""
    rows = [HEADINGS, *(_row(run) for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(map(_cell, HEADINGS, row, widths)).rstrip()
    yield ""
    yield f"rate: at most {_most(requests, rate[1])} requests in any {rate[1]:g} s; {rate[0]} are allowed."
    yield from (f"WRONG: {problem}" for problem in problems)
    yield f"{len(runs)} scenarios: {_summary(runs, problems)}."


def rate_problems(requests: Sequence[Row], rate: tuple[int, float]) -> list[str]:
    """A problem where the simulator refused requests because they came too fast."""
    refused = sum(row["refused"] for row in requests)
    return [f"{refused} requests came faster than {rate[0]} in {rate[1]:g} s."] if refused else []


def _summary(runs: Sequence[ScenarioRun], problems: Sequence[str]) -> str:
    if wrong := sum(bool(run.problems) for run in runs):
        return f"{wrong} went wrong"
    if problems:
        return "each ended as it must, but what concerns all of them went wrong"
    return "all ended as they must, nothing was made twice, every file is there"


def _row(run: ScenarioRun) -> tuple[str, ...]:
    seconds = "never" if run.seconds is None else f"{run.seconds:.1f}"
    counts = (str(run.callbacks), str(run.polls), str(run.tries))
    result = "WRONG: " + "; ".join(run.problems) if run.problems else "ok"
    scenario = run.scenario
    return (
        scenario.name,
        scenario.provider,
        str(scenario.ending),
        run.ended_as,
        seconds,
        *counts,
        result,
    )


def _cell(head: str, text: str, width: int) -> str:
    return text.rjust(width) if head in RIGHT else text.ljust(width)


def _most(requests: Sequence[Row], seconds: float) -> int:
    """The largest number of requests to one provider in any so many seconds."""
    times: dict[str, list[float]] = defaultdict(list)
    for row in requests:
        times[row["provider"]].append(row["at"])
    return max((_densest(sorted(instants), seconds) for instants in times.values()), default=0)


def _densest(instants: list[float], seconds: float) -> int:
    most = first = 0
    for last, instant in enumerate(instants):
        while instants[first] <= instant - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
