"""Waiting for what happens in other processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

# Seconds. What happens within one on a fast machine may take minutes on a slow one that is busy.
PATIENCE = 300.0
# Seconds. Asking more often would take the processor from what is waited for.
MAX_PAUSE = 0.3


def until(probe: Callable[[], Found | None], seconds: float = PATIENCE, what: str = "it") -> Found:
    """Asks again until the answer is true; fails when it does not come true in time."""
    deadline, pause = time.monotonic() + seconds, 0.02
    while not (found := probe()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s (last: {found!r})"
        time.sleep(pause)
        pause = min(2 * pause, MAX_PAUSE)
    return found
