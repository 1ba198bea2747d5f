"""The frames of an MP3: whether the first one counts them, and whether all of them are there whole."""

from __future__ import annotations

import re
from mmap import mmap
from typing import Any

from tracks.files.probe.frames import first_frame
from tracks.files.probe.tags import MAX_PADDING_BYTES, after_tags, junk_bytes

# ISO/IEC 11172-3, 2.4.2.3 and 13818-3: kbit/s by MPEG version and layer; the first and last of 16 are none.
BITRATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
LAYERS = {3: 1, 2: 2, 1: 3}
# The first frame may hold the number of frames: Xing/Info tag, with bit 0 of its flags set.
FRAME_COUNT = re.compile(rb"(?:Xing|Info)\0\0\0[\x01\x03\x05\x07\x09\x0b\x0d\x0f]")
FRAME_COUNT_BYTES = 266
HEADER_BYTES = 4


def has_frame_count(data: mmap, at: int) -> bool:
    """Whether the frame at ``at`` states the length; without it half a file looks like a whole one."""
    return bool(FRAME_COUNT.search(data, at, at + FRAME_COUNT_BYTES))


def frame_facts(data: mmap, start: int) -> dict[str, Any]:
    """``{"is_cut", "gap_bytes"}`` as a Probe has them, of the frames from ``start`` on.

    Nothing is known of a file whose frames are not understood.
    """
    if not frame_bytes(data[start : start + HEADER_BYTES]):
        return {}
    junk, behind = 0, after_tags(data)
    while behind < len(data):
        junk += junk_bytes(data, behind, start)
        behind = _behind_frames(data, start)
        start = first_frame(data, behind, frame_bytes) or len(data)
    gap = junk if junk > MAX_PADDING_BYTES else 0
    return {"is_cut": behind > len(data) or gap > 0, "gap_bytes": gap}


def _behind_frames(data: mmap, at: int) -> int:
    """The position behind a row of frames: behind the file's end, if that lies within the last frame."""
    header = b""
    while length := frame_bytes(data[at : at + HEADER_BYTES]):
        header = data[at : at + HEADER_BYTES]
        at += length
    rest = data[at : at + HEADER_BYTES]
    # Frames have their first two bytes in common, so fewer than a header's bytes may be one that is cut.
    is_header = 0 < len(rest) < HEADER_BYTES and header.startswith(rest[:2])
    return at + HEADER_BYTES if is_header else at


def frame_bytes(header: bytes) -> int:
    """The length of the frame that begins with these four bytes; 0 where they are no header."""
    if len(header) < HEADER_BYTES or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, LAYERS.get(header[1] >> 1 & 3)
    bitrate, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer is None or rate == 3 or not 0 < bitrate < 15:
        return 0
    is_first = version == 3
    bits = 1000 * BITRATES[1 if is_first else 2, layer][bitrate - 1]
    hertz = SAMPLE_RATES[version][rate]
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (144 if is_first or layer == 2 else 72) * bits // hertz + padding
