"""A duty: one kind of due work, how to see whether any is waiting, and how to do one step of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """``waiting(now)``: whether a row is due. ``step()``: does one, False when there was none.

    ``places(workers)``: how many of a machine's workers may be at it at once, so that slow downloads or a
    provider that hangs never keep callbacks or the other provider waiting.
    """

    name: str
    waiting: Callable[[datetime], bool]
    step: Callable[[], bool]
    places: Callable[[int], int]
