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


NONSENSE = (
    *("a*=utf-99''x", "a*=idna''x%ff", "a*=x; a*0=y", "charset*=utf-8''x; charset*0=y"),
    *("charset=utf-99", "charset=punycode", "charset=zlib", "charset=utf-8", "=;;=", "boundary"),
)


@pytest.mark.parametrize("query", ["a=%ff", "&".join(["a=1"] * 1100)], ids=["odd", "long"])
@pytest.mark.parametrize("parameter", NONSENSE)
def test_no_parameter_of_its_content_type_loses_a_callback(
    site: Installation, parameter: str, query: str
) -> None:
    raw = body(f"{parameter} {len(query)}")
    answer = requests.post(
        f"{site.base}{ENDPOINT}?{query}",
        data=raw,
        headers={"Content-Type": f"application/json; {parameter}"},
        timeout=PATIENCE,
    )
    assert (answer.status_code, stored(site, raw)) == (200, 1)


def exchange(site: Installation, raw: bytes) -> bytes:
    """The answer to these very bytes."""
    with socket.create_connection(("127.0.0.1", site.web_port), timeout=PATIENCE) as caller:
        caller.sendall(raw)
        return b"".join(iter(lambda: caller.recv(65536), b""))


def test_a_length_with_thousands_of_zeros_is_a_number(site: Installation) -> None:
    raw = body("zeros")
    length = "0" * 5000 + str(len(raw))
    head = f"POST {ENDPOINT} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n"
    assert b" 200 " in exchange(site, head.encode() + raw).partition(b"\r\n")[0]
    assert stored(site, raw) == 1


@pytest.mark.parametrize("host", ["Host: evil.example\r\n", "Host: [::1]\r\n", "Host:\r\n", ""])
def test_a_callback_is_taken_under_any_host(site: Installation, host: str) -> None:
    raw = body(f"under {host}")
    head = f"POST {ENDPOINT} HTTP/1.0\r\n{host}Content-Length: {len(raw)}\r\n\r\n"
    assert b" 200 " in exchange(site, head.encode() + raw).partition(b"\r\n")[0]
    assert stored(site, raw) == 1


@pytest.mark.parametrize("path", ["/callbacks/", ENDPOINT + "/", ENDPOINT + "x", "/callbacks//tempolor/x/"])
@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "application/x-www-form-urlencoded; charset=latin-1"]
)
def test_an_address_that_is_not_there_is_404_whatever_comes(
    site: Installation, path: str, media_type: str
) -> None:
    headers = {"Content-Type": media_type, "Cookie": f"csrftoken={'a' * 32}"}
    answer = requests.post(site.base + path, data=b"a=%ff", headers=headers, timeout=PATIENCE)
    assert answer.status_code == 404
    assert answer.json()["error"] == "There is no such provider."


@pytest.mark.parametrize("host", ["songs.example", "Songs.Example:443", "localhost"])
def test_the_public_address_needs_no_entry_in_allowed_hosts(site: Installation, host: str) -> None:
    answer = requests.get(f"{site.base}/healthz", headers={"Host": host}, timeout=PATIENCE)
    assert answer.status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data"])
def test_another_host_is_refused_whatever_comes(site: Installation, media_type: str) -> None:
    headers = {"Host": "evil.example", "Content-Type": media_type, "Cookie": f"csrftoken={'a' * 32}"}
    assert requests.post(f"{site.base}/", b"a=%ff", headers=headers, timeout=PATIENCE).status_code == 400


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


TOKEN = "12-0123456789abcdef." + "aB3_-xYz9Kq" * 3 + "0123456789"


@pytest.mark.parametrize("token", ["shared-token", TOKEN])
@pytest.mark.parametrize(
    "place",
    [
        "/callbacks/tempolor/%20{}/",
        "/callbacks/su%20no/{}/",
        "/callbacks/suno/a/b/{}",
        "/callback/suno/{}/",
        "/callbacks/suno/%0A{}",
        "/callbacks%2Fsuno%2F{}",
        "/callbacks/suno/%2531{}",
        "/tracks/{}/",
    ],
)
def test_no_log_line_holds_a_token_that_came_to_a_wrong_place(
    site: Installation, place: str, token: str
) -> None:
    head = f"POST {place.format(token)} HTTP/1.0\r\nHost: {token}\r\nContent-Length: 2\r\n\r\n{{}}"
    assert exchange(site, head.encode()).startswith(b"HTTP/1.")
    log = (site.folder / "web.log").read_text()
    assert token not in log
    assert token.lower() not in log
