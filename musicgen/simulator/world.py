"""What both simulated providers share: the ledger, the timeline, files and links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musicgen.simulator.ledger import Ledger, SimulatedTask
from musicgen.simulator.media import DAY, Media, MediaItem
from musicgen.simulator.music.library import Library
from musicgen.simulator.music.songbook import THEMES, Theme, hinted
from musicgen.simulator.stages import Timeline
from musicgen.simulator.steering import Steering, read_steering


@dataclass(frozen=True)
class World:
    """One running simulator. `book`: the songs that it makes."""

    ledger: Ledger
    media: Media
    library: Library
    timeline: Timeline
    lazy: bool
    book: tuple[Theme, ...] = THEMES

    def offer(self, path: str, item: MediaItem) -> str:
        """Put a file behind a link and begin to make it, unless lazy; returns the link's path.

        What will not be fetched soon, or never, is not made ahead: others are waited for.
        """
        if not self.lazy and "fail" not in item.steering and "delay" not in item.steering:
            self.library.make_soon(item.make)
        return self.media.put(path, item)

    def link(self, task: SimulatedTask, path: str, seconds: float, *, in_callback: bool) -> str:
        """A fresh link to a task's file; in callbacks already expired where [[expired]] asks for that."""
        expired = in_callback and "expired" in task.steering
        return self.media.link(task.base, path, -DAY if expired else seconds)

    def steering(self, body: Mapping[str, Any], origin: Mapping[str, Any] | None, operation: str) -> Steering:
        """The steering words of a submit, with the habits of the song that it asks for."""
        written = read_steering(body, origin, operation)
        asked = " ".join(value for value in body.values() if isinstance(value, str))
        theme = hinted(asked, self.book)
        return Steering({**dict(theme.habits), **written.words}) if theme and theme.habits else written

    def refuses(self, body: dict[str, Any], steer: Steering) -> bool:
        """Whether [[refuse:CODE]] or [[refuse:CODE:TIMES]] refuses this submit."""
        times = steer.text("refuse").partition(":")[2]
        if "refuse" not in steer or not times.isdecimal():
            return "refuse" in steer
        return self.ledger.count(json.dumps(body, sort_keys=True)) <= int(times)


def new_world(folder: Path, speed: float, *, lazy: bool = False, book: tuple[Theme, ...] = THEMES) -> World:
    """A simulator without any task; its media are stored in `folder`, if `lazy` when they are fetched."""
    ledger = Ledger()
    return World(ledger, Media(ledger), Library(folder), Timeline(speed), lazy, book)
