"""The frames of an MP3: whether the first one counts them, and whether the last one is there whole."""

from __future__ import annotations

import re
from mmap import mmap

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


def has_frame_count(data: mmap, at: int) -> bool:
    """Whether the frame at ``at`` states the length; without it half a file looks like a whole one."""
    return bool(FRAME_COUNT.search(data, at, at + FRAME_COUNT_BYTES))


def is_cut(data: mmap, at: int) -> bool:
    """Whether the file ends within its last frame. False also where its frames are not understood."""
    while length := frame_bytes(data[at : at + 4]):
        if at + length > len(data):
            return True
        at += length
    return False


def frame_bytes(header: bytes) -> int:
    """The length of the frame that begins with these four bytes; 0 where they are no header."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
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
