"""The probe of audio: whole files of every format, damaged ones, and other files in their place."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.media import RATE, picture, sound, tone
from tracks.domain.waveform import POINTS, peaks_of, rms_of
from tracks.files.probe.check import Probe, length_fault, probe
from tracks.files.probe.unplayable import Unplayable

SECONDS = 6.0
SONGS = {
    "mp3": ("MP3", None),
    "wav": ("WAV", "PCM_16"),
    "wav-float": ("WAV", "FLOAT"),
    "wav-extensible": ("WAVEX", "PCM_24"),
    "flac": ("FLAC", "PCM_24"),
    "ogg": ("OGG", "VORBIS"),
}
TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg"}


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, samples = tmp_path_factory.mktemp("songs"), tone(SECONDS)
    return {name: sound(folder / name, samples, *how).read_bytes() for name, how in SONGS.items()}


def check(file: Path, body: bytes, kind: str = "audio") -> Probe:
    file.write_bytes(body)
    return probe(file, kind)


def first_frame(mp3: bytes) -> int:
    """Bytes of the first frame (MPEG 1 layer III), which holds the frame count and no sound."""
    rates = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    return 144_000 * rates[mp3[2] >> 4] // RATE + (mp3[2] >> 1 & 1)


@pytest.mark.parametrize("name", SONGS)
def test_a_whole_song_is_measured(songs: dict[str, bytes], file: Path, name: str) -> None:
    found, extension = check(file, songs[name]), name.partition("-")[0]
    assert (found.content_type, found.extension) == (TYPES[extension], extension)
    assert (found.duration_ms, found.sample_rate, found.channels) == (6000, RATE, 2)
    assert len(found.waveform) == 2 * POINTS
    assert max(found.waveform) == 255


@pytest.mark.parametrize("kind", ["audio", "audio_hi", "source_audio", "stem"])
def test_every_kind_of_sound_may_be_any_of_them(songs: dict[str, bytes], file: Path, kind: str) -> None:
    assert check(file, songs["flac"], kind).content_type == "audio/flac"


def test_opus_and_mono_and_other_rates_are_sound_too(file: Path) -> None:
    sound(file, tone(2, channels=1), "OGG", "OPUS", rate=48_000)
    found = probe(file, "audio")
    assert (found.content_type, found.channels, found.sample_rate) == ("audio/ogg", 1, 48_000)


def test_the_peaks_follow_the_sound(file: Path) -> None:
    samples = np.concatenate([np.zeros((RATE, 2)), np.full((RATE, 2), 0.25), np.full((RATE, 2), -1.0)])
    peaks = peaks_of(probe(sound(file, samples.astype(np.float32), "WAV"), "audio").waveform)
    assert [peaks[at] for at in (0, 172, 175, 345, 348, 519)] == [0, 0, 64, 64, 255, 255]


def test_a_very_short_sound_has_all_its_peaks(file: Path) -> None:
    found = probe(sound(file, tone(0.001), "WAV"), "audio")
    assert (found.duration_ms, len(found.waveform)) == (1, 2 * POINTS)


def test_a_waveform_fills_its_height_however_quiet_the_song_is(file: Path) -> None:
    """But for a few points that are louder than all others, and for what nobody can hear."""
    samples = np.full((52_000, 1), 0.01, np.float32)
    samples[30_000:30_100] = 0.9
    found = probe(sound(file, samples, "WAV"), "audio")
    assert peaks_of(found.waveform) == bytes([255] * POINTS)
    assert probe(sound(file, samples * np.float32(1e-6), "WAV", "FLOAT"), "audio").waveform == bytes(
        2 * POINTS
    )


def test_the_rms_is_that_of_all_channels(file: Path) -> None:
    """One channel of a stereo sound is silent: half of the square is there, and the whole peak."""
    samples = np.zeros((RATE, 2), np.float32)
    samples[:, 0] = 0.5
    found = probe(sound(file, samples, "WAV"), "audio")
    assert set(peaks_of(found.waveform)) == {255}
    assert set(rms_of(found.waveform)) == {180}


def test_samples_that_are_no_numbers_do_no_harm(file: Path) -> None:
    samples = np.full((RATE, 1), 0.5, np.float32)
    samples[100], samples[30_000], samples[40_000] = np.nan, np.inf, -7
    found = probe(sound(file, samples, "WAV", "FLOAT"), "audio")
    peaks = peaks_of(found.waveform)
    assert set(peaks) == {255}
    assert sum(rms_of(found.waveform)) / POINTS == pytest.approx(255, abs=2)


def without_count(mp3: bytes) -> bytes:
    """As a live encoder writes it: the frame with the number of frames is not there."""
    return mp3[first_frame(mp3) :]


@pytest.mark.parametrize("part", [0.5, 0.98, 0.1])
def test_an_mp3_without_a_count_that_ends_within_a_frame_is_doubted(
    songs: dict[str, bytes], file: Path, part: float
) -> None:
    whole = without_count(songs["mp3"])
    assert not check(file, whole).is_cut
    assert check(file, whole[: int(len(whole) * part) | 1]).is_cut


@pytest.mark.parametrize("tag", [b"TAG" + bytes(125), b"APETAGEX" + bytes(24), bytes(500), b"\xff" * 8])
def test_what_follows_the_last_frame_is_no_cut(songs: dict[str, bytes], file: Path, tag: bytes) -> None:
    assert not check(file, without_count(songs["mp3"]) + tag).is_cut


@pytest.mark.parametrize("name", SONGS)
def test_a_song_that_says_its_length_is_never_doubted(songs: dict[str, bytes], file: Path, name: str) -> None:
    assert not check(file, songs[name]).is_cut


def test_a_page_with_thousands_of_comments_is_judged_at_once(file: Path) -> None:
    """A pattern that goes back at each of them would take longer than the time limit."""
    with pytest.raises(Unplayable, match="a web page came"):
        check(file, b"<!-- -->" * 440 + b"<html>")
    with pytest.raises(Unplayable, match="text"):
        check(file, b"<!-- -->" * 440)


@pytest.mark.parametrize("part", [0.5, 0.98])
@pytest.mark.parametrize("name", SONGS)
def test_a_song_cut_short_is_noticed(songs: dict[str, bytes], file: Path, name: str, part: float) -> None:
    with pytest.raises(Unplayable, match="breaks off"):
        check(file, songs[name][: int(len(songs[name]) * part)])


def test_a_song_cut_short_is_reported_with_its_length(songs: dict[str, bytes], file: Path) -> None:
    with pytest.raises(Unplayable, match=r"the audio breaks off: 3\.0 s of 6\.0 s decode"):
        check(file, songs["wav"][: len(songs["wav"]) // 2])


@pytest.mark.parametrize("name", ["mp3", "flac", "ogg"])
def test_noise_in_the_middle_is_noticed(songs: dict[str, bytes], file: Path, name: str) -> None:
    body = bytearray(songs[name])
    body[len(body) // 2 : len(body) // 2 + 8000] = np.random.default_rng(5).bytes(8000)
    with pytest.raises(Unplayable, match=r"damaged|breaks off"):
        check(file, bytes(body))


@pytest.mark.parametrize("name", ["mp3", "wav", "flac", "ogg"])
def test_only_the_head_of_a_song_is_no_song(songs: dict[str, bytes], file: Path, name: str) -> None:
    with pytest.raises(Unplayable):
        check(file, songs[name][:60])


def test_tags_around_an_mp3_do_no_harm(songs: dict[str, bytes], file: Path) -> None:
    cover = picture("PNG", (600, 600))
    size = bytes(len(cover) >> shift & 0x7F for shift in (21, 14, 7, 0))
    body = b"ID3\x04\0\0" + size + cover + songs["mp3"] + b"TAG" + bytes(125)
    assert check(file, body).duration_ms == 6000


@pytest.mark.parametrize("mode", ["VARIABLE", "CONSTANT"])
def test_an_mp3_without_a_frame_count_is_measured_to_its_end(file: Path, mode: str) -> None:
    """As encoders write it into a pipe. The decoder's own guess is far off where it begins in silence."""
    samples = np.concatenate([np.zeros((3 * RATE, 2), np.float32), tone(5)])
    body = sound(file, samples, "MP3", bitrate_mode=mode, compression_level=0.5).read_bytes()
    found = check(file, body[first_frame(body) :])
    assert found.duration_ms == pytest.approx(8000, abs=60)
    assert peaks_of(found.waveform)[0] == 0
    assert peaks_of(found.waveform)[-40] > 0


