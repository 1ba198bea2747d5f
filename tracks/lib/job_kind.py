"""A job kind: one kind of due work, for the workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobKind:
    """``has_due(now)``: whether a row is due. ``run_one()``: works on one row, False when none was due.

    ``max_workers(workers)``: how many of a machine's workers may do it at once.
    """

    name: str
    has_due: Callable[[datetime], bool]
    run_one: Callable[[], bool]
    # So that slow downloads or a provider that hangs never hold up callbacks or the other provider.
    max_workers: Callable[[int], int]
