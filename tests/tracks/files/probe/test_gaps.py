"""MP3 and AAC streams of no stated length that lack a part: what is no frame and no tag is noticed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.media import picture, sound, tone
from tests.support.odd_media import ID3, JUNK, adts
from tracks.files.probe.check import Probe, probe

ID3V1 = b"TAG" + b"A song".ljust(125)
LYRICS3 = b"LYRICSBEGIN" + b"INF0000210" * 900 + b"009011LYRICS200"  # https://id3.org/Lyrics3v2
# Fewer bytes than these are padding or the rest of a frame.
MANY = 5_000


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """About a minute, without the frame that counts the frames."""
    made = sound(tmp_path_factory.mktemp("song") / "song", tone(6.0), "MP3").read_bytes()
    return made[made.index(b"\xff\xfb", 4) :] * 10


def check(file: Path, body: bytes) -> Probe:
    file.write_bytes(body)
    return probe(file, "audio")


def id3(content: bytes) -> bytes:
    return b"ID3\x04\0\0" + bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def ape(content: bytes, *, has_header: bool = True) -> bytes:
    """https://wiki.hydrogenaud.io/index.php?title=APE_Tags_Header"""
    ends = [
        b"APETAGEX" + struct.pack("<IIII8x", 2000, len(content) + 32, 1, flags)
        for flags in (5 << 29, 1 << 31)
    ]
    return (ends[0] if has_header else b"") + content + ends[1]


def replaced(song: bytes, begin: float, end: float, filling: bytes) -> bytes:
    """The song with a part of it, from 0 to 1, overwritten."""
    first, last = int(len(song) * begin), int(len(song) * end)
    return song[:first] + (filling * len(song))[: last - first] + song[last:]


@pytest.mark.parametrize("filling", [b"\0", b"\xff", b"\r\n"])
@pytest.mark.parametrize("part", [(0.5, 1), (0.9, 1), (0, 0.5), (0, 0.1), (0.25, 0.75), (0.5, 0.53)])
def test_a_part_that_is_no_sound_is_doubted(
    song: bytes, file: Path, part: tuple[float, float], filling: bytes
) -> None:
    found = check(file, replaced(song, *part, filling))
    assert found.is_cut
    assert found.gap_bytes == pytest.approx(len(song) * (part[1] - part[0]), abs=1500)


def test_many_small_parts_together_are_doubted(song: bytes, file: Path) -> None:
    body = bytearray(song)
    for at in range(10_000, len(body) - 10_000, 20_000):
        body[at : at + 1_000] = bytes(1_000)
    assert check(file, bytes(body)).gap_bytes > MANY


@pytest.mark.parametrize("make", [lambda: adts(400), lambda: adts(30)])
def test_an_aac_behind_many_bytes_that_are_no_sound_is_doubted(file: Path, make: Callable[[], bytes]) -> None:
    found = check(file, bytes(MANY) + make())
    assert (found.is_cut, found.gap_bytes, found.content_type) == (True, MANY, "audio/aac")


@pytest.mark.parametrize("left", [1, 2, 3, 4, 5, -1, -2])
def test_a_file_that_ends_within_a_header_ends_within_a_frame(song: bytes, file: Path, left: int) -> None:
    found = check(file, song + song[:left])
    assert (found.is_cut, found.gap_bytes) == (True, 0)


@pytest.mark.parametrize("junk", [name for name in JUNK if len(JUNK[name]) < 4000])
def test_a_little_junk_in_front_is_no_gap(song: bytes, file: Path, junk: str) -> None:
    found = check(file, JUNK[junk] + song[: len(song) // 10])
    assert (found.is_cut, found.gap_bytes) == (False, 0)


@pytest.mark.parametrize("behind", [b"\0", bytes(3), b"\r\n", bytes(2000), b"\xff" * 8, bytes(300) + ID3V1])
def test_a_little_padding_behind_is_no_gap(song: bytes, file: Path, behind: bytes) -> None:
    found = check(file, song[: len(song) // 10] + behind)
    assert (found.is_cut, found.gap_bytes) == (False, 0)


TAGS = {
    "ID3v1": ID3V1,
    "ID3v2": id3(picture("PNG")),
    "ID3v2 with a footer": ID3,
    "APE": ape(picture("PNG")),
    "APE without a header": ape(picture("PNG"), has_header=False),
    "Lyrics3": LYRICS3,
}


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_no_gap_however_long_and_wherever_it_stands(song: bytes, file: Path, tag: str) -> None:
    half = song[: len(song) // 10]
    for body in (half + TAGS[tag], TAGS[tag] + half, half + TAGS[tag] + half, half + TAGS[tag] + ID3V1):
        found = check(file, body)
        assert (found.is_cut, found.gap_bytes) == (False, 0)


@pytest.mark.parametrize("tag", TAGS)
def test_what_only_begins_like_a_tag_is_a_gap(song: bytes, file: Path, tag: str) -> None:
    assert check(file, song[: len(song) // 2] + TAGS[tag][:200] + bytes(len(song) // 2)).is_cut


def test_junk_full_of_tags_is_judged_at_once(file: Path, song: bytes) -> None:
    """Each of them is looked at once."""
    for junk in (b"TAG", b"APETAGEX" + bytes(24), b"000009LYRICS200", b"ID3\x04\0\0\0\0\0\0"):
        assert (
            check(file, song[: len(song) // 10] + junk * (500_000 // len(junk))).content_type == "audio/mpeg"
        )


@examples(20, HealthCheck.function_scoped_fixture)
@given(
    st.lists(st.tuples(st.integers(0, 240_000), st.integers(0, 40_000)), max_size=4),
    st.sampled_from([0, 170]),
)
def test_whatever_is_overwritten_is_sound_that_is_missing_or_doubted(
    song: bytes, file: Path, holes: list[tuple[int, int]], filling: int
) -> None:
    """Each hole of 5,000 bytes and more, so that no part of the song is lost without a word."""
    body = bytearray(song)
    for at, size in holes:
        body[at : at + size] = bytes([filling]) * len(body[at : at + size])
    found = check(file, bytes(body))
    assert found.is_cut or all(min(size, len(song) - at) < MANY for at, size in holes)
