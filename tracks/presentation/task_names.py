"""How a task is named: by its songs' title, else by what was ordered; never by tagged lyrics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracks import providers
from tracks.lib.unseen import shown
from tracks.models import Task, Track
from tracks.presentation.labels import operation_label
from tracks.providers.operations import Field

MAX_NAME = 80
# A section tag, as in "[Verse 1: whispered]".
_TAG = re.compile(r"\[[^\[\]]*\]")
# What is not sung says more of a song than the words of it do.
_SAYS = ("title", "style", "tags")
_LYRICS = "lyrics"


def task_name(task: Task, tracks: Iterable[Track] = ()) -> str:
    """One line of at most MAX_NAME characters. ``tracks``: the task's results, in their order."""
    titles = (track.title for track in tracks)
    named = (_line(text) for text in (*titles, *_ordered(task)))
    return next(filter(None, named), "") or operation_label(task.provider, task.operation)


def _ordered(task: Task) -> Iterator[str]:
    """The texts of the request, the most telling first; ids, links and choices are none."""
    given = task.params if isinstance(task.params, dict) else {}
    coded = {field.name for field in _fields(task) if _is_coded(field)}
    free = [field.name for field in _fields(task) if field.multiline]
    texts = {name: given[name] for name in (*free, *given) if name in given and name not in coded}
    lyrics = [name for name, text in texts.items() if name == _LYRICS or _is_verse(str(text))]
    told = [name for name in texts if name not in lyrics and name not in _SAYS]
    # A description first where there is one; a style names a song whose prompt is its lyrics.
    for name in ("title", *told, "style", "tags", *lyrics):
        if isinstance(texts.get(name), str):
            yield texts[name]


def _is_verse(text: str) -> bool:
    """Whether it has section tags or several lines, as lyrics do that stand in a prompt."""
    return "\n" in text.strip() or bool(_TAG.search(text))


def _fields(task: Task) -> tuple[Field, ...]:
    try:
        declared = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        declared = None
    return declared.fields if declared else ()


def _is_coded(field: Field) -> bool:
    return bool(field.names or field.url or field.choices or field.vocabulary)


def _line(text: str) -> str:
    """The first line that is left without section tags, cut to MAX_NAME characters."""
    lines = (" ".join(line.split()) for line in _TAG.sub("", shown(text)).splitlines())
    line = next(filter(None, lines), "")
    return line if len(line) <= MAX_NAME else f"{line[: MAX_NAME - 1].rstrip()}…"
