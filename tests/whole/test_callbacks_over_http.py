"""The door through the real web server: how a body may be framed, and which hosts are answered."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterable, Iterator

import pytest
import requests

from tests.support.installation import QUICK, Installation, free_port, until

DOOR = "/callbacks/tempolor/shared-token/"
MEBIBYTE = 1024 * 1024


class WebOnly(Installation):
    """The web server alone."""

    def __enter__(self) -> WebOnly:
        self.web_port, self.provider_port = free_port(), free_port()
        self.provider = f"http://127.0.0.1:{self.provider_port}"
        self.base = f"http://127.0.0.1:{self.web_port}"
        public = {"PUBLIC_URL": "HTTPS://Songs.Example", "CALLBACK_TOKEN": "shared-token"}
        self.environment = os.environ | QUICK | self._own_settings() | public
        self.start("web")
        until(self._answers, what="the web server's start")
        return self

    def stored(self, body: bytes) -> int:
        """How often this body was delivered; 0: it is not stored."""
        sha = hashlib.sha256(body).hexdigest()
        code = (
            "from callbacks.models import CallbackEvent; "
            f"print(sum(CallbackEvent.objects.filter(sha256={sha!r}).values_list('deliveries', flat=True)))"
        )
        return int(self.manage("shell", "-v", "0", "-c", code))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOnly]:
    with WebOnly(tmp_path_factory.mktemp("site")) as installation:
        assert isinstance(installation, WebOnly)
        yield installation


def body(name: str) -> bytes:
    return json.dumps({"songs": [{"item_id": name, "status": "running"}]}).encode()


def pieces(raw: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


def post(site: WebOnly, data: bytes | Iterable[bytes], **headers: str) -> requests.Response:
    """An iterable goes out chunked, without a Content-Length."""
    sent = {"Content-Type": "application/json", **headers}
    return requests.post(site.base + DOOR, data=data, headers=sent, timeout=20, allow_redirects=False)


def test_a_body_with_a_length_is_stored(site: WebOnly) -> None:
    assert (post(site, body("plain")).status_code, site.stored(body("plain"))) == (200, 1)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_chunked_body_is_stored_whole(site: WebOnly, size: int) -> None:
    raw = body(f"chunked in {size}")
    answer = post(site, pieces(raw, size))
    assert (answer.status_code, answer.text) == (200, "success")
    assert site.stored(raw) == 1


def test_a_chunked_body_of_one_mebibyte_is_taken(site: WebOnly) -> None:
    raw = b'"' + b"a" * (MEBIBYTE - 2) + b'"'
    assert (post(site, pieces(raw, 65536)).status_code, site.stored(raw)) == (200, 1)


def test_a_chunked_body_over_the_limit_is_refused(site: WebOnly) -> None:
    raw = b'"' + b"b" * (MEBIBYTE - 1) + b'"'
    answer = post(site, pieces(raw, 65536))
    assert (answer.status_code, site.stored(raw)) == (413, 0)
    assert "nothing was stored" in answer.json()["error"]


def test_a_chunked_body_without_end_is_answered(site: WebOnly) -> None:
    head = f"POST {DOOR} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", site.web_port), timeout=20) as caller:
        caller.sendall(head + piece * 17)
        assert caller.recv(64).startswith(b"HTTP/1.1 413 ")


def test_an_empty_chunked_body_is_no_json(site: WebOnly) -> None:
    assert post(site, iter(())).status_code == 400


@pytest.mark.parametrize("host", ["songs.example", "Songs.Example:443", "localhost"])
def test_the_public_address_needs_no_entry_in_allowed_hosts(site: WebOnly, host: str) -> None:
    assert post(site, body(host), Host=host).status_code == 200


def test_another_host_is_refused(site: WebOnly) -> None:
    assert requests.get(f"{site.base}/", headers={"Host": "evil.example"}, timeout=20).status_code == 400


def slow_sender(site: WebOnly) -> socket.socket:
    """Says that a body comes, and sends no more than its beginning."""
    connection = socket.create_connection(("127.0.0.1", site.web_port), timeout=20)
    head = f"POST {DOOR} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head.encode() + b'{"so')
    return connection


def test_a_body_that_breaks_off_is_not_taken_for_a_callback(site: WebOnly) -> None:
    connection = slow_sender(site)
    connection.shutdown(socket.SHUT_WR)
    connection.close()
    assert post(site, body("after the broken one")).status_code == 200
    assert site.stored(b'{"so') == 0


def test_a_few_clients_that_take_their_time_keep_no_callback_waiting(site: WebOnly) -> None:
    """A thread is held by each; there are enough of them."""
    held = [slow_sender(site) for _ in range(10)]
    try:
        assert post(site, body("beside the slow")).status_code == 200
    finally:
        for connection in held:
            connection.close()
