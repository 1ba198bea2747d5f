"""A kind of due work: how to see whether any is due, and how to do one piece of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobKind:
    """``has_due(now)``: whether a row is due. ``run_one()``: does one row, False when there was none.

    ``max_workers(workers)``: how many of a machine's workers may do it at once, so that slow downloads or a
    provider that hangs never hold up callbacks or the other provider.
    """

    name: str
    has_due: Callable[[datetime], bool]
    run_one: Callable[[], bool]
    max_workers: Callable[[int], int]
