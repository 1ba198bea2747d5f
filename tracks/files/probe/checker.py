"""The process of a worker that examines untrusted files: started once, it forks a limited child for each."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

from tracks.files.probe.unplayable import RefusalKind, Unplayable

PROJECT = Path(__file__).resolve().parents[3]
# Nothing but what Python and its libraries need: a process that may be taken over gets no keys.
ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
MAX_ANSWER_BYTES = 64 * 1024
CHUNK_BYTES = 256 * 1024
EXIT_SECONDS = 5.0
ENDLESS = "the check took too long: the decoder does not finish this file"


class Checker:
    """One process of ``child.py``, which checks one file at a time."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._channel.settimeout(EXIT_SECONDS)
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        with theirs:
            # Without multiprocessing: django-q2's daemonic workers may not use it.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tracks.files.probe.child", str(theirs.fileno())],
                cwd=PROJECT,
                # numpy's threads alone would reserve gigabytes
                env=environment | {"OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Ends the process and its child."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._channel.close()

    def ask(
        self,
        request: list[Any],
        timeout_s: float,
        on_wait: Callable[[], None] | None,
        take: Callable[[bytes], None] | None,
    ) -> dict[str, Any]:
        """As the function below. Afterwards it lives, unless the file was not checked to its end."""
        deadline = time.monotonic() + timeout_s
        try:
            with ExitStack() as stack:
                answer, content = map(stack.enter_context, self._send(json.dumps(request).encode()))
                if take is not None:
                    for chunk in _chunks(content, deadline, on_wait):
                        take(chunk)
                text = _read_all(answer, deadline, on_wait)
            code = self._exit_code()
        except BaseException:
            self.kill()
            raise
        return _facts(text, code)

    def _send(self, request: bytes) -> list[BinaryIO]:
        """Asks for a check; the answer, and a member's bytes, can be read from what is returned."""
        pipes = [os.pipe(), os.pipe()]
        try:
            with suppress(BrokenPipeError):  # the process has ended: its exit code tells
                socket.send_fds(self._channel, [request], [writing for _, writing in pipes])
        finally:
            for _, writing in pipes:
                os.close(writing)
        return [open(reading, "rb", buffering=0) for reading, _ in pipes]

    def _exit_code(self) -> int:
        """The child's. Raises Unplayable, or RuntimeError where the process that forks has ended itself."""
        try:
            code = self._channel.recv(16)
        except TimeoutError:
            raise Unplayable(ENDLESS) from None
        except ConnectionError:
            code = b""
        if code:
            return int(code)
        raise _broken(self._process.wait(EXIT_SECONDS))


# Those that wait for a file: at most one for each thread that ever checked one.
_idle: list[Checker] = []
os.register_at_fork(after_in_child=_idle.clear)


def in_child(
    work: str,
    path: Path,
    arguments: list[Any],
    timeout_s: float,
    on_wait: Callable[[], None] | None,
    take: Callable[[bytes], None] | None = None,
) -> dict[str, Any]:
    """What a child finds at a work of ``child.py``; ``take`` is given the bytes of a ZIP's member.

    Raises Unplayable; FileNotFoundError without the file; RuntimeError where no checker works.
    """
    request = [work, str(path.resolve(strict=True)), timeout_s, arguments]
    checker = _idle.pop() if _idle else Checker()
    if not checker.is_alive():
        checker.kill()
        checker = Checker()
    try:
        return checker.ask(request, timeout_s, on_wait, take)
    finally:
        if checker.is_alive():
            _idle.append(checker)


def _read_all(pipe: BinaryIO, deadline: float, on_wait: Callable[[], None] | None) -> bytes:
    """All that the child writes. Raises Unplayable after the deadline, or for more than MAX_ANSWER_BYTES."""
    answer = b""
    for chunk in _chunks(pipe, deadline, on_wait):
        answer += chunk
        if len(answer) >= MAX_ANSWER_BYTES:
            raise Unplayable("the decoder returned far too much for this file")
    return answer


def _chunks(pipe: BinaryIO, deadline: float, on_wait: Callable[[], None] | None) -> Iterator[bytes]:
    """What the child writes, as it comes. Raises Unplayable where it is silent past the deadline."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if selector.select(timeout=min(1.0, max(0.0, deadline - time.monotonic()))):
                chunk = pipe.read(CHUNK_BYTES)
                if not chunk:
                    return
                yield chunk
            elif time.monotonic() >= deadline:
                raise Unplayable(ENDLESS)
            elif on_wait is not None:
                on_wait()


def _facts(answer: bytes, code: int) -> dict[str, Any]:
    if code < 0:
        raise Unplayable(f"the decoder crashed on this file (signal {-code})")
    try:
        fault, refusal, facts = json.loads(answer)
    except ValueError:
        raise _broken(code) from None
    if fault:
        raise Unplayable(fault, RefusalKind(refusal))
    found: dict[str, Any] = facts
    return found


def _broken(code: int) -> RuntimeError:
    return RuntimeError(f"the media checker does not work here (exit code {code})")
