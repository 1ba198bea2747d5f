"""Downloads that take their time or break: slices, silence, two workers, no HTTP at all."""

from __future__ import annotations

import hashlib
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.file_server import FileServer
from tracks.files import download

BODY = random.Random(8).randbytes(1_000_000)
POLICY = download.Policy(allow_hosts=frozenset({"127.0.0.1"}))
TAGGED = {"headers": {"ETag": '"v1"'}}


class LeaseLostError(OSError):
    """Like a database error: an OSError of the caller is no error of the transfer."""


@contextmanager
def raw_server(answer: bytes, *, forever: bool = False) -> Iterator[str]:
    """One that sends these bytes and ends, or sends them again and again until the client has enough."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                try:
                    connection.sendall(answer)
                    while forever:
                        connection.sendall(answer)
                except OSError:
                    pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/a.mp3?Signature=secret"
        thread.join(10)


def test_a_slice_ends_in_the_middle_and_the_next_one_continues(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, pause_at=400_000, **TAGGED)
    progress = download.download(url, part, POLICY, slice_seconds=0.5)
    assert progress == download.Progress(False, 400_000, len(BODY), True)
    server.files["/a.mp3"].pause_at = None
    assert download.download(url, part, POLICY).sha256 == hashlib.sha256(BODY).hexdigest()
    assert server.asked[-1][1]["Range"] == "bytes=400000-"


def test_a_stream_without_length_and_tags_is_not_resumable(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, chunked=True, pause_at=400_000)
    progress = download.download(url, part, POLICY, slice_seconds=0.5)
    assert progress == download.Progress(False, 400_000, None, False)


def test_progress_is_reported_while_the_server_is_silent(server: FileServer, part: Path) -> None:
    """The server goes on only after the caller has been called with what came before the silence."""
    url = server.serve("/a.mp3", BODY, pause_at=400_000)
    seen: list[int] = []

    def on_progress(size: int) -> None:
        seen.append(size)
        if size == 400_000:
            server.files["/a.mp3"].go.set()

    assert download.download(url, part, POLICY, on_progress=on_progress).done
    assert (seen[0], seen[-1]) == (0, len(BODY))


def test_an_error_of_the_caller_is_passed_on_and_the_part_stays(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, pause_at=400_000, **TAGGED)

    def on_progress(size: int) -> None:
        if size == 400_000:
            raise LeaseLostError("somebody else has it")

    with pytest.raises(LeaseLostError):
        download.download(url, part, POLICY, on_progress=on_progress)
    assert part.stat().st_size == 400_000


def test_a_server_that_falls_silent_is_given_up(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, pause_at=400_000)
    with pytest.raises(download.TransferFailed, match="sent nothing"):
        download.download(url, part, download.Policy(POLICY.allow_hosts, read_seconds=0.1))


def test_headers_that_never_end_are_given_up(part: Path) -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\n"
    with (
        raw_server(answer, forever=True) as url,
        pytest.raises(download.TransferFailed, match="did not answer in time"),
    ):
        download.download(url, part, replace(POLICY, read_seconds=0.5), slice_seconds=0.5)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/9.9 what\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    ],
)
def test_an_answer_that_is_no_http_is_broken(part: Path, answer: bytes) -> None:
    with raw_server(answer) as url, pytest.raises(download.TransferFailed) as broken:
        download.download(url, part, POLICY)
    assert "secret" not in str(broken.value)


@pytest.mark.parametrize("length", ["-5", "many", "1e3", ""])
def test_a_length_that_is_no_number_promises_nothing(part: Path, length: str) -> None:
    with raw_server(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode()) as url:
        assert download.download(url, part, POLICY).size == 3


def test_a_connection_that_is_refused_is_broken(part: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(download.TransferFailed, match="no connection to 127"):
        download.download(f"http://127.0.0.1:{port}/a.mp3", part, POLICY)


def test_two_workers_do_not_write_into_the_same_part(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, pause_at=400_000)

    def second(size: int) -> None:
        if size == 400_000:
            with pytest.raises(download.TransferFailed, match="another worker"):
                download.download(url, part, POLICY)
            server.files["/a.mp3"].go.set()

    assert download.download(url, part, POLICY, on_progress=second).sha256 == hashlib.sha256(BODY).hexdigest()
    assert len(server.asked) == 1


def test_a_folder_that_is_not_there_is_our_disk_s_fault(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(download.TransferFailed, match="our disk"):
        download.download(server.serve("/a.mp3", BODY), tmp_path / "missing" / "part", POLICY)
