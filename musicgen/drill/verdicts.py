"""What became of a scenario, and whether it is what must become of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Sum

from callbacks.models import CallbackEvent, Outcome
from musicgen.drill.installation import Row, Site, of
from musicgen.drill.scenarios import Scenario


@dataclass(slots=True)
class Course:
    """One scenario under way. ``seconds``: how long it took to its end; None while it has not come."""

    scenario: Scenario
    task_id: int
    seconds: float | None = None
    ended_as: str = "not yet seen"
    callbacks: int = 0
    polls: int = 0
    tries: int = 0
    problems: list[str] = field(default_factory=list)


def has_ended(course: Course, task: Row, bought: list[Row]) -> bool:
    """Whether everything is as it must be and nothing is under way that could still change it."""
    course.ended_as = describe(task)
    if any(not row["finished"] or _is_calling(row) for row in of(course.scenario, bought)):
        return False
    if CallbackEvent.objects.filter(task=course.task_id, due_at__isnull=False).exists():
        return False
    return not wrong_ending(course.scenario, task)


def wrong_ending(scenario: Scenario, task: Row) -> str:
    """How the task differs from what it must be, blank where it does not."""
    wanted, tracks = scenario.ending, task["tracks"]
    kind = task["error"]["kind"] if task["error"] else ""
    if (task["status"], kind) != (wanted.status, wanted.kind):
        return f"ended as {describe(task)}"
    if len(tracks) != wanted.tracks:
        return f"{len(tracks)} tracks instead of {wanted.tracks}"
    if any(track["archive"] != wanted.archive for track in tracks):
        return f"ended as {describe(task)}"
    if any(track["lyrics_timing"] != scenario.timing for track in tracks if track["status"] == "ready"):
        return f"lyrics are not timed by {scenario.timing}"
    if _refused(task) < wanted.refused:
        return "too few tries"
    return ""


def judge(course: Course, site: Site, bought: list[Row], asked: list[Row]) -> None:
    """Fills in what was seen, and finds fault."""
    scenario, task = course.scenario, site.task(course.task_id)
    wanted, rows = scenario.ending, of(scenario, bought)
    ids = {task["external_id"], *(track["external_id"] for track in task["tracks"])} - {""}
    events = CallbackEvent.objects.filter(task=course.task_id)
    course.callbacks = events.aggregate(all=Sum("deliveries"))["all"] or 0
    course.polls = sum(1 for row in asked if ids & set(row["about"]))
    course.tries = _archived(task) + _refused(task)
    course.ended_as = describe(task)
    course.problems += [wrong for wrong in [wrong_ending(scenario, task)] if wrong]
    if course.seconds is None and not course.problems:
        course.problems.append("did not come to rest")
    if len(rows) != wanted.bought:
        course.problems.append(f"bought {len(rows)} instead of {wanted.bought}")
    believed = events.filter(outcome=Outcome.APPLIED).count()
    if bool(believed) != wanted.is_heard:
        course.problems.append(f"{believed} callbacks were believed")
    course.problems += _files(site, task)


def describe(task: Row) -> str:
    """Status, kind of error and what is kept, as the table shows it."""
    kinds = [task["error"]["kind"]] if task["error"] else []
    archives = sorted({track["archive"] for track in task["tracks"]})
    return " ".join([task["status"], *kinds, *archives])


def _files(site: Site, task: Row) -> list[str]:
    assets = [asset for track in task["tracks"] for asset in track["assets"]]
    archived = [asset for asset in assets if asset["status"] == "archived"]
    missing = [f"{one['kind']} {one['label']} is not whole" for one in archived if not site.holds(one)]
    takes = [one["sha256"] for one in archived if one["kind"] == "audio"]
    return [*missing, *(["two takes hold one file"] if len(set(takes)) < len(takes) else [])]


def _archived(task: Row) -> int:
    return sum(asset["status"] == "archived" for track in task["tracks"] for asset in track["assets"])


def _refused(task: Row) -> int:
    """Fetches of its files that came to nothing."""
    return sum(event["kind"] == "asset.try" for event in task["events"])


def _is_calling(row: Row) -> bool:
    return any(callback["state"] == "waiting" for callback in row["callbacks"])
