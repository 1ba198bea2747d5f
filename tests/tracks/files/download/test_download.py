"""Downloading from a real server: whole files, counted and capped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.downloads import BODY, POLICY, TAGGED, sha256
from tests.support.file_server import FileServer
from tracks.files import download


def test_a_file_comes_whole(server: FileServer, part: Path) -> None:
    progress = download.download(server.serve("/a.mp3", BODY, **TAGGED), part, POLICY)
    assert progress == download.Progress(True, len(BODY), len(BODY), True, sha256(BODY))
    assert part.read_bytes() == BODY


def test_the_request_is_plain(server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    download.download(server.serve("/a.mp3", BODY) + "?Signature=a%2fb", part, POLICY)
    path, headers = server.asked[0]
    assert path == "/a.mp3?Signature=a%2fb"
    assert headers == {
        "Host": server.host,
        "User-Agent": download.USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_a_finished_part_is_not_requested_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    first = download.download(url, part, POLICY)
    assert download.download(url + "?fresh", part, POLICY) == first
    assert len(server.asked) == 1


def test_a_chunked_file_comes_whole(server: FileServer, part: Path) -> None:
    progress = download.download(server.serve("/a.mp3", BODY, chunked=True), part, POLICY)
    assert (progress.sha256, progress.promised) == (sha256(BODY), len(BODY))


def test_a_chunked_file_that_is_cut_is_noticed(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, chunked=True, cut_at=100_000)
    with pytest.raises(download.TransferFailed, match="broke off"):
        download.download(url, part, POLICY)


def test_a_file_without_any_length_ends_with_the_connection(server: FileServer, part: Path) -> None:
    assert download.download(server.serve("/a.mp3", BODY, bare=True), part, POLICY).sha256 == sha256(BODY)


def test_a_server_that_keeps_the_connection_open_is_not_waited_for(server: FileServer, part: Path) -> None:
    """It promises 1000 bytes and has more to come, which will not be waited for."""
    url = server.serve("/a.mp3", BODY, promised=1000, pause_at=1000)
    assert download.download(url, part, POLICY).size == 1000


@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"bare": True}])
def test_an_empty_file_is_an_error(server: FileServer, part: Path, how: dict[str, bool]) -> None:
    with pytest.raises(download.TransferFailed, match="empty"):
        download.download(server.serve("/a.mp3", b"", **how), part, POLICY)


def test_fewer_bytes_than_promised_are_an_error(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", b"x" * 600, promised=1000, cut_at=600)
    with pytest.raises(download.TransferFailed, match="600 of 1000 bytes"):
        download.download(url, part, POLICY)


def test_discard_leaves_nothing(server: FileServer, part: Path) -> None:
    download.download(server.serve("/a.mp3", BODY), part, POLICY)
    download.discard(part)
    download.discard(part)
    assert list(part.parent.iterdir()) == []


def test_a_promised_size_over_the_cap_is_refused_at_once(server: FileServer, part: Path) -> None:
    policy = download.Policy(POLICY.allow_hosts, max_bytes=len(BODY) - 1)
    url = server.serve("/a.mp3", BODY, pause_at=1)
    with pytest.raises(download.FileTooLarge, match="FETCH_MAX_BYTES"):
        download.download(url, part, policy)
    assert list(part.parent.iterdir()) == []


@pytest.mark.parametrize("how", [{"chunked": True}, {"bare": True}])
def test_an_unpromised_size_over_the_cap_is_refused_on_the_way(
    server: FileServer, part: Path, how: dict[str, bool]
) -> None:
    policy = download.Policy(POLICY.allow_hosts, max_bytes=len(BODY) - 1)
    with pytest.raises(download.FileTooLarge):
        download.download(server.serve("/a.mp3", BODY, **how), part, policy)
    assert list(part.parent.iterdir()) == []


def test_exactly_the_cap_is_taken(server: FileServer, part: Path) -> None:
    policy = download.Policy(POLICY.allow_hosts, max_bytes=len(BODY))
    assert download.download(server.serve("/a.mp3", BODY), part, policy).done
