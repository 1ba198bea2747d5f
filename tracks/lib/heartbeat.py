"""What a worker shows its supervisor by the times of files: that it works, on a row leased for how long."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def heartbeat() -> None:
    """Shows this worker's supervisor that it works: touches the files that the supervisor watches."""
    if path := os.environ.get("MUSICGEN_HEARTBEAT_FILE"):
        with suppress(OSError):
            os.utime(path)
            os.utime(_own_file(path))  # there is none without a leased row


def show_work(lease_seconds: float) -> None:
    """Shows this worker's supervisor that it works on a row leased for so long, in a file of its own."""
    heartbeat()
    if path := os.environ.get("MUSICGEN_HEARTBEAT_FILE"):
        with suppress(OSError):
            _own_file(path).write_text(str(lease_seconds))


def show_idle() -> None:
    """Shows that this worker holds no row any more: it may be quiet for as long as it likes."""
    if path := os.environ.get("MUSICGEN_HEARTBEAT_FILE"):
        with suppress(OSError):
            _own_file(path).unlink(missing_ok=True)


def _own_file(heartbeat_file: str) -> Path:
    return Path(f"{heartbeat_file}.{os.getpid()}")
