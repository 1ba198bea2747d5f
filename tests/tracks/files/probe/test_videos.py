"""Videos: known by their first bytes, and an MP4 by whether its boxes fill the file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.media import VIDEO, box
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import Unplayable

HEAD = box(b"ftyp", b"isom\0\0\2\0isommp42")
MOOV, MDAT = box(b"moov", bytes(200)), box(b"mdat", bytes(5000))


def check(file: Path, body: bytes) -> Probe:
    file.write_bytes(body)
    return probe(file, "video")


def large(kind: bytes, size: int, body: bytes = b"") -> bytes:
    """A box with its size in 64 bits."""
    return (1).to_bytes(4, "big") + kind + size.to_bytes(8, "big") + body


@pytest.mark.parametrize(
    "body",
    [
        VIDEO,
        HEAD + MDAT + MOOV,
        HEAD + MOOV + MDAT + box(b"free", bytes(9)),
        HEAD + MOOV + box(b"moof", bytes(50)) + MDAT + box(b"moof", bytes(50)) + MDAT,
        HEAD + MOOV + large(b"mdat", 116, bytes(100)),
        HEAD + MOOV + bytes(4) + b"mdat" + bytes(300),
    ],
    ids=["index first", "index last", "free space", "fragments", "large box", "to the end"],
)
def test_a_whole_mp4_is_a_video(file: Path, body: bytes) -> None:
    assert check(file, body) == Probe("video/mp4", "mp4")


def test_a_file_that_is_greater_than_the_memory_limit_is_checked(file: Path) -> None:
    """Sparse: only its beginning takes place on the disk."""
    size = 1_200_000_000
    file.write_bytes(HEAD + MOOV + large(b"mdat", size))
    with file.open("r+b") as grown:
        grown.truncate(len(HEAD + MOOV) + size)
    assert probe(file, "video").content_type == "video/mp4"


def test_a_webm_is_known_by_its_first_bytes(file: Path) -> None:
    body = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
    assert check(file, body).content_type == "video/webm"


@pytest.mark.parametrize(
    "body", [b"\0\0\0\x18ftypM4A ", b"\0\0\0\x14ftypqt  ", b"\x1a\x45\xdf\xa3matroska", b"<html>"]
)
def test_what_is_no_video_is_refused(file: Path, body: bytes) -> None:
    with pytest.raises(Unplayable, match="came instead of a video"):
        check(file, body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (VIDEO[:-1], "1 bytes are missing"),
        (VIDEO[: len(VIDEO) // 2], "breaks off"),
        (VIDEO[: len(HEAD) + 3], "breaks off"),
        (HEAD, "index is missing"),
        (HEAD + MDAT, "index is missing"),
        (HEAD + MOOV, "no pictures"),
        (VIDEO + b"<html>", "breaks off or is damaged"),
        (VIDEO + b"\0\0\0\x07junk", "breaks off or is damaged"),
        (HEAD + MOOV + large(b"mdat", 15), "breaks off or is damaged"),
        (HEAD + MOOV + large(b"mdat", 2**64 - 1), "bytes are missing"),
        (HEAD + MOOV + (1).to_bytes(4, "big") + b"mdat", "breaks off or is damaged"),
        (HEAD + box(b"free") * 100_001, "far more parts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_an_mp4_that_breaks_off_is_noticed(file: Path, body: bytes, words: str) -> None:
    with pytest.raises(Unplayable, match=words):
        check(file, body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(len(HEAD), len(VIDEO) - 1))
def test_no_part_of_an_mp4_is_taken_for_the_whole(file: Path, length: int) -> None:
    with pytest.raises(Unplayable):
        check(file, VIDEO[:length])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_break_the_check(file: Path, rest: bytes) -> None:
    with suppress(Unplayable):
        check(file, HEAD + MOOV + rest)
