"""Songs behind junk, which every player passes over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.media import sound, tone
from tests.support.odd_media import ID3, ID3_WITH_FOOTER, JUNK
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import Unplayable

# A ZIP and a video may hold audio and are other files all the same; a tag may cover the song.
OTHER_FILE = re.compile(rb"PK|ID3|....ftyp|\x1a\x45\xdf\xa3", re.DOTALL)


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound(tmp_path_factory.mktemp("song") / "song", tone(3.0), "MP3").read_bytes()


def check(file: Path, body: bytes) -> Probe:
    file.write_bytes(body)
    return probe(file, "audio")


def without_count(mp3: bytes) -> bytes:
    return mp3[mp3.index(b"\xff\xfb", 4) :]


@pytest.mark.parametrize("junk", JUNK)
def test_an_mp3_behind_junk_is_a_song(mp3: bytes, file: Path, junk: str) -> None:
    found = check(file, JUNK[junk] + mp3)
    assert (found.content_type, found.duration_ms, found.is_cut) == ("audio/mpeg", 3000, False)


@pytest.mark.parametrize("junk", JUNK)
def test_also_where_it_does_not_count_its_frames(mp3: bytes, file: Path, junk: str) -> None:
    found = check(file, JUNK[junk] + without_count(mp3))
    assert found.duration_ms == pytest.approx(3000, abs=60)
    assert check(file, JUNK[junk] + without_count(mp3)[:-9]).is_cut


def test_an_mp3_behind_the_tail_of_a_frame_is_a_song(mp3: bytes, file: Path) -> None:
    whole = without_count(mp3)
    assert check(file, whole[100:]).duration_ms == pytest.approx(3000, abs=90)


@pytest.mark.parametrize("junk", JUNK)
def test_half_an_mp3_behind_junk_breaks_off(mp3: bytes, file: Path, junk: str) -> None:
    with pytest.raises(Unplayable):
        check(file, JUNK[junk] + mp3[: len(mp3) // 2])


@pytest.mark.parametrize("junk", [junk for junk in JUNK if junk != "a megabyte"])
@pytest.mark.parametrize("format_", ["FLAC", "OGG"])
def test_a_flac_and_an_ogg_behind_junk_too(file: Path, junk: str, format_: str) -> None:
    body = sound(file, tone(2.0), format_).read_bytes()
    found = check(file, JUNK[junk] + body)
    assert (found.extension, found.duration_ms) == (format_.lower(), 2000)


@pytest.mark.parametrize("tag", [ID3, ID3_WITH_FOOTER, ID3 + ID3_WITH_FOOTER])
@pytest.mark.parametrize("format_", ["FLAC", "WAV", "OGG", "RF64", "AIFF"])
def test_a_tag_in_front_hides_no_format(file: Path, tag: bytes, format_: str) -> None:
    body = sound(file, tone(2.0), format_).read_bytes()
    assert check(file, tag + body).duration_ms == 2000


def test_the_file_s_name_chooses_no_decoder(mp3: bytes, tmp_path: Path) -> None:
    for name in ("song.wav", "song.raw", "song.vox", "song.flac", "song"):
        path = tmp_path / name
        path.write_bytes(mp3)
        assert probe(path, "audio").content_type == "audio/mpeg"
        path.write_bytes(bytes(range(128, 256)) * 100)
        with pytest.raises(Unplayable, match="no known format"):
            probe(path, "audio")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=600).filter(lambda junk: not OTHER_FILE.match(junk)))
def test_any_junk_in_front_of_an_mp3_is_passed_over(mp3: bytes, file: Path, junk: bytes) -> None:
    assert check(file, junk + mp3).duration_ms == 3000
