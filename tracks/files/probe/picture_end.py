"""Whether a GIF or a PNG goes on to its end marker, which decoders do not ask for."""

from __future__ import annotations

from mmap import mmap

# https://www.w3.org/Graphics/GIF/spec-gif89a.txt, 17 to 27
GIF_HEADER_BYTES, GIF_PICTURE_BYTES = 13, 10
GIF_END, GIF_PICTURE, GIF_EXTENSION = b";", b",", b"!"
# https://www.w3.org/TR/png-3/#5DataRep: a chunk has a length, a name, and a checksum behind its content
PNG_SIGNATURE_BYTES, PNG_CHUNK_BYTES = 8, 12


def gif_has_end(data: mmap) -> bool:
    at = GIF_HEADER_BYTES + _colours_bytes(data, GIF_HEADER_BYTES - 3)
    while (block := data[at : at + 1]) in (GIF_PICTURE, GIF_EXTENSION):
        if block == GIF_PICTURE:
            # Behind the colours stands one byte more: the size of a code.
            at += GIF_PICTURE_BYTES + _colours_bytes(data, at + GIF_PICTURE_BYTES - 1) + 1
        else:
            at += 2
        at = _behind_pieces(data, at)
    return block == GIF_END


def _colours_bytes(data: mmap, at: int) -> int:
    """The length of the table of colours that the flags there announce: three bytes a colour."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _behind_pieces(data: mmap, at: int) -> int:
    """Each piece begins with its length; the last has none."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def png_has_end(data: mmap) -> bool:
    at = PNG_SIGNATURE_BYTES
    while at + PNG_CHUNK_BYTES <= len(data):
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at += PNG_CHUNK_BYTES + int.from_bytes(data[at : at + 4])
    return False
