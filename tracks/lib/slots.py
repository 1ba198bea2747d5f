"""Slots: at most so many workers of this machine do the same thing at once; each slot is a locked file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def slot(name: str, count: int) -> Iterator[bool]:
    """One of ``count`` slots of this name: whether one is free, held meanwhile.

    A killed worker frees its slot at once, because the lock dies with it. The file is deleted with the slot:
    hosts have slots, and nobody knows how many hosts there will be.
    """
    settings.RUN_DIR.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        paths = (settings.RUN_DIR / f"{name}.{number}" for number in range(count))
        yield any(_lock(path, held) for path in paths)


def _lock(path: Path, held: ExitStack) -> bool:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    with ExitStack() as opened:
        opened.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # Only who holds the lock deletes the file; who opened it before that locks one without a name.
        if not os.fstat(handle).st_nlink:
            return _lock(path, held)
        held.push(opened.pop_all())
        held.callback(path.unlink, missing_ok=True)
        return True
