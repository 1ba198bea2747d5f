"""Formats that providers seldom send: measured where a decoder is there, else checked by their structure."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.media import RATE, picture, sound, tone
from tests.support.odd_media import ID3, adts, m4a, ogg_flac
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import RefusalKind, Unplayable


def check(file: Path, body: bytes, kind: str = "audio") -> Probe:
    file.write_bytes(body)
    return probe(file, kind)


@pytest.fixture(scope="module")
def flac(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound(tmp_path_factory.mktemp("song") / "song", tone(2.0), "FLAC", "PCM_16").read_bytes()


@pytest.mark.parametrize("brand", [b"M4A ", b"M4B ", b"isom", b"mp42", b"dash"])
def test_an_m4a_is_kept_by_its_boxes(file: Path, brand: bytes) -> None:
    found = check(file, m4a(5, brand))
    assert (found.content_type, found.extension, found.duration_ms) == ("audio/mp4", "m4a", 5000)
    assert "its sound was not" in found.unusual


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (m4a(5)[:-1], "1 bytes are missing"),
        (m4a(5)[:100], "breaks off"),
        (m4a(5)[:24], "index is missing"),
        (m4a(5, b"isom", b"vide"), "an MP4 video came"),
        (m4a(5, b"isom")[:200], "an MP4 video came"),
    ],
)
def test_half_an_m4a_or_a_video_is_refused(file: Path, body: bytes, words: str) -> None:
    with pytest.raises(Unplayable, match=words):
        check(file, body)


@pytest.mark.parametrize("front", [b"", ID3, ID3 + ID3, bytes(1024), b"\xff" * 8, b"\xff\xf1\x50"])
@pytest.mark.parametrize("behind", [b"", b"TAG" + bytes(125)])
def test_aac_is_kept_by_its_frames(file: Path, front: bytes, behind: bytes) -> None:
    found = check(file, front + adts(100) + behind)
    assert (found.content_type, found.extension, found.is_cut) == ("audio/aac", "aac", False)
    assert (found.duration_ms, found.sample_rate, found.channels) == (2322, RATE, 2)
    assert found.unusual


def test_aac_that_is_cut_or_damaged_is_noticed(file: Path) -> None:
    assert check(file, adts(100)[:-9]).is_cut
    with pytest.raises(Unplayable, match=r"it goes on for 1\.2 s"):
        check(file, adts(50) + bytes(500) + adts(50))
    with pytest.raises(Unplayable, match="begins like AAC but is none"):
        check(file, adts(1)[:100])


def test_a_flac_inside_ogg_is_decoded(file: Path, flac: bytes) -> None:
    found = check(file, ogg_flac(flac))
    assert (found.content_type, found.extension, found.duration_ms) == ("audio/ogg", "ogg", 2000)
    assert found.unusual
    assert max(found.waveform) == 255


def test_a_flac_inside_ogg_with_a_gap_is_refused(file: Path, flac: bytes) -> None:
    body = ogg_flac(flac)
    pages = [b"OggS\0" + page for page in body.split(b"OggS\0")[1:]]
    for broken in (pages[:-1], [*pages[:5], *pages[6:]]):
        with pytest.raises(Unplayable, match="page of the Ogg file is missing"):
            check(file, b"".join(broken))


@pytest.mark.parametrize(("format_", "extension"), [("GIF", "gif"), ("AVIF", "avif")])
def test_a_rare_picture_is_a_cover(file: Path, format_: str, extension: str) -> None:
    body = picture(format_)
    found = check(file, body, "image")
    assert (found.content_type, found.extension) == (f"image/{extension}", extension)
    assert (found.width, found.height) == (320, 200)
    assert found.unusual
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, body[: len(body) // 2], "image")


def test_a_gif_that_moves_is_decoded_to_its_last_picture(file: Path) -> None:
    pictures = [Image.open(io.BytesIO(picture("PNG"))).rotate(turn).convert("P") for turn in (0, 9, 18)]
    made = io.BytesIO()
    pictures[0].save(made, "GIF", save_all=True, append_images=pictures[1:])
    assert check(file, made.getvalue(), "image").width == 320
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, made.getvalue()[:-5000], "image")


def moving(format_: str, count: int = 3) -> bytes:
    pictures = [Image.open(io.BytesIO(picture("PNG"))).rotate(turn).convert("P") for turn in range(count)]
    made = io.BytesIO()
    pictures[0].save(made, format_, save_all=True, append_images=pictures[1:])
    return made.getvalue()


def test_a_gif_that_moves_and_ends_before_its_second_picture_says_so(file: Path) -> None:
    whole = moving("GIF")
    second = [match.start() for match in re.finditer(rb"\x21\xf9\x04", whole)][1]
    found = check(file, whole[:second], "image")
    assert (found.width, found.extension) == (320, "gif")
    assert found.unusual.startswith("It is a GIF picture")
    assert "end marker" in found.unusual
    assert "end marker" not in check(file, whole, "image").unusual


def test_a_png_that_moves_breaks_off_before_its_second_picture(file: Path) -> None:
    whole = moving("PNG")
    assert check(file, whole, "image").unusual == ""
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, whole[: [match.start() for match in re.finditer(b"fcTL", whole)][1] - 4], "image")


@pytest.mark.parametrize(
    ("format_", "missing"), [("GIF", 1), *(("PNG", missing) for missing in (1, 4, 12, 13))]
)
def test_a_gif_and_a_png_that_only_lack_their_end_say_so(file: Path, format_: str, missing: int) -> None:
    body = picture(format_)
    assert "end marker" in check(file, body[:-missing], "image").unusual
    for behind in (b"", b"\r\n", bytes(40), b";", b"IEND"):
        assert "end marker" not in check(file, body + behind, "image").unusual


@pytest.mark.parametrize("how", [{}, {"interlace": 1}, {"comment": b"; a comment;" * 40}])
def test_a_gif_s_end_is_found_behind_all_its_blocks(file: Path, how: dict[str, object]) -> None:
    made = io.BytesIO()
    Image.open(io.BytesIO(picture("PNG"))).convert("P").save(made, "GIF", **how)
    assert "end marker" not in check(file, made.getvalue(), "image").unusual
    assert "end marker" in check(file, made.getvalue()[:-1], "image").unusual


@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
def test_others_that_lack_a_byte_break_off(file: Path, format_: str) -> None:
    for body in (picture(format_), moving(format_, 2)):
        with pytest.raises(Unplayable, match="breaks off"):
            check(file, body[:-1], "image")


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"quality": 30}, {"restart_marker_blocks": 4}])
def test_a_jpeg_that_only_lacks_its_end_marker_is_a_cover(file: Path, how: dict[str, int]) -> None:
    made = io.BytesIO()
    Image.open(io.BytesIO(picture("PNG"))).save(made, "JPEG", **how)
    for missing in (1, 2):
        found = check(file, made.getvalue()[:-missing], "image")
        assert found.content_type == "image/jpeg"
        assert "end marker" in found.unusual
    for missing in (12, 5000):
        with pytest.raises(Unplayable, match="breaks off"):
            check(file, made.getvalue()[:-missing], "image")
    assert check(file, made.getvalue() + b"\r\n", "image").unusual == ""


# --- Far too long -------------------------------------------------------------------------------------------
def silence(file: Path, hours: float, rate: int) -> Path:
    return sound(file, np.zeros((int(hours * 3600 * rate), 1), np.float32), "FLAC", "PCM_16", rate)


def test_hours_of_silence_in_a_small_file_are_not_decoded_to_their_end(file: Path) -> None:
    with pytest.raises(Unplayable, match="more than 4 hours") as caught:
        probe(silence(file, 4.1, 8_000), "audio")
    assert caught.value.kind is RefusalKind.TOO_LONG
    assert file.stat().st_size < 2_000_000


@pytest.mark.parametrize("make", [lambda: m4a(15_000), lambda: adts(621_000, payload=0)], ids=["m4a", "aac"])
def test_nor_are_others_that_are_too_long(file: Path, make: Callable[[], bytes]) -> None:
    with pytest.raises(Unplayable, match="more than 4 hours"):
        check(file, make())


def test_a_song_of_more_than_an_hour_is_a_song(file: Path) -> None:
    assert probe(silence(file, 3.9, 8_000), "audio").duration_ms == 14_040_000
