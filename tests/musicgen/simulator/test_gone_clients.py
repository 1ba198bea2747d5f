"""A client that stops a download in the middle, as browsers do, is no error of the simulator."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen.simulator.media import MediaItem
from musicgen.simulator.server import Options, Server
from musicgen.simulator.steering import Steering
from tests.support.waiting import until

CLOSE_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the peer gets a reset instead of an orderly end


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server("127.0.0.1", 0, tmp_path, Options(lazy=True))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def connection(server: Server) -> socket.socket:
    """To be reset when it is closed."""
    client = socket.create_connection(("127.0.0.1", server.server_port))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_AT_ONCE)
    return client


@pytest.mark.parametrize("words", [{}, {"slow": "20000"}], ids=["at once", "in small parts"])
def test_a_stopped_download_leaves_no_traceback(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: dict[str, str]
) -> None:
    song = tmp_path / "song.wav"
    song.write_bytes(bytes(30_000_000))
    path = server.world.offer("song.wav", MediaItem(lambda: song, Steering(words)))
    link = server.world.media.link("", path, 60)
    before = threading.active_count()
    for _ in range(3):
        with connection(server) as client:
            client.sendall(f"GET {link} HTTP/1.1\r\nHost: simulator\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")
    until(lambda: threading.active_count() == before, what="the end of the connections")
    assert capsys.readouterr().err == ""


def test_a_client_that_leaves_while_it_asks_leaves_no_traceback(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    before = threading.active_count()
    with connection(server) as client:
        client.sendall(b"GET /_simulator/tasks HTTP/1.1\r\nHost: simulator\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /_simulator/tasks HT")
    until(lambda: threading.active_count() == before, what="the end of the connection")
    assert capsys.readouterr().err == ""
