"""Callbacks through the real web server: how a body may be framed, and which hosts are answered."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterable, Iterator

import pytest
import requests

from tests.support.installation import Installation
from tests.support.waiting import PATIENCE

ENDPOINT = "/callbacks/tempolor/shared-token/"
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    settings = {"PUBLIC_URL": "HTTPS://Songs.Example", "CALLBACK_TOKEN": "shared-token"}
    with Installation(tmp_path_factory.mktemp("site"), settings, parts=("web",)) as installation:
        yield installation


def stored(site: Installation, raw: bytes) -> int:
    """How often this body was delivered; 0: it is not stored."""
    rows = site.rows(
        "SELECT deliveries FROM callbacks_callbackevent WHERE sha256 = %s", hashlib.sha256(raw).hexdigest()
    )
    return sum(deliveries for (deliveries,) in rows)


def body(name: str) -> bytes:
    return json.dumps({"songs": [{"item_id": name, "status": "running"}]}).encode()


def pieces(raw: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


def post(site: Installation, data: bytes | Iterable[bytes], **headers: str) -> requests.Response:
    """An iterable goes out chunked, without a Content-Length."""
    sent = {"Content-Type": "application/json", **headers}
    return requests.post(
        site.base + ENDPOINT, data=data, headers=sent, timeout=PATIENCE, allow_redirects=False
    )


def test_a_body_with_a_length_is_stored(site: Installation) -> None:
    assert (post(site, body("plain")).status_code, stored(site, body("plain"))) == (200, 1)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_chunked_body_is_stored_whole(site: Installation, size: int) -> None:
    raw = body(f"chunked in {size}")
    answer = post(site, pieces(raw, size))
    assert (answer.status_code, answer.text) == (200, "success")
    assert stored(site, raw) == 1


def test_a_chunked_body_of_one_mebibyte_is_taken(site: Installation) -> None:
    raw = b'"' + b"a" * (MEBIBYTE - 2) + b'"'
    assert (post(site, pieces(raw, 65536)).status_code, stored(site, raw)) == (200, 1)


def test_a_chunked_body_over_the_limit_is_refused(site: Installation) -> None:
    raw = b'"' + b"b" * (MEBIBYTE - 1) + b'"'
    answer = post(site, pieces(raw, 65536))
    assert (answer.status_code, stored(site, raw)) == (413, 0)
    assert "nothing was stored" in answer.json()["error"]


def test_a_chunked_body_without_end_is_answered(site: Installation) -> None:
    head = f"POST {ENDPOINT} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", site.web_port), timeout=PATIENCE) as caller:
        caller.sendall(head + piece * 17)
        assert caller.recv(64).startswith(b"HTTP/1.1 413 ")


def test_an_empty_chunked_body_is_no_json(site: Installation) -> None:
    assert post(site, iter(())).status_code == 400


@pytest.mark.parametrize("parameter", ["a*=utf-99''x", "a*=idna''x%ff", "charset=utf-99", "=;;=", "boundary"])
def test_a_content_type_that_is_nonsense_is_no_reason_to_lose_a_callback(
    site: Installation, parameter: str
) -> None:
    media_type = f"application/json; {parameter}"
    answer = post(site, body(parameter), **{"Content-Type": media_type})
    assert (answer.status_code, stored(site, body(parameter))) == (200, 1)


@pytest.mark.parametrize("host", ["songs.example", "Songs.Example:443", "localhost"])
def test_the_public_address_needs_no_entry_in_allowed_hosts(site: Installation, host: str) -> None:
    assert post(site, body(host), Host=host).status_code == 200


def test_another_host_is_refused(site: Installation) -> None:
    assert (
        requests.get(f"{site.base}/", headers={"Host": "evil.example"}, timeout=PATIENCE).status_code == 400
    )


def slow_sender(site: Installation) -> socket.socket:
    """Says that a body comes, and sends no more than its beginning."""
    connection = socket.create_connection(("127.0.0.1", site.web_port), timeout=PATIENCE)
    head = f"POST {ENDPOINT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head.encode() + b'{"so')
    return connection


def test_a_body_that_breaks_off_is_not_taken_for_a_callback(site: Installation) -> None:
    connection = slow_sender(site)
    connection.shutdown(socket.SHUT_WR)
    connection.close()
    assert post(site, body("after the broken one")).status_code == 200
    assert stored(site, b'{"so') == 0


def test_a_few_clients_that_take_their_time_keep_no_callback_waiting(site: Installation) -> None:
    """A thread is held by each; there are enough of them."""
    held = [slow_sender(site) for _ in range(10)]
    try:
        assert post(site, body("beside the slow")).status_code == 200
    finally:
        for connection in held:
            connection.close()