def test_a_flac_without_a_length_is_measured_to_its_end(songs: dict[str, bytes], file: Path) -> None:
    body = bytearray(songs["flac"])
    body[21] &= 0xF0
    body[22:26] = bytes(4)
    assert check(file, bytes(body)).duration_ms == 6000


def test_a_flac_that_promises_more_breaks_off(songs: dict[str, bytes], file: Path) -> None:
    body = bytearray(songs["flac"])
    body[22:26] = (12 * RATE).to_bytes(4, "big")
    with pytest.raises(Unplayable, match=r"6\.0 s of 12\.0 s"):
        check(file, bytes(body))


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_written_into_a_pipe_is_measured_to_its_end(
    songs: dict[str, bytes], file: Path, size: int
) -> None:
    body = bytearray(songs["wav"])
    body[4:8] = body[40:44] = struct.pack("<I", size)
    assert check(file, bytes(body)).duration_ms == 6000


def test_a_wav_without_data_is_no_song(songs: dict[str, bytes], file: Path) -> None:
    with pytest.raises(Unplayable, match="no sound"):
        check(file, songs["wav"][:40] + bytes(4))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page came"),
        (b"\xef\xbb\xbf \r\n <HTML lang=en>", "a web page came"),
        (b"<!-- cached --><html>", "a web page came"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML text"),
        (b"<Error><Code>NoSuchKey</Code></Error>", "an XML text"),
        (b'{"code": 404, "msg": "expired"}', "a JSON text"),
        (b'[{"code": 404}]', "a JSON text"),
        (b"{}", "a JSON text"),
        (b"Forbidden\n", "a plain text"),
        (bytes(50_000), "nothing but zero bytes"),
        (bytes(range(128, 256)) * 100, "data of no known format"),
        (picture("PNG"), "a PNG picture"),
        (picture("JPEG"), "a JPEG picture"),
        (b"GIF89a" + bytes(100), "a GIF picture"),
        (b"\x1f\x8b\x08\0" + bytes(100), "a gzip file"),
        (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "an MP4 video"),
        ("出错了，请稍后再试。".encode(), "a plain text"),
        (b"RIFF\x10\0\0\0AVI LIST", "data of no known format"),
    ],
)
def test_what_came_instead_of_a_song_is_named(file: Path, body: bytes, name: str) -> None:
    with pytest.raises(Unplayable, match=name):
        check(file, body)


@pytest.mark.parametrize(
    "start", [b"ID3\x04", b"\xff\xfb\x90\x64", b"RIFF\0\0\0\0WAVEfmt ", b"fLaC\0", b"OggS\0\x02"]
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.binary(max_size=500))
def test_no_bytes_break_the_check(file: Path, start: bytes, rest: bytes) -> None:
    with pytest.raises(Unplayable):
        check(file, start + rest)


def test_a_name_that_is_missing_is_the_caller_s_mistake(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(file, "audio")


@pytest.mark.parametrize(
    ("measured", "promised"),
    [
        (96_000, 96_000),
        (94_000, 96_000),
        (98_000, 96_000),
        (291_000, 300_000),
        (3_000, 1_000),
        (5, None),
        (5, 0),
    ],
)
def test_a_length_close_to_the_promised_one_is_fine(measured: int, promised: int | None) -> None:
    assert length_fault(measured, promised) == ""


@pytest.mark.parametrize("measured", [48_200, 92_900, 99_000, 0])
def test_another_length_than_promised_is_reported(measured: int) -> None:
    fault = length_fault(measured, 96_000)
    assert f"{measured / 1000:.1f} s" in fault
    assert "96.0 s" in fault
