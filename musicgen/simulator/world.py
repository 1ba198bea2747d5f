"""What both simulated providers share: the ledger, the timeline, files and links."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musicgen.simulator.ledger import Ledger, SimulatedTask
from musicgen.simulator.media import DAY, Media, MediaItem
from musicgen.simulator.music.library import Library
from musicgen.simulator.stages import Timeline
from musicgen.simulator.steering import Steering


@dataclass(frozen=True)
class World:
    """One running simulator."""

    ledger: Ledger
    media: Media
    library: Library
    timeline: Timeline
    lazy: bool

    def offer(self, path: str, item: MediaItem) -> str:
        """Put a file behind a link and begin to make it, unless lazy; returns the link's path."""
        if not self.lazy:
            self.library.make_soon(item.make)
        return self.media.put(path, item)

    def link(self, task: SimulatedTask, path: str, seconds: float, *, in_callback: bool) -> str:
        """A fresh link to a task's file; in callbacks already expired where [[expired]] asks for that."""
        expired = in_callback and "expired" in task.steering
        return self.media.link(task.base, path, -DAY if expired else seconds)

    def refuses(self, body: dict[str, Any], steer: Steering) -> bool:
        """Whether [[refuse:CODE]] or [[refuse:CODE:TIMES]] refuses this submit."""
        times = steer.text("refuse").partition(":")[2]
        if "refuse" not in steer or not times.isdecimal():
            return "refuse" in steer
        return self.ledger.count(json.dumps(body, sort_keys=True)) <= int(times)


def new_world(folder: Path, speed: float, *, lazy: bool = False) -> World:
    """A simulator without any task; its media are stored in `folder`, if `lazy` when they are fetched."""
    ledger = Ledger()
    return World(ledger, Media(ledger), Library(folder), Timeline(speed), lazy)
