"""Servers that answer something else: an error status, a redirect, a private address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.downloads import BODY, POLICY, sha256
from tests.support.file_server import FileServer, file_server
from tracks.files import download


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503])
def test_another_status_is_refused_with_its_number(server: FileServer, part: Path, status: int) -> None:
    url = server.serve("/a.mp3", status=status)
    with pytest.raises(download.HttpRefused, match=str(status)) as refused:
        download.download(url + "?Signature=secret", part, POLICY)
    assert (refused.value.status, refused.value.retry_after) == (status, None)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999", 86_400),
        ("Fri, 31 Dec 9999 10:00:00 GMT", 86_400),
        ("Fri, 20 Nov 2020 10:00:00 GMT", 0),
        ("Fri, 20 Nov 2020 10:00:00", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
        ("Fri, 99 Nov 99999999999 10:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    server: FileServer, part: Path, header: str, seconds: int | None
) -> None:
    value = header.encode().decode("latin-1")
    with pytest.raises(download.HttpRefused) as refused:
        download.download(server.serve("/a.mp3", status=429, headers={"Retry-After": value}), part, POLICY)
    assert refused.value.retry_after == seconds


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/b.mp3?token=1", "b.mp3", "//{host}/b.mp3", "http://{host}/b.mp3#x"])
def test_a_redirect_is_followed(server: FileServer, part: Path, status: int, location: str) -> None:
    server.serve("/b.mp3", BODY)
    url = server.serve("/a.mp3", status=status, headers={"Location": location.format(host=server.host)})
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)


def test_a_redirect_with_letters_outside_ascii_is_followed(server: FileServer, part: Path) -> None:
    server.serve("/%E6%AD%8C.mp3", BODY)
    url = server.serve("/a.mp3", status=302, headers={"Location": "/歌.mp3".encode().decode("latin-1")})
    assert download.download(url, part, POLICY).done


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/b.mp3",  # not the exempted name
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/b.mp3",
        "http://0x7f.2:{port}/b.mp3",
        "file:///etc/passwd",
        "http://user:word@127.0.0.1:{port}/b.mp3",
        "https://127.0.0.1\\@localhost/",
        "http://[::1/",
    ],
)
def test_a_redirect_to_a_private_address_is_blocked(server: FileServer, part: Path, location: str) -> None:
    server.serve("/b.mp3", BODY)
    where = location.format(port=server.server_port)
    url = server.serve("/a.mp3", status=302, headers={"Location": where})
    with pytest.raises(download.BlockedAddress):
        download.download(url, part, POLICY)
    assert [path for path, _ in server.asked] == ["/a.mp3"]


def test_an_exemption_with_a_port_holds_for_that_port_only(server: FileServer, part: Path) -> None:
    with file_server() as other:
        url = server.serve("/a.mp3", status=302, headers={"Location": other.serve("/b.mp3", BODY)})
        with pytest.raises(download.BlockedAddress):
            download.download(url, part, download.Policy(frozenset({server.host})))
        assert other.asked == []
        assert download.download(url, part, download.Policy(frozenset({server.host, other.host}))).done


def test_a_private_server_gets_no_request(server: FileServer, part: Path) -> None:
    with pytest.raises(download.BlockedAddress, match="not a public address"):
        download.download(server.serve("/a.mp3", BODY), part, download.Policy())
    assert server.asked == []


def test_a_redirect_loop_ends(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", status=302, headers={"Location": "/a.mp3"})
    with pytest.raises(download.TransferFailed, match="redirects more than 5 times"):
        download.download(url, part, POLICY)
    assert len(server.asked) == 6


def test_a_redirect_to_nowhere_is_refused(server: FileServer, part: Path) -> None:
    with pytest.raises(download.HttpRefused) as refused:
        download.download(server.serve("/a.mp3", status=302), part, POLICY)
    assert refused.value.status == 302
