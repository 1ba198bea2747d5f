"""The process behind ``checker.py``: imports the decoders once and forks a child, with limits, for each file.

Started as ``python -m tracks.files.probe.child FD``. At that socket each message is ``[work, path, seconds,
arguments]`` as JSON, with a pipe for the answer, ``[fault, refusal, facts]`` as JSON, and one for the bytes
of a ZIP's member. The child's exit code comes back over the socket. It ends when the other end of the socket
is closed, with a child that is at work. Imports no Django.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tracks.files.probe.examine import examine
from tracks.files.probe.unplayable import RefusalKind, Unplayable
from tracks.files.zip import content as zip_content
from tracks.files.zip.directory import BadZip

MEMORY_BYTES = 1024**3  # a song takes 110 MB of address space, a cover of 50 megapixels 400
MAX_REQUEST_BYTES = 64 * 1024
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def answer_requests(channel: socket.socket) -> None:
    while True:
        request, pipes, *_ = socket.recv_fds(channel, MAX_REQUEST_BYTES, 2)
        if not request:
            return
        checker = os.getpid()
        alive, held = os.pipe()
        child = os.fork()
        if child == 0:
            channel.close()  # what a file may take over can't answer for the next one
            _end_with(checker)
            _answer(pipes[0], pipes[1], *json.loads(request))
        for pipe in (*pipes, held):
            os.close(pipe)
        _wait(channel, child, alive)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(ConnectionError):  # the next round finds that nobody asks any more
            channel.sendall(str(code).encode())


def _wait(channel: socket.socket, child: int, alive: int) -> None:
    """Until the child, which alone holds the other end of ``alive``, has ended. Ends it once nobody asks."""
    ready, _, _ = select.select([channel.fileno(), alive], [], [])
    os.close(alive)
    # No request comes before the answer to this one: this is the end of a worker that was killed.
    if channel.fileno() in ready:
        os.kill(child, signal.SIGKILL)


def _end_with(checker: int) -> None:
    """In the child: asks Linux for its end where the checker is killed. It forks in its only thread."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != checker:
        os._exit(1)


def _answer(pipe: int, content: int, work: str, path: str, seconds: float, arguments: list[Any]) -> NoReturn:
    """In the child: writes ``[fault, refusal, facts]`` and ends it."""
    set_limits(int(seconds) + 1, Path(path).stat().st_size)
    fault, refusal = "", RefusalKind.UNFIT
    facts: dict[str, Any] = {}
    try:
        facts = _facts(work, Path(path), arguments, content)
    except Unplayable as error:
        fault, refusal = str(error), error.kind
    except BadZip as error:
        fault = str(error)
    except ImportError:
        raise  # says something about this installation, not about the file: the exit code tells
    except MemoryError:
        fault = "the file needs more memory to decode than any song or cover should"
    except Exception as error:  # noqa: BLE001  decoders raise anything on a bad file
        fault = f"the file can't be decoded ({type(error).__name__})"
    with os.fdopen(pipe, "w") as answer:
        json.dump([fault, refusal, facts], answer)
    os._exit(0)


def _facts(work: str, path: Path, arguments: list[Any], content: int) -> dict[str, Any]:
    if work == "examine":
        return examine(path, *arguments)
    if work == "check":
        zip_content.read_members(path, *arguments)
        return {}
    return {"found": _send_member(path, arguments, content)}


def _send_member(path: Path, arguments: list[Any], pipe: int) -> bool:
    """Whether there is such a member in the ZIP; its bytes go into the pipe."""
    with os.fdopen(pipe, "wb") as file:
        try:
            file.writelines(zip_content.content(path, *arguments))
        except KeyError:
            return False
    return True


def set_limits(seconds: int, file_bytes: int = 0) -> None:
    """Limits this process: its memory beside the mapped file, its files, and the seconds until it ends."""
    signal.alarm(seconds + 1)  # the parent's time-out does not help once the parent is killed
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES + file_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    answer_requests(socket.socket(fileno=int(sys.argv[1])))
