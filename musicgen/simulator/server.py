"""The HTTP server: sends each address to the fake provider, the media or the inspection page."""

from __future__ import annotations

import json
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from musicgen.simulator.answers import Answer, as_json
from musicgen.simulator.media import Reply
from musicgen.simulator.suno import Suno
from musicgen.simulator.tempolor import TemPolor
from musicgen.simulator.world import World, new_world

MAX_BODY = 1024 * 1024
TEMPOLOR, SUNO, MEDIA, INSPECT = "/open-apis/v1/", "/api/v1/", "/media/", "/_simulator/tasks"


class Server(ThreadingHTTPServer):
    """Listens at once; `serve_forever` answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, folder: Path, speed: float) -> None:
        super().__init__((host, port), Handler)
        self.world: World = new_world(folder, speed)
        self.tempolor = TemPolor(self.world)
        self.suno = Suno(self.world)

    @property
    def address(self) -> str:
        """Where it can be reached."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        """Media, or one of the providers' GET addresses."""
        if urlsplit(self.path).path.startswith(MEDIA):
            self._media(head=False)
        else:
            self._api("GET", None)

    def do_HEAD(self) -> None:
        """Media only."""
        self._media(head=True)

    def do_POST(self) -> None:
        """The providers' POST addresses."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True  # the body stays unread
            self._send(
                as_json({"message": "a body of 0 to 1048576 bytes with Content-Length is expected"}, 413)
            )
            return
        self._api("POST", _parse(self.rfile.read(int(length))))

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: request lines hold signed links."""

    def _api(self, method: str, body: Any) -> None:
        parts, key = urlsplit(self.path), self.headers.get("Authorization", "")
        base = f"http://{self.headers.get('Host') or urlsplit(self.server.address).netloc}"
        if parts.path.startswith(TEMPOLOR):
            path = parts.path.removeprefix(TEMPOLOR)
            self._send(self.server.tempolor.answer(method, path, key, body, base))
        elif parts.path.startswith(SUNO):
            path = parts.path.removeprefix(SUNO)
            self._send(self.server.suno.answer(method, path, parts.query, key, body, base))
        elif (method, parts.path) == ("GET", INSPECT):
            self._send(as_json(self.server.world.ledger.report()))
        else:
            self._send(as_json({"message": "no such address"}, 404))

    def _send(self, answer: Answer) -> None:
        if answer.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = {**answer.headers, "Content-Length": str(len(answer.body))}
        self._write(Reply(answer.status, headers, answer.body))

    def _media(self, *, head: bool) -> None:
        parts = urlsplit(self.path)
        reply = self.server.world.media.answer(parts.path, parts.query, dict(self.headers.items()), head=head)
        self._write(Reply(reply.status, reply.headers, b"" if head else reply.body, reply.pace))

    def _write(self, reply: Reply) -> None:
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._write_body(reply)
        except ConnectionError:
            self.close_connection = True  # the client left

    def _write_body(self, reply: Reply) -> None:
        if reply.pace is None:
            self.wfile.write(reply.body)
            self.wfile.flush()
            return
        step = max(1, round(reply.pace * self.server.world.timeline.speed / 10))
        for start in range(0, len(reply.body), step):
            self.wfile.write(reply.body[start : start + step])
            self.wfile.flush()
            time.sleep(0.1)


def _parse(raw: bytes) -> Any:
    """The JSON of a body, None where it is none."""
    try:
        return json.loads(raw)
    except ValueError:
        return None
