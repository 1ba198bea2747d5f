"""Starts processes that do not outlive their parent."""

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
    """Start our Python with these arguments; on Linux it receives SIGTERM when we end.

    ``environment``: added to our own. ``own_group``: in a process group of its own, which can be killed as a
    whole and which a Ctrl-C at the terminal does not reach. ``log``: a file for its output; None for the
    terminal.
    """
    if log:
        with log.open("ab") as output:
            return _start(arguments, environment, own_group, output)
    return _start(arguments, environment, own_group, None)


def _start(
    arguments: Sequence[str], environment: Mapping[str, str], own_group: bool, output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=os.environ | dict(environment),
        cwd=settings.BASE_DIR,
        stdout=output,
        stderr=output,
        start_new_session=own_group,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent ends; for ``preexec_fn``."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
