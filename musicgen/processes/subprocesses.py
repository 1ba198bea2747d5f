"""Starting processes that do not outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from django.conf import settings

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def spawn(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    own_group: bool = False,
    log: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts our Python with these arguments; on Linux it is told to end when we are killed.

    ``own_group``: its process group can be ended as a whole, and a Ctrl-C at the terminal passes it by.
    ``log``: a file that takes its words instead of the terminal.
    """
    if log:
        with log.open("ab") as words:
            return _start(arguments, environment, own_group, words)
    return _start(arguments, environment, own_group, None)


def _start(
    arguments: Sequence[str], environment: Mapping[str, str], own_group: bool, words: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=os.environ | dict(environment),
        cwd=settings.BASE_DIR,
        stdout=words,
        stderr=words,
        start_new_session=own_group,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Asks Linux to send this process SIGTERM when its parent ends; for ``preexec_fn``."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
