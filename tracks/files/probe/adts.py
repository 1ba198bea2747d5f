"""Walks the frames of an AAC stream (ADTS). Nothing is decoded."""

from __future__ import annotations

from mmap import mmap
from typing import Any

from tracks.files.probe.frames import first_frame
from tracks.files.probe.tags import MAX_PADDING_BYTES, after_tags, is_tag, junk_bytes
from tracks.files.probe.unplayable import Unplayable, check_length

# ISO/IEC 14496-3, 1.6.3.3 and 1.A.2.2: a header of 56 bits, without its checksum
SAMPLE_RATES = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000),
    *(24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
HEADER_BYTES = 7
BLOCK_SAMPLES = 1024


def adts_frame_bytes(header: bytes) -> int:
    """The length of the frame that begins with this header; 0 where it is none."""
    if len(header) < HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= HEADER_BYTES and _rate_index(header) < len(SAMPLE_RATES) else 0


def _rate_index(header: bytes) -> int:
    return header[2] >> 2 & 15


def adts_facts(data: mmap, start: int) -> dict[str, Any]:
    """``{"duration_ms", "sample_rate", "channels", "is_cut", "gap_bytes"}``. Raises Unplayable if damaged."""
    begin = first_frame(data, start, adts_frame_bytes)
    if begin is None:
        raise Unplayable("the file begins like AAC but is none, or badly damaged")
    header, at, samples = data[begin : begin + HEADER_BYTES], begin, 0
    rate = SAMPLE_RATES[_rate_index(header)]
    while length := adts_frame_bytes(data[at : at + HEADER_BYTES]):
        samples += BLOCK_SAMPLES * ((data[at + 6] & 3) + 1)
        at += length
        check_length(samples / rate)
    if at < len(data) - HEADER_BYTES and not is_tag(data, at):
        raise Unplayable(f"the audio is damaged or breaks off: it goes on for {samples / rate:.1f} s")
    junk = junk_bytes(data, after_tags(data), begin)
    gap = junk if junk > MAX_PADDING_BYTES else 0
    return {
        "duration_ms": round(samples * 1000 / rate),
        "sample_rate": rate,
        "channels": (header[2] & 1) << 2 | header[3] >> 6 or None,
        "is_cut": gap > 0 or (at != len(data) and not is_tag(data, at)),
        "gap_bytes": gap,
    }
