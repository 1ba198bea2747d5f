"""Finds workers that sit on one row beyond its lease, by the files in which they show what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings


@dataclass(slots=True)
class HeldRows:
    """What the workers of one heartbeat file hold; ``now`` is always the monotonic clock's.

    A worker's own file has its process id at the end of its name and the seconds of its lease in it. It is
    written at each claim and renewal, and removed at the row's end, see ``tracks/lib/heartbeat.py``.
    """

    heartbeat_file: Path
    # When a file's time was last seen to have changed, to whatever.
    changed: dict[Path, tuple[int, float]] = field(default_factory=dict)

    def stuck(self, now: float) -> list[int]:
        """The process ids of workers whose lease ended a third of WATCHDOG_STALL ago, and that hold on."""
        self._look(now)
        margin = settings.WATCHDOG_STALL / 3
        return [
            int(path.suffix[1:])
            for path, (_, changed_at) in self.changed.items()
            if now - changed_at > _lease_seconds(path) + margin
        ]

    def forget(self, pid: int) -> None:
        self.heartbeat_file.with_name(f"{self.heartbeat_file.name}.{pid}").unlink(missing_ok=True)

    def clear(self) -> None:
        """Removes what ended workers have left."""
        for path in self._files():
            path.unlink(missing_ok=True)
        self.changed = {}

    def _look(self, now: float) -> None:
        times = {path: time for path in self._files() if (time := _file_time(path)) is not None}
        before = self.changed
        self.changed = {
            path: before[path] if path in before and before[path][0] == time else (time, now)
            for path, time in times.items()
        }

    def _files(self) -> list[Path]:
        found = self.heartbeat_file.parent.glob(f"{self.heartbeat_file.name}.*")
        return [path for path in found if path.suffix[1:].isdecimal()]


def _file_time(path: Path) -> int | None:
    """None where the worker has just removed it."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _lease_seconds(path: Path) -> float:
    """Without end for a file that is being written or removed: the next look tells."""
    try:
        return float(path.read_text())
    except (FileNotFoundError, ValueError):
        return float("inf")
