"""Slots: at most so many workers of this machine do the same thing at once; each slot is a locked file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def slot(name: str, count: int) -> Iterator[bool]:
    """One of ``count`` slots of this name: whether one is free, held meanwhile.

    A killed worker frees its slot at once, because the lock dies with it.
    """
    handle = _first_free(settings.RUN_DIR, name, count)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _first_free(folder: Path, name: str, count: int) -> int | None:
    folder.mkdir(parents=True, exist_ok=True)
    handles = (_lock(folder / f"{name}.{number}") for number in range(count))
    return next((handle for handle in handles if handle is not None), None)


def _lock(path: Path) -> int | None:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
