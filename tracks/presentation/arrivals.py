"""Tasks that have no song yet, as lines above the list: what each waits for, or why it failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import ErrorKind
from tracks.lib.unseen import shown
from tracks.models import Task, Track
from tracks.presentation.labels import BAD, OK, WARN, StateLabel, advice, operation_label, task_state
from tracks.presentation.language import language_of
from tracks.presentation.task_names import task_name
from tracks.queries.refusals import last_refusals

MAX_OPEN, MAX_FAILED = 6, 3
FAILED_SINCE = timedelta(hours=24)
OPEN = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.RUNNING)
# Operations that make no songs have their place on the page of what they are made from.
_SONGS = Exists(Track.objects.filter(task=OuterRef("pk")))
_WORDS = {
    ErrorKind.CONTENT: "Change words",
    ErrorKind.COPYRIGHT: "Change words",
    ErrorKind.INPUT: "Change it",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """``sentence``: what it waits for, or why it failed and what to do. ``again``: a form to send it anew."""

    task: Task
    title: str
    language: str
    operation: str
    tone: str
    sentence: str
    again: str
    again_word: str


@dataclass(frozen=True, slots=True)
class Arriving:
    """``open_count``: as text, "6+" where there are more than are shown."""

    rows: list[Arrival]
    open_count: str
    needs_you: int

    @property
    def summary(self) -> str:
        parts = [f"{self.open_count} arriving"] if self.open_count else []
        if self.needs_you:
            parts.append(f"{self.needs_you} need{'s' if self.needs_you == 1 else ''} you")
        return ", ".join(parts)


def arriving(now: datetime) -> Arriving:
    """The newest of the open tasks, and of those that failed lately, without a song; three queries."""
    bare = Task.objects.filter(~_SONGS).order_by("-id")
    waiting = list(bare.filter(status__in=OPEN)[: MAX_OPEN + 1])
    failed = list(bare.filter(status=TaskStatus.FAILED, finished_at__gte=now - FAILED_SINCE)[:MAX_FAILED])
    count = f"{MAX_OPEN}+" if len(waiting) > MAX_OPEN else str(len(waiting) or "")
    rows = arrivals([*waiting[:MAX_OPEN], *failed], now)
    needs = sum(1 for row in rows if row.tone in (WARN, BAD))
    return Arriving(rows, count, needs)


def arrivals(tasks: Iterable[Task], now: datetime) -> list[Arrival]:
    """One line each, in their order."""
    found = list(tasks)
    refused = last_refusals(found)
    return [_arrival(task, task_state(task, now, refused.get(task.pk, ""))) for task in found]


def _arrival(task: Task, state: StateLabel) -> Arrival:
    title = task_name(task)
    is_failed = task.status == TaskStatus.FAILED
    return Arrival(
        task=task,
        title=title,
        language=language_of(title),
        operation=operation_label(task.provider, task.operation),
        tone=state.tone,
        sentence=_failure(task) if is_failed else _sentence(state),
        again=f"{reverse('new-task')}?like={task.pk}" if is_failed else "",
        again_word=_WORDS.get(ErrorKind(task.error_kind), "Send again") if task.error_kind else "Send again",
    )


def _sentence(state: StateLabel) -> str:
    if state.tone == OK:
        return "its songs are here: load the list again to see them"
    # A word that gives its reason is a sentence already.
    joint = "." if ":" in state.word else ":"
    return f"{state.word}{joint} {state.detail}" if state.detail else state.word


def _failure(task: Task) -> str:
    reason = shown(task.error_message.strip()).rstrip(".")
    return " ".join(filter(None, [f"failed: {reason}." if reason else "failed.", advice(task)]))
