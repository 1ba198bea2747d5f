"""A server that compresses a file although it was asked not to: the file is what was compressed."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.compressed import bare_deflate, gzipped
from tests.support.downloads import BODY, POLICY, TAGGED, sha256
from tests.support.file_server import FileServer, Piece, Served
from tracks.files import download
from tracks.files.download.body import body_of

GZIPPED = gzipped(BODY)
GZIP = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"bare": True}])
@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", GZIPPED),
        ("GZip", GZIPPED),
        ("x-gzip", GZIPPED),
        ("identity, gzip", GZIPPED),
        ("gzip", gzipped(BODY[:70_000]) + gzipped(BODY[70_000:])),
        ("gzip", GZIPPED + bytes(512)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", bare_deflate(BODY)),
        # Named so, and not compressed: a proxy inflated it, or a bucket's settings are wrong.
        ("gzip", BODY),
        ("deflate", BODY),
        ("identity", BODY),
        ("aws-chunked", BODY),
        ("utf-8", BODY),
        ("", BODY),
    ],
    ids=range(14),
)
def test_the_file_is_what_was_compressed(
    server: FileServer, part: Path, coding: str, sent: bytes, how: dict[str, bool]
) -> None:
    url = server.serve("/a.mp3", sent, headers={"Content-Encoding": coding}, **how)
    progress = download.download(url, part, POLICY)
    assert (progress.done, progress.size, progress.sha256) == (True, len(BODY), sha256(BODY))
    assert part.read_bytes() == BODY


def test_a_finished_part_of_a_compressed_file_is_not_requested_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", GZIPPED, headers=GZIP)
    assert download.download(url, part, POLICY) == download.download(url, part, POLICY)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "sent",
    [
        GZIPPED[:-1],
        GZIPPED[:-8],
        GZIPPED[:100_000],
        GZIPPED[:-8] + b"\x00\x00\x00\x00" + GZIPPED[-4:],
        GZIPPED[:-4] + b"\x00\x00\x00\x00",
        GZIPPED + b"more",
        GZIPPED + GZIPPED[:50],
        b"\x1f\x8b",
        b"\x1f\x8b" + random.Random(1).randbytes(1000),
    ],
    ids=range(9),
)
def test_unsound_compression_is_a_failed_transfer(server: FileServer, part: Path, sent: bytes) -> None:
    url = server.serve("/a.mp3", sent, headers=GZIP)
    with pytest.raises(download.TransferFailed, match="compressed"):
        download.download(url, part, POLICY)
    server.serve("/a.mp3", BODY)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert "Range" not in server.asked[-1][1]


@pytest.mark.parametrize("end", [zlib.compress(BODY)[:-1], zlib.compress(BODY)[:-4] + b"none"], ids=range(2))
def test_unsound_deflate_is_a_failed_transfer(server: FileServer, part: Path, end: bytes) -> None:
    with pytest.raises(download.TransferFailed, match="compressed"):
        download.download(server.serve("/a", end, headers={"Content-Encoding": "deflate"}), part, POLICY)


def test_the_promised_length_counts_the_compressed_bytes(server: FileServer, part: Path) -> None:
    url = server.serve("/a", GZIPPED, headers=GZIP, promised=len(GZIPPED) + 10, cut_at=len(GZIPPED))
    with pytest.raises(download.TransferFailed, match="broke off"):
        download.download(url, part, POLICY)


def test_a_part_of_a_compressed_file_is_begun_anew(server: FileServer, part: Path) -> None:
    headers = {**GZIP, **TAGGED["headers"]}
    url = server.serve("/a", GZIPPED, headers=headers, cut_at=1_000_000)
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    server.serve("/a", GZIPPED, headers=headers)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert "Range" not in server.asked[-1][1]


def test_a_plain_part_is_not_continued_by_compressed_bytes(server: FileServer, part: Path) -> None:
    url = server.serve("/a", BODY, cut_at=1000, **TAGGED)
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    piece = Piece(206, start=1000, headers=tuple({**GZIP, **TAGGED["headers"]}.items()))
    server.serve("/a", BODY, pieces=[piece], **TAGGED)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)


def test_a_coding_that_is_none_hinders_no_resumption(server: FileServer, part: Path) -> None:
    headers = {"Content-Encoding": "aws-chunked", **TAGGED["headers"]}
    url = server.serve("/a", BODY, headers=headers, cut_at=1000)
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    server.serve("/a", BODY, headers=headers)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=1000-"


def test_a_whole_206_may_be_compressed(server: FileServer, part: Path) -> None:
    url = server.serve("/a", GZIPPED, pieces=[Piece(206, headers=tuple(GZIP.items()))])
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    "piece",
    [
        Piece(206, 0, 5120),
        Piece(206, 0, 5120, content_length=-1),
        Piece(206, 0, 5120, content_range="bytes 0-5119/*"),
        Piece(206, 0, 5120, content_range="bytes 0-10239/10240", content_length=-1),
        Piece(200, 0, 5120, content_range="bytes 0-10239/10240", content_length=-1),
        Piece(200, 0, 5120, content_range="bytes */10240", content_length=-1),
        Piece(200, 0, 5120, content_range="", content_length=10240),
    ],
    ids=str,
)
def test_a_piece_that_only_says_that_it_is_compressed_is_not_the_file(
    server: FileServer, part: Path, piece: Piece, coding: str
) -> None:
    body, headers = BODY[:10240], {"Content-Encoding": coding}
    url = server.serve("/a", body, pieces=[replace(piece, headers=tuple(headers.items()))], headers=headers)
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    assert download.download(url, part, POLICY).sha256 == sha256(body)


def test_a_compressed_piece_is_not_the_file(server: FileServer, part: Path) -> None:
    """A slice that was compressed by itself, as some proxies do, is sound gzip."""
    sent = gzipped(BODY[:5120])
    stated = f"bytes 0-{len(sent) - 1}/{2 * len(sent)}"
    url = server.serve("/a", sent, pieces=[Piece(206, content_range=stated, headers=tuple(GZIP.items()))] * 3)
    for _ in range(3):
        with pytest.raises(download.TransferFailed):
            download.download(url, part, POLICY)


def test_a_compressed_rest_under_200_is_not_the_file(server: FileServer, part: Path) -> None:
    url = server.serve("/a", BODY, cut_at=1_000_000, **TAGGED)
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    rest = Served(gzipped(BODY[1_000_000:]), headers={**GZIP, **TAGGED["headers"]}, ranges=False)
    server.files["/a"] = rest
    with pytest.raises(download.TransferFailed):
        download.download(url, part, POLICY)
    server.serve("/a", BODY)
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)


# How a network may cut the first bytes: the first packets, then the rest.
PACKETS = [(1,), (2,), (3,), (1, 1, 1), (2, 1, 30), (63,), (64,), (65,)]


@pytest.mark.parametrize("sizes", PACKETS, ids=str)
@pytest.mark.parametrize(
    "sent",
    [
        BODY[:500],
        b"ID3\x04" + bytes(16) + BODY[:500],
        b"\xff\xfb\x90\x64" + BODY[:500],
        b"RIFF\0\0\0\0WAVEfmt " + BODY[:500],
        b"{}",
        b"I",
        bare_deflate(BODY[:500]),
        zlib.compress(BODY[:500]),
        gzipped(BODY[:500]),
    ],
    ids=range(9),
)
@pytest.mark.parametrize("coding", ["deflate", "gzip"])
def test_in_however_small_packets_a_file_comes_it_is_the_same(
    coding: str, sent: bytes, sizes: tuple[int, ...]
) -> None:
    packets, at = [], 0
    for size in (*sizes, len(sent)):
        packets.append(sent[at : at + size])
        at += size
    packed = {"gzip": [gzipped(BODY[:500])], "deflate": [bare_deflate(BODY[:500]), zlib.compress(BODY[:500])]}
    expected = BODY[:500] if sent in packed[coding] else sent
    assert b"".join(body_of(iter(filter(None, packets)), coding).pieces()) == expected


def policy(max_bytes: int) -> download.Policy:
    return download.Policy(POLICY.allow_hosts, max_bytes=max_bytes)


@pytest.mark.parametrize("how", [{}, {"chunked": True}])
def test_a_bomb_is_refused_at_the_cap(server: FileServer, part: Path, how: dict[str, Any]) -> None:
    url = server.serve("/a", gzipped(bytes(50_000_000)), headers=GZIP, **how)
    with pytest.raises(download.FileTooLarge):
        download.download(url, part, policy(1_000_000))
    assert list(part.parent.iterdir()) == []


def test_empty_members_without_end_are_refused_at_the_cap(server: FileServer, part: Path) -> None:
    url = server.serve("/a", gzipped(b"") * 100_000, headers=GZIP, chunked=True)
    with pytest.raises(download.FileTooLarge):
        download.download(url, part, policy(1_000_000))


def test_exactly_the_cap_is_taken_compressed(server: FileServer, part: Path) -> None:
    body = BODY[:1000] * 1000
    url = server.serve("/a", gzipped(body), headers=GZIP)
    assert download.download(url, part, policy(len(body))).sha256 == sha256(body)


def test_an_empty_compressed_file_is_an_error(server: FileServer, part: Path) -> None:
    with pytest.raises(download.TransferFailed, match="empty"):
        download.download(server.serve("/a", gzipped(b""), headers=GZIP), part, POLICY)


def test_compressed_bytes_that_come_one_by_one(server: FileServer, part: Path) -> None:
    body = b"ID3 a song"
    url = server.serve("/a", gzipped(body), headers=GZIP, trickle=True)
    assert download.download(url, part, POLICY).sha256 == sha256(body)
