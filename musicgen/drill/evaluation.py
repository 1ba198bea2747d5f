"""Compares how each scenario ended with how it must end."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import F, Max, Sum

from callbacks.models import CallbackEvent, Outcome
from musicgen.drill.installation import Row, Site, submits_of
from musicgen.drill.scenarios import Scenario
from tracks.domain.updates import AssetKind
from tracks.models import Track


@dataclass(slots=True)
class ScenarioRun:
    """One scenario and what was seen of it. ``seconds``: from the start to its end; None before that."""

    scenario: Scenario
    task_id: int
    seconds: float | None = None
    ended_as: str = "not yet seen"
    callbacks: int = 0
    polls: int = 0
    tries: int = 0
    problems: list[str] = field(default_factory=list)


def has_ended(run: ScenarioRun, task: Row, accepted: list[Row]) -> bool:
    """Whether the task is as it must be and nothing is under way that could still change it."""
    run.ended_as = describe(task)
    if any(not row["finished"] or _is_calling(row) for row in submits_of(run.scenario, accepted)):
        return False
    if CallbackEvent.objects.filter(task=run.task_id, due_at__isnull=False).exists():
        return False
    return not wrong_ending(run.scenario, task)


def wrong_ending(scenario: Scenario, task: Row) -> str:
    """How the task differs from the ending that its scenario must have; blank where it does not."""
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
    if _failed_fetches(task) < wanted.failed_fetches:
        return "too few tries"
    return ""


def wrong_fetches(scenario: Scenario, task: Row) -> list[str]:
    """The fetches that failed for another reason than the scenario's, if it has one.

    A file that came wrongly and was doubted is fetched again, and ends well all the same.
    """
    errors = [event["data"]["error"] for event in task["events"] if event["kind"] == "asset.try"]
    return [f"a fetch failed otherwise: {error}" for error in errors if scenario.ending.failure not in error]


def evaluate(run: ScenarioRun, site: Site, accepted: list[Row], requests: list[Row]) -> None:
    """Fill in what was seen, and every problem."""
    scenario, task = run.scenario, site.task(run.task_id)
    wanted, rows = scenario.ending, submits_of(scenario, accepted)
    ids = {task["external_id"], *(track["external_id"] for track in task["tracks"])} - {""}
    events = CallbackEvent.objects.filter(task=run.task_id)
    run.callbacks = events.aggregate(all=Sum("deliveries"))["all"] or 0
    run.polls = sum(1 for row in requests if ids & set(row["about"]))
    run.tries = _archived(task) + _failed_fetches(task)
    run.ended_as = describe(task)
    run.problems += [wrong for wrong in [wrong_ending(scenario, task)] if wrong]
    if run.seconds is None and not run.problems:
        run.problems.append("did not end in time")
    if len(rows) != wanted.provider_tasks:
        run.problems.append(f"{len(rows)} tasks at the provider instead of {wanted.provider_tasks}")
    applied = events.filter(outcome=Outcome.APPLIED).count()
    if bool(applied) != wanted.is_called_back:
        run.problems.append(f"{applied} callbacks were applied")
    run.problems += [*wrong_fetches(scenario, task), *_files(site, task)]
    run.problems += [f"lyrics of {track} are over too soon" for track in _with_early_lyrics(run.task_id)]


def describe(task: Row) -> str:
    """Status, kind of error and state of the archive, as the table shows them."""
    kinds = [task["error"]["kind"]] if task["error"] else []
    archives = sorted({track["archive"] for track in task["tracks"]})
    return " ".join([task["status"], *kinds, *archives])


def _files(site: Site, task: Row) -> list[str]:
    assets = [asset for track in task["tracks"] for asset in track["assets"]]
    archived = [asset for asset in assets if asset["status"] == "archived"]
    missing = [f"{one['kind']} {one['label']} is not whole" for one in archived if not site.holds(one)]
    takes = [one["sha256"] for one in archived if one["kind"] == "audio"]
    return [*missing, *(["two takes hold one file"] if len(set(takes)) < len(takes) else [])]


def _with_early_lyrics(task_id: int) -> list[str]:
    """The tracks whose last line begins in the first tenth of their measured length."""
    tracks = Track.objects.filter(task=task_id, assets__kind=AssetKind.AUDIO)
    timed = tracks.annotate(last=Max("lines__start_ms"), length=Max("assets__duration_ms"))
    return [str(track) for track in timed.filter(last__lt=F("length") / 10)]


def _archived(task: Row) -> int:
    return sum(asset["status"] == "archived" for track in task["tracks"] for asset in track["assets"])


def _failed_fetches(task: Row) -> int:
    """How many fetches of its files failed."""
    return sum(event["kind"] == "asset.try" for event in task["events"])


def _is_calling(row: Row) -> bool:
    return any(callback["state"] == "waiting" for callback in row["callbacks"])
