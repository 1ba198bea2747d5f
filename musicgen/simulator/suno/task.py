"""What every task of the fake Suno API has, whatever it makes."""

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
        """What was asked for, as the details show it: JSON inside JSON, without the callback."""
        asked = {name: value for name, value in self.body.items() if name != "callBackUrl"}
        return json.dumps(asked, ensure_ascii=False)

    def link(self, world: World, path: str, *, in_callback: bool) -> str:
        """A link to one of its files; streams die after minutes, the rest after two weeks.

        The original store's links are never dead already: details could not replace them.
        """
        seconds = STREAM_SECONDS if "/stream/" in path else FILE_SECONDS
        own = not path.startswith("/media/original/")
        return world.link(self, path, seconds, in_callback=in_callback and own)


def success(says: str, data: dict[str, Any]) -> dict[str, Any]:
    """The body of a callback that brings good news."""
    return {"code": 200, "msg": says, "data": data}


def failure(task: SunoTask, data: dict[str, Any]) -> dict[str, Any]:
    """The body of a callback about a task that failed."""
    return {"code": task.error, "msg": task.error_message, "data": data}


def written(seconds: float) -> str:
    """A time as most of the pages write it: UTC, without saying so."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
