"""The HTTP server: sends each path to a simulated provider, to the media or to the inspection pages."""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from musicgen.simulator.answers import HttpAnswer, as_json
from musicgen.simulator.ledger import Request
from musicgen.simulator.media import Reply
from musicgen.simulator.music.repertoire import REPERTOIRE
from musicgen.simulator.music.songbook import THEMES
from musicgen.simulator.rates import RateLimit
from musicgen.simulator.suno.api import ROOT as SUNO_ROOT
from musicgen.simulator.suno.api import SimulatedSuno
from musicgen.simulator.suno.codes import DIALECTS
from musicgen.simulator.tempolor.api import ROOT as TEMPOLOR_ROOT
from musicgen.simulator.tempolor.api import SimulatedTemPolor
from musicgen.simulator.world import World, new_world

MAX_BODY = 1024 * 1024
MEDIA, TASKS, REQUESTS = "/media/", "/_simulator/tasks", "/_simulator/requests"


@dataclass(frozen=True)
class Options:
    """How the providers behave; without limits by default.

    `rate`: requests and seconds. `parallel`: TemPolor items at once. `webhook_key`: signs Suno's callbacks.
    `lazy`: files are made when they are fetched, not as soon as they are offered. `full`: the songs of the
    repertoire, played in full, instead of short ones.
    """

    speed: float = 1
    dialect: str = "sunoapi"
    webhook_key: str = ""
    rate: tuple[int, float] = (0, 1)
    parallel: int | None = None
    lazy: bool = False
    full: bool = False


class Server(ThreadingHTTPServer):
    """Listens once it is made; `serve_forever` answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, folder: Path, options: Options) -> None:
        super().__init__((host, port), Handler)
        self.world: World = new_world(
            folder, options.speed, lazy=options.lazy, book=REPERTOIRE if options.full else THEMES
        )
        self.rate_limit = RateLimit(*options.rate)
        self.tempolor = SimulatedTemPolor(self.world, options.parallel)
        self.suno = SimulatedSuno(self.world, DIALECTS[options.dialect], options.webhook_key)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers stop downloads in the middle: that is no error of ours, and prints nothing."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
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
        """Nothing, since request lines hold signed links."""

    def _api(self, method: str, body: Any) -> None:
        parts, key = urlsplit(self.path), self.headers.get("Authorization", "")
        base = f"http://{self.headers.get('Host') or urlsplit(self.server.address).netloc}"
        if parts.path.startswith(TEMPOLOR_ROOT):
            path = parts.path.removeprefix(TEMPOLOR_ROOT)
            provider, refuse = "tempolor", self.server.tempolor.rate_limited
            answer = partial(self.server.tempolor.answer, method, path, key, body, base)
        elif parts.path.startswith(SUNO_ROOT):
            path = parts.path.removeprefix(SUNO_ROOT)
            provider, refuse = "suno", self.server.suno.rate_limited
            answer = partial(self.server.suno.answer, method, path, parts.query, key, body, base)
        else:
            self._send(self._inspect(method, parts.path))
            return
        wait = self.server.rate_limit.wait(provider)
        about = _about(parts.query, body)
        row = Request(provider, method, parts.path, about, time.time(), refused=wait > 0)
        self.server.world.ledger.request(row)
        self._send(refuse(wait) if wait else answer())

    def _inspect(self, method: str, path: str) -> HttpAnswer:
        ledger = self.server.world.ledger
        if (method, path) == ("GET", TASKS):
            return as_json(ledger.report())
        if (method, path) == ("GET", REQUESTS):
            return as_json({"requests": ledger.requests()})
        return as_json({"message": "no such address"}, 404)

    def _send(self, answer: HttpAnswer) -> None:
        if answer.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = {**answer.headers, "Content-Length": str(len(answer.body))}
        self._write(Reply(answer.status, headers, answer.body))

    def _media(self, *, head: bool) -> None:
        parts = urlsplit(self.path)
        reply = self.server.world.media.answer(parts.path, parts.query, dict(self.headers.items()), head=head)
        self._write(replace(reply, body=b"") if head else reply)

    def _write(self, reply: Reply) -> None:
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._write_body(reply)
            self.close_connection |= reply.is_cut
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client left

    def _write_body(self, reply: Reply) -> None:
        if reply.bytes_per_second is None:
            self.wfile.write(reply.body)
            self.wfile.flush()
            return
        step = max(1, round(reply.bytes_per_second * self.server.world.timeline.speed / 10))
        for start in range(0, len(reply.body), step):
            self.wfile.write(reply.body[start : start + step])
            self.wfile.flush()
            time.sleep(0.1)


def _about(query: str, body: Any) -> list[str]:
    """The ids in a query: Suno's in the address, TemPolor's in the body."""
    items = body.get("item_ids") if isinstance(body, dict) else None
    return [*parse_qs(query).get("taskId", []), *map(str, items if isinstance(items, list) else [])]


def _parse(raw: bytes) -> Any:
    """The JSON of a body; None where it is not JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return None
