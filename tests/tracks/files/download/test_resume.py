"""Continuing a download that was cut, with servers that support it and others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.downloads import BODY, POLICY, TAGGED, sha256
from tests.support.file_server import FileServer
from tracks.files import download


def cut(server: FileServer, url: str, part: Path, at: int) -> None:
    """Fetch the first bytes, then lose the connection."""
    served = server.files[re.sub(r"http://[^/]*([^?]*).*", r"\1", url)]
    served.cut_at = at
    with pytest.raises(download.TransferFailed, match="broke off"):
        download.download(url, part, POLICY)
    served.cut_at = None


@pytest.mark.parametrize("tags", [{"ETag": '"v1"'}, {"Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}])
def test_a_cut_download_continues_where_it_stopped(
    server: FileServer, part: Path, tags: dict[str, str]
) -> None:
    url = server.serve("/a.mp3", BODY, headers=tags)
    cut(server, url, part, 1_000_000)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    asked = server.asked[-1][1]
    assert (asked["Range"], asked["If-Range"]) == ("bytes=1000000-", *tags.values())


def test_a_link_that_was_signed_again_continues_too(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url + "?Signature=old", part, 1_000_000)
    assert download.download(url + "?Signature=new", part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=1000000-"


def test_a_link_to_another_file_starts_again(server: FileServer, part: Path) -> None:
    cut(server, server.serve("/a.mp3", BODY, **TAGGED), part, 1_000_000)
    other = server.serve("/b.mp3", BODY[::-1], **TAGGED)
    assert download.download(other, part, POLICY).sha256 == sha256(BODY[::-1])
    assert "Range" not in server.asked[-1][1]


def test_a_file_that_changed_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1], headers={"ETag": '"v2"'})
    assert download.download(url, part, POLICY).sha256 == sha256(BODY[::-1])


def test_without_a_validator_the_length_has_to_agree(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1][:-1])
    assert download.download(url, part, POLICY).sha256 == sha256(BODY[::-1][:-1])
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


def test_without_a_validator_the_same_length_continues(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert len(server.asked) == 2


def test_a_weak_tag_is_compared_but_not_sent(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, headers={"ETag": 'W/"v1"'})
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1], headers={"ETag": 'W/"v2"'})
    assert download.download(url, part, POLICY).sha256 == sha256(BODY[::-1])
    assert "If-Range" not in server.asked[1][1]


def test_with_neither_length_nor_validator_it_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, chunked=True)
    cut(server, url, part, 1_000_000)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert "Range" not in server.asked[-1][1]


def test_a_server_without_ranges_starts_again_and_is_remembered(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, ranges=False)
    cut(server, url, part, 1_000_000)
    cut(server, url, part, 2_000_000)
    progress = download.download(url, part, POLICY)
    assert (progress.sha256, progress.resumable) == (sha256(BODY), False)
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


@pytest.mark.parametrize(
    "content_range", ["bytes 0-5/6", "bytes 999999-2999999/3000000", "pages 1-2/3", "", "bytes"]
)
def test_a_partial_answer_that_does_not_fit_starts_again(
    server: FileServer, part: Path, content_range: str
) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.files["/a.mp3"].headers["Content-Range"] = content_range
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


def test_a_416_for_a_file_that_shrank_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[:500_000])
    assert download.download(url, part, POLICY).sha256 == sha256(BODY[:500_000])


def test_a_416_for_a_file_that_we_have_whole_finishes_it(server: FileServer, part: Path) -> None:
    """Its length was not known before (chunked), and the connection broke after the last byte."""
    url = server.serve("/a.mp3", BODY, chunked=True, **TAGGED)
    cut(server, url, part, len(BODY))
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [206, 416])
def test_a_partial_answer_without_a_range_request_is_an_error(
    server: FileServer, part: Path, status: int
) -> None:
    with pytest.raises(download.TransferFailed, match=str(status)):
        download.download(server.serve("/a.mp3", BODY, status=status), part, POLICY)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"identity": 5}', '{"other": 1}', "null"])
def test_a_part_with_an_unreadable_note_starts_again(server: FileServer, part: Path, note: str) -> None:
    part.write_bytes(b"leftover")
    part.with_name("song.part.json").write_text(note)
    assert download.download(server.serve("/a.mp3", BODY), part, POLICY).sha256 == sha256(BODY)


def test_a_part_longer_than_the_file_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    with part.open("ab") as file:
        file.write(BODY)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)


def test_a_refusal_keeps_what_has_arrived(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", status=403)
    with pytest.raises(download.HttpRefused):
        download.download(url, part, POLICY)
    server.serve("/a.mp3", BODY, **TAGGED)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=1000000-"
