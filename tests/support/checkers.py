"""The processes that check files for this one, found by their command line."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import until


def children(parent: int) -> list[int]:
    """The checking processes right below this one."""
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    pids = [int(pid) for found in lists for pid in found.read_text().split()]
    return [pid for pid in pids if b"tracks.files.probe.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def checkers() -> list[int]:
    return children(os.getpid())


def decoding() -> int:
    """The one child that a checker has forked, as soon as there is one."""
    [child] = until(lambda: [pid for checker in checkers() for pid in children(checker)], what="a child")
    return child


def end_checkers() -> None:
    """The next file is checked by a new one."""
    for pid in checkers():
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@contextmanager
def broken_python(folder: Path) -> Iterator[None]:
    """The checker's libraries are shadowed by ones that do not import, as after a bad upgrade."""
    (folder / "soundfile.py").write_text("raise ImportError('half an upgrade')")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
