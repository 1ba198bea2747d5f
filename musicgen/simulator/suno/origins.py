"""Finds the song that a submit names as its source, and what was made of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musicgen.simulator.answers import HttpAnswer
from musicgen.simulator.music.tunes import compose
from musicgen.simulator.suno.codes import envelope
from musicgen.simulator.suno.extras import ExtraTask
from musicgen.simulator.suno.songs import MusicTask, Take
from musicgen.simulator.world import World
from tracks.providers.operations import SourceFacts

# Which of the two ids the documents require; where only the task's is required, its first take is meant.
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "extend": ("audioId",),
    "replace-section": ("taskId", "audioId"),
    "wav": ("taskId", "audioId"),
    "vocal-removal": ("taskId", "audioId"),
    "video": ("taskId", "audioId"),
    "cover-image": ("taskId",),
    "word-timing": ("taskId", "audioId"),
}
# https://docs.sunoapi.org/suno-api/convert-to-wav-format and .../cover-suno : once for each of these.
ONCE = {"wav": ("audioId", 409), "cover-image": ("taskId", 400)}
Refusal = tuple[int, HttpAnswer]


@dataclass(frozen=True)
class SongOrigin:
    """The song that was named, or why it cannot be used; neither where the operation needs no song."""

    task: MusicTask | None = None
    take: Take | None = None
    refusal: Refusal | None = None

    @property
    def source(self) -> SourceFacts | None:
        """What the rules of the declaration need to know of it."""
        if self.task is None or self.take is None:
            return None
        length = round(compose(self.take.recipe).duration * 1000)
        return SourceFacts(duration_ms=length, model=str(self.task.body.get("model") or ""))


class Origins:
    """The songs of this run by their ids."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._takes: dict[str, tuple[MusicTask, Take]] = {}
        self._made: dict[tuple[str, str], ExtraTask] = {}

    def learn(self, task: MusicTask) -> None:
        """Remember a task's takes."""
        for take in task.takes:
            self._takes[take.id] = (task, take)

    def made(self, operation: str, body: Mapping[str, Any], task: ExtraTask) -> None:
        """Remember what may be made only once."""
        if operation in ONCE:
            self._made[operation, body[ONCE[operation][0]]] = task

    def find(self, operation: str, body: Mapping[str, Any]) -> SongOrigin:
        """The song that a body names by the operation's ids."""
        names = NAMED_BY.get(operation, ())
        if not names or not all(isinstance(body.get(name), str) for name in names):
            return SongOrigin()
        task, take = self._named(names, body)
        if task is None or take is None:
            return SongOrigin(refusal=(404, envelope(404)))
        if not task.has_audio_of(take):
            return SongOrigin(task, take, (400, envelope(400, text="The song is not finished.")))
        return SongOrigin(task, take)

    def repeated(self, operation: str, body: Mapping[str, Any]) -> Refusal | None:
        """The refusal where it was made before, with the older task's id where the page promises it."""
        if operation not in ONCE:
            return None
        name, code = ONCE[operation]
        older = self._made.get((operation, body[name]))
        if older is None or older.error:
            return None
        data = {"taskId": older.id} if operation == "cover-image" else None
        return code, envelope(code, data, text="The record already exists.")

    def _named(self, names: tuple[str, ...], body: Mapping[str, Any]) -> tuple[MusicTask | None, Take | None]:
        if "audioId" not in names:
            task = self._world.ledger.find("suno", body["taskId"])
            return (task, task.takes[0]) if isinstance(task, MusicTask) else (None, None)
        task, take = self._takes.get(body["audioId"], (None, None))
        if task and "taskId" in names and task.id != body["taskId"]:
            return None, None
        return task, take
