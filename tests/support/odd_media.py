"""Media as they come in the field and few tools write: junk in front, AAC, M4A, FLAC inside Ogg."""

from __future__ import annotations

import struct

import numpy as np

from tests.support.media import box

TAG_SIZE = b"\0\0\0\x14"  # 20 bytes
ID3 = b"ID3\x04\0\0" + TAG_SIZE + bytes(20)
ID3_WITH_FOOTER = b"ID3\x04\0\x10" + TAG_SIZE + bytes(20) + b"3DI\x04\0\x10" + TAG_SIZE
APE_TAG = b"APETAGEX" + struct.pack("<IIII", 2000, 532, 1, 0xA000_0000) + bytes(8) + bytes(500)

# What players pass over in front of a song.
JUNK = {
    "random bytes": np.random.default_rng(2).bytes(417),
    "zeros": bytes(1024),
    "more zeros than a head": bytes(6000),
    "eight times FF": b"\xff" * 8,
    "an APEv2 tag": APE_TAG,
    "an ID3 tag with too small a size": ID3 + b"\x07" * 1044,
    "an ID3 tag with far too great a size": b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    "an ID3 tag with a footer": ID3_WITH_FOOTER,
    "two ID3 tags": ID3 + ID3_WITH_FOOTER,
    "an ID3v1 tag": b"TAG" + bytes(125),
    "line ends": b"\r\n\r\n",
    "a byte order mark": b"\xef\xbb\xbf",
    "a line of text": b"1f40\r\n" * 1000,
    "what looks like a frame": b"\xff\xfb\x90\x64" + bytes(60),
    "what looks like AAC": b"\xff\xf1\x50\x80" + bytes(60),
    "what looks like a FLAC": b"fLaC" + bytes(60),
    "what looks like an Ogg page": b"OggS" + bytes(60),
    "what looks like a WAV": b"RIFF\x10\0\0\0WAVE" + bytes(60),
    "what looks like a picture": b"\xff\xd8\xff\xe0" + bytes(60),
    "a megabyte": np.random.default_rng(3).bytes(1_000_000),
}


def adts(frames: int, payload: int = 200) -> bytes:
    """AAC of 44,100 Hz in stereo, 1,024 samples a frame; the payload is noise."""
    noise, size = np.random.default_rng(4).bytes(frames * payload), 7 + payload
    header = bytes([0xFF, 0xF1, 0x50, 0x80 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 0x1F, 0xFC])
    return b"".join(header + noise[at * payload : (at + 1) * payload] for at in range(frames))


def m4a(seconds: int, brand: bytes = b"M4A ", handler: bytes = b"soun") -> bytes:
    """The boxes of an M4A; its sound is noise."""
    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    media = box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12)))
    index = box(b"moov", header + box(b"trak", media))
    sound = box(b"mdat", np.random.default_rng(5).bytes(5000))
    return box(b"ftyp", brand + b"\0\0\2\0isommp42") + index + sound


def ogg_flac(flac: bytes) -> bytes:
    """A FLAC file as a stream inside Ogg: https://xiph.org/flac/ogg_mapping.html"""
    head_end = 4 + 4 + 34
    comment = b"\x84" + (8).to_bytes(3, "big") + bytes(8)
    packets = [b"\x7fFLAC\x01\0\0\x01fLaC" + b"\0" + flac[5:head_end], comment, *_flac_frames(flac)]
    last = len(packets) - 1
    flags = [2, *[0] * (last - 1), 4]
    return b"".join(_page(packet, flags[at], at, at) for at, packet in enumerate(packets))


def _flac_frames(flac: bytes) -> list[bytes]:
    at, is_last = 4, False
    while not is_last:
        is_last, size = bool(flac[at] & 0x80), int.from_bytes(flac[at + 1 : at + 4], "big")
        at += 4 + size
    sync = flac[at : at + 4]
    starts = [at]
    while (at := flac.find(sync, at + 1)) >= 0:
        starts.append(at)
    return [flac[a:b] for a, b in zip(starts, [*starts[1:], len(flac)], strict=True)]


def _page(packet: bytes, flags: int, number: int, granule: int) -> bytes:
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    head = b"OggS\0" + bytes([flags]) + struct.pack("<qII", granule, 1, number)
    body = bytes([len(lacing)]) + lacing + packet
    checksum = _crc(head + bytes(4) + body)
    return head + struct.pack("<I", checksum) + body


def _crc(data: bytes) -> int:
    """CRC-32 with the polynomial 04c11db7, unreflected: https://www.rfc-editor.org/rfc/rfc3533#section-6"""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C1_1DB7 if crc & 0x8000_0000 else crc << 1) & 0xFFFF_FFFF
    return crc
