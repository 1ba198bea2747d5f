"""Writes a music video without an encoder of our own: one picture for the whole song, and its MP3.

The picture is an AV1 key frame, which Pillow makes as AVIF; AVIF and MP4 are the same family of boxes
(ISO/IEC 14496-12), so its frame and its decoder's settings (`av1C`) are only put into other boxes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

SECOND = 44_100  # both tracks count in samples of the sound
FRAME_SAMPLES = 1152  # https://www.rfc-editor.org/rfc/rfc5219 : an MPEG-1 layer III frame
KILOBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
UNTURNED = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True)
class Stream:
    """One track of the file: how it is described, its samples, and how long each of them lasts."""

    handler: bytes
    header: bytes
    entry: bytes
    samples: list[bytes]
    lasts: int
    size: tuple[int, int] = (0, 0)

    @property
    def duration(self) -> int:
        return self.lasts * len(self.samples)


def movie(picture: Image.Image, mp3: bytes) -> bytes:
    """An MP4 file that shows the picture while the MP3 (44.1 kHz, stereo) plays."""
    sound = _sound(list(frames(mp3)))
    streams = [_still(picture, sound.duration), sound]
    data = [b"".join(stream.samples) for stream in streams]
    start = box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2av01mp41")
    length = len(start) + len(_moov(streams, [0, 0])) + 8
    places = [length, length + len(data[0])]
    return start + _moov(streams, places) + box(b"mdat", *data)


def box(name: bytes, *parts: bytes) -> bytes:
    """One box: its length, its name, its content."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def frames(mp3: bytes) -> Iterator[bytes]:
    """The frames of an MPEG-1 layer III file at 44.1 kHz, without the first where it is an index of them."""
    place = 0
    while place + 4 <= len(mp3):
        sync, rate = mp3[place : place + 2], mp3[place + 2]
        if sync[0] != 0xFF or sync[1] & 0xFE != 0xFA or rate >> 4 == 15:
            return
        length = 144_000 * KILOBITS[rate >> 4] // SECOND + (rate >> 1 & 1)
        frame = mp3[place : place + length]
        place += length
        if b"Info" not in frame[:40] and b"Xing" not in frame[:40]:
            yield frame


def _still(picture: Image.Image, lasts: int) -> Stream:
    file = io.BytesIO()
    picture.save(file, "AVIF", quality=60)
    avif = file.getvalue()
    width, height = picture.size
    shape = struct.pack(">6xH16xHHIIIH32sHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, b"", 24, -1)
    entry = box(b"av01", shape, _found(avif, b"av1C"))
    # The last box of a still AVIF holds its one frame and nothing else.
    frame = _content(avif, b"mdat")
    header = box(b"vmhd", struct.pack(">I8x", 1))
    return Stream(b"vide", header, entry, [frame], lasts, picture.size)


def _sound(samples: list[bytes]) -> Stream:
    shape = struct.pack(">6xH8xHHIHH", 1, 2, 16, 0, SECOND, 0)
    # ISO/IEC 14496-1, 7.2.6.5: an elementary stream whose object type 0x6B is MPEG-1 audio.
    decoder = b"\x04\x0d" + struct.pack(">BBxHII", 0x6B, 0x15, 0, 128_000, 128_000)
    described = struct.pack(">BBHB", 3, 3 + len(decoder) + 3, 2, 0) + decoder + b"\x06\x01\x02"
    entry = box(b"mp4a", shape, box(b"esds", struct.pack(">I", 0), described))
    return Stream(b"soun", box(b"smhd", bytes(8)), entry, samples, FRAME_SAMPLES)


def _moov(streams: list[Stream], places: list[int]) -> bytes:
    longest = max(stream.duration for stream in streams)
    header = struct.pack(">12xIIIH10x", SECOND, longest, 0x10000, 0x100) + UNTURNED + bytes(24)
    tracks = [_track(number, one) for number, one in enumerate(zip(streams, places, strict=True), 1)]
    return box(b"moov", box(b"mvhd", header, struct.pack(">I", len(tracks) + 1)), *tracks)


def _track(number: int, of: tuple[Stream, int]) -> bytes:
    stream, place = of
    width, height = stream.size
    loud = 0 if stream.size[0] else 0x100
    head = struct.pack(">I8xI4xI8xHHH2x", 3, number, stream.duration, 0, 0, loud) + UNTURNED
    media = struct.pack(">12xIIHH", SECOND, stream.duration, 0x55C4, 0)
    handler = struct.pack(">8x4s12x", stream.handler) + b"\0"
    where = box(b"dinf", box(b"dref", struct.pack(">4xI", 1), box(b"url ", struct.pack(">I", 1))))
    return box(
        b"trak",
        box(b"tkhd", head, struct.pack(">II", width << 16, height << 16)),
        box(
            b"mdia",
            box(b"mdhd", media),
            box(b"hdlr", handler),
            box(b"minf", stream.header, where, _table(stream, place)),
        ),
    )


def _table(stream: Stream, place: int) -> bytes:
    """Where each sample is: all of them one after another, from `place` on."""
    count = len(stream.samples)
    sizes = struct.pack(f">8xI{count}I", count, *map(len, stream.samples))
    return box(
        b"stbl",
        box(b"stsd", struct.pack(">4xI", 1), stream.entry),
        box(b"stts", struct.pack(">4xIII", 1, count, stream.lasts)),
        box(b"stsc", struct.pack(">4xIIII", 1, 1, count, 1)),
        box(b"stsz", sizes),
        box(b"stco", struct.pack(">4xII", 1, place)),
    )


def _found(file: bytes, name: bytes) -> bytes:
    """A small box with its head, wherever it stands."""
    start = file.index(name) - 4
    return file[start : start + int.from_bytes(file[start : start + 4])]


def _content(file: bytes, name: bytes) -> bytes:
    return _found(file, name)[8:]
