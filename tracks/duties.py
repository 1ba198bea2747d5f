"""A duty: one kind of due work, how to see whether any is waiting, and how to do one step of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """``waiting(now)``: whether a row is due. ``step()``: does one, False when there was none.

    ``share``: the part of a machine's workers that may be at it at once, so that slow downloads or a slow
    provider never keep callbacks waiting.
    """

    name: str
    waiting: Callable[[datetime], bool]
    step: Callable[[], bool]
    share: float
