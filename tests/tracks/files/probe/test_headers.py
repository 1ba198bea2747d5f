"""Headers with other lengths than 32 bits, with none, or with a wrong one: soundfile reads the sound."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.support.media import sound, tone
from tracks.files.probe.check import Probe, probe
from tracks.files.probe.unplayable import Unplayable

TYPES = {
    "RF64": ("audio/wav", "wav"),
    "W64": ("audio/x-w64", "w64"),
    "AIFF": ("audio/aiff", "aiff"),
    "AU": ("audio/basic", "au"),
    "CAF": ("audio/x-caf", "caf"),
}


def check(file: Path, body: bytes) -> Probe:
    file.write_bytes(body)
    return probe(file, "audio_hi")


@pytest.mark.parametrize("format_", TYPES)
def test_a_rare_format_is_measured_and_called_unusual(file: Path, format_: str) -> None:
    found = probe(sound(file, tone(3.0), format_, "PCM_16"), "audio_hi")
    assert (found.content_type, found.extension) == TYPES[format_]
    assert found.duration_ms == 3000
    assert found.unusual


@pytest.mark.parametrize("format_", TYPES)
def test_half_of_it_is_refused(file: Path, format_: str) -> None:
    body = sound(file, tone(3.0), format_, "PCM_16").read_bytes()
    with pytest.raises(Unplayable):
        check(file, body[: len(body) // 2])


def test_bw64_and_a_big_endian_wav_are_read(file: Path) -> None:
    body = sound(file, tone(3.0), "RF64", "PCM_16").read_bytes()
    assert check(file, b"BW64" + body[4:]).duration_ms == 3000
    assert probe(sound(file, tone(3.0), "WAV", "PCM_16", endian="BIG"), "audio").duration_ms == 3000


@pytest.mark.parametrize("size", [0, 2**64 - 1])
def test_an_rf64_that_does_not_know_its_length_is_read_to_its_end(file: Path, size: int) -> None:
    body = bytearray(sound(file, tone(3.0), "RF64", "PCM_16").read_bytes())
    body[28:36] = struct.pack("<Q", size)
    assert check(file, bytes(body)).duration_ms == 3000


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("riff", [0, 36, 0xFFFFFFFF, None])
@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_wav_that_does_not_know_its_length_is_read_to_its_end(
    file: Path, size: int, riff: int | None, subtype: str
) -> None:
    body = bytearray(sound(file, tone(3.0), "WAV", subtype).read_bytes())
    at = body.index(b"data") + 4
    body[at : at + 4] = struct.pack("<I", size)
    if riff is not None:
        body[4:8] = struct.pack("<I", riff)
    assert check(file, bytes(body)).duration_ms == 3000
    assert file.read_bytes() == body


def test_a_wav_whose_data_are_empty_indeed_is_no_song(file: Path) -> None:
    head = sound(file, tone(1.0), "WAV", "PCM_16").read_bytes()[:40]
    for rest in (b"", b"LIST\x04\0\0\0INFO", b"LIST\x04\0\0\0INFOid3 \x02\0\0\0ab"):
        with pytest.raises(Unplayable, match="no sound"):
            check(file, head + bytes(4) + rest)
