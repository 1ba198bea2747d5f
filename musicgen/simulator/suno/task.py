"""What all tasks of the simulated Suno API have in common."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from musicgen.simulator.ledger import SimulatedTask
from musicgen.simulator.media import DAY
from musicgen.simulator.suno.codes import message
from musicgen.simulator.world import World

FILE_SECONDS, STREAM_SECONDS = 14 * DAY, 600
READY = ("SUCCESS", "CALLBACK_EXCEPTION")


@dataclass(kw_only=True)
class SunoTask(SimulatedTask):
    """`error`: the code it failed with. `completed_at`: Unix time of its success or failure."""

    error: int | None = None
    completed_at: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether everything it makes is there."""
        return self.status in READY

    def end(self, status: str, error: int | None = None) -> None:
        """Finish, well or not."""
        self.status, self.error, self.completed_at = status, error, time.time()

    @property
    def error_message(self) -> str | None:
        return message(self.error) if self.error else None

    @property
    def param(self) -> str:
        """The request as the details have it: JSON inside JSON, without the callback."""
        request = {name: value for name, value in self.body.items() if name != "callBackUrl"}
        return json.dumps(request, ensure_ascii=False)

    def link(self, world: World, path: str, *, in_callback: bool) -> str:
        """A link to one of its files: to a stream for minutes, to others for two weeks."""
        seconds = STREAM_SECONDS if "/stream/" in path else FILE_SECONDS
        # [[expired]] spares the `source_` links: details do not have them, so they could not be replaced.
        own = not path.startswith("/media/original/")
        return world.link(self, path, seconds, in_callback=in_callback and own)


def success(text: str, data: dict[str, Any]) -> dict[str, Any]:
    """The body of a callback about a success."""
    return {"code": 200, "msg": text, "data": data}


def failure(task: SunoTask, data: dict[str, Any]) -> dict[str, Any]:
    """The body of a callback about a failure."""
    return {"code": task.error, "msg": task.error_message, "data": data}


def written(seconds: float) -> str:
    """A time as most of the pages write it: UTC, without a zone."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
