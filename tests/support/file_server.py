"""A real HTTP server on loopback that serves files well, or badly in the way a test asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Piece:
    """An answer with the bytes from `start` to `end` of the file, whatever was asked for."""

    status: int
    start: int = 0
    end: int | None = None
    content_range: str | None = None  # None: as it is; blank: none
    content_length: int | None = None  # None: as it is; -1: none
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Served:
    """One file and how it is sent. Positions count from the start of the file, also in a partial answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    promised: int | None = None  # a Content-Length that is not the body's
    chunked: bool = False
    bare: bool = False  # no length at all: the end of the connection is the end of the file
    cut_at: int | None = None  # the connection ends here
    pieces: list[Piece] = field(default_factory=list)  # answered one after another, before all else
    wait: float = 0  # seconds before the answer begins
    pause_at: int | None = None  # nothing more comes until `go` is set
    trickle: bool = False  # a byte comes now and then until `go` is set
    go: threading.Event = field(default_factory=threading.Event)


class FileServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a paused answer must not hold the test up

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, Served] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def serve(self, path: str, body: bytes = b"", **how: Any) -> str:
        """Offer a file and return its link."""
        self.files[path] = Served(body, **how)
        return f"http://{self.host}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what many tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        served = self.server.files.get(self.path.partition("?")[0])
        if served is None:
            self.send_error(404)
            return
        if served.pieces:
            self._send_piece(served, served.pieces.pop(0))
            return
        served.go.wait(served.wait)
        start = self._start(served)
        if start is None:
            self._head(416, {"Content-Range": f"bytes */{len(served.body)}", "Content-Length": "0"})
            return
        self._send_head(served, start)
        self._send_body(served, start)
        self.close_connection = served.bare or served.cut_at is not None or self.close_connection

    def _send_piece(self, served: Served, piece: Piece) -> None:
        size = len(served.body)
        body = served.body[piece.start : piece.end]
        stated = f"bytes {piece.start}-{piece.start + len(body) - 1}/{size}"
        content_range = stated if piece.content_range is None else piece.content_range
        length = len(body) if piece.content_length is None else piece.content_length
        headers = dict(piece.headers)
        headers |= {"Content-Range": content_range} if content_range else {}
        headers |= {"Content-Length": str(length)} if length >= 0 else {}
        self._head(piece.status, headers)
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _start(self, served: Served) -> int | None:
        wanted = self.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        condition = self.headers.get("If-Range")
        tags = (served.headers.get("ETag"), served.headers.get("Last-Modified"))
        if not wanted or not served.ranges or (condition and condition not in tags):
            return 0
        return int(wanted) if int(wanted) < len(served.body) else None

    def _send_head(self, served: Served, start: int) -> None:
        size = len(served.body)
        headers = dict(served.headers)
        if served.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif not served.bare:
            headers["Content-Length"] = str(size - start if served.promised is None else served.promised)
        if start:
            headers.setdefault("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self._head(206 if start else served.status, headers)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, served: Served, start: int) -> None:
        stop = len(served.body) if served.cut_at is None else served.cut_at
        if served.pause_at is not None and served.pause_at > start:
            self._write(served, served.body[start : served.pause_at])
            served.go.wait(30)
            start = served.pause_at
        while served.trickle and start < stop - 1 and not served.go.wait(0.02):
            self._write(served, served.body[start : start + 1])
            start += 1
        self._write(served, served.body[start:stop])
        if served.chunked and served.cut_at is None:
            self.wfile.write(b"0\r\n\r\n")

    def _write(self, served: Served, body: bytes) -> None:
        if served.chunked and body:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        else:
            self.wfile.write(body)


@contextmanager
def file_server() -> Iterator[FileServer]:
    server = FileServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        for served in server.files.values():
            served.go.set()
        server.shutdown()
        server.server_close()
        thread.join()
