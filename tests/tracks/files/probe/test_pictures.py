"""Covers and archives: what they are by their bytes, whole or not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.media import picture
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import Unplayable

TYPES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}


def check(file: Path, body: bytes, kind: str = "image") -> Probe:
    file.write_bytes(body)
    return probe(file, kind)


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that ask for gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["image", "source_image"])
@pytest.mark.parametrize("format_", TYPES)
def test_a_cover_is_measured(file: Path, format_: str, kind: str) -> None:
    content_type, extension = TYPES[format_]
    found = check(file, picture(format_), kind)
    expected = Probe(content_type, extension, width=320, height=200, hue=found.hue)
    assert replace(found, thumbnails={}, thumbnail_side=None) == expected


def test_a_cover_in_print_colours_is_a_cover(file: Path) -> None:
    assert check(file, picture("JPEG", mode="CMYK")).width == 320


@pytest.mark.parametrize("format_", TYPES)
def test_a_cover_cut_short_is_noticed(file: Path, format_: str) -> None:
    body = picture(format_)
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, body[: len(body) // 2])


@pytest.mark.parametrize("format_", TYPES)
def test_only_the_head_of_a_cover_is_no_cover(file: Path, format_: str) -> None:
    with pytest.raises(Unplayable):
        check(file, picture(format_)[:30])


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 8_000), (2**31 - 1, 1)])
def test_a_cover_that_would_fill_the_memory_is_refused(file: Path, size: tuple[int, int]) -> None:
    with pytest.raises(Unplayable, match="50 million pixels"):
        check(file, huge_png(*size))


@pytest.mark.parametrize(
    "body", [b"II*\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"ID3\x04", b"BM" + bytes(60)]
)
def test_what_is_no_cover_is_refused(file: Path, body: bytes) -> None:
    with pytest.raises(Unplayable, match="came instead of a picture"):
        check(file, body)


@pytest.fixture
def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("vocals.flac", b"x" * 1000)
    return file.getvalue()


def test_an_archive_is_known_by_its_bytes(file: Path, archive: bytes) -> None:
    assert check(file, archive, "archive") == Probe("application/zip", "zip")


def test_an_archive_cut_short_is_noticed(file: Path, archive: bytes) -> None:
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, archive[:-30], "archive")


def test_what_is_no_archive_is_refused(file: Path) -> None:
    with pytest.raises(Unplayable, match="a web page came instead of a ZIP archive"):
        check(file, b"<html>", "archive")
