"""Detects a file's format by its first bytes; what the server declares does not count."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 4096


@dataclass(frozen=True)
class DetectedFormat:
    """``family``: audio, image, video, archive, or blank for what is never wanted; ``name`` is for people."""

    name: str
    family: str = ""
    content_type: str = ""
    extension: str = ""


ZEROS = DetectedFormat("nothing but zero bytes")
UNKNOWN = DetectedFormat("data of no known format")
WEB_PAGE = DetectedFormat("a web page")

# Layer I to III of any MPEG version, with a bit rate and a sample rate that exist (ISO/IEC 11172-3, 2.4.1.3);
# layer 0 in the same place is AAC.
MPEG_FRAME = rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][%s]" % b"".join(
    re.escape(bytes([rate << 4 | low])) for rate in range(15) for low in range(12)
)
TEXT = rb"(?i:(?:\xef\xbb\xbf)?\s*%s)"

FORMATS = tuple(
    (re.compile(pattern, re.DOTALL), format_)
    for pattern, format_ in (
        (rb"ID3[\x02-\x04]", DetectedFormat("an MP3 file", "audio", "audio/mpeg", "mp3")),
        (MPEG_FRAME, DetectedFormat("an MP3 file", "audio", "audio/mpeg", "mp3")),
        (rb"RIFF....WAVE", DetectedFormat("a WAV file", "audio", "audio/wav", "wav")),
        (rb"fLaC", DetectedFormat("a FLAC file", "audio", "audio/flac", "flac")),
        (rb"OggS", DetectedFormat("an Ogg file", "audio", "audio/ogg", "ogg")),
        (rb"\xff\xd8\xff", DetectedFormat("a JPEG picture", "image", "image/jpeg", "jpg")),
        (rb"\x89PNG\r\n\x1a\n", DetectedFormat("a PNG picture", "image", "image/png", "png")),
        (rb"RIFF....WEBP", DetectedFormat("a WebP picture", "image", "image/webp", "webp")),
        (rb"....ftyp(?:M4A|M4B|F4A)", DetectedFormat("an M4A file, which can't be checked here,")),
        (rb"....ftyp(?:avi[fs]|hei[cfs]|mif1)", DetectedFormat("an AVIF or HEIC picture")),
        (rb"....ftyp(?!qt)", DetectedFormat("an MP4 video", "video", "video/mp4", "mp4")),
        (rb"\x1a\x45\xdf\xa3.{0,60}webm", DetectedFormat("a WebM video", "video", "video/webm", "webm")),
        (rb"PK\x03\x04", DetectedFormat("a ZIP archive", "archive", "application/zip", "zip")),
        (rb"\xff[\xf0\xf1\xf8\xf9]", DetectedFormat("an AAC file, which can't be checked here,")),
        (rb"FORM....AIF", DetectedFormat("an AIFF file")),
        (rb"GIF8", DetectedFormat("a GIF picture")),
        (rb"\x1f\x8b", DetectedFormat("a gzip file")),
        (rb"%PDF", DetectedFormat("a PDF")),
        (TEXT % rb"<(?:!doctype html|html|head|body|title)", WEB_PAGE),
        (TEXT % rb"<[?!a-z]", DetectedFormat("an XML text, often an error message,")),
        (TEXT % rb"[{\[]\s*[\"{\[\]}]", DetectedFormat("a JSON text, often an error message,")),
        (rb"[\t\n\r\x20-\x7e]+\Z", DetectedFormat("a plain text")),
    )
)


def detect(head: bytes) -> DetectedFormat:
    """The format of a file that begins with ``head`` (HEAD_BYTES of it are enough)."""
    head = _without_comments(head)
    for pattern, format_ in FORMATS:
        if pattern.match(head):
            return format_
    return UNKNOWN if head.strip(b"\0") else ZEROS


def _without_comments(head: bytes) -> bytes:
    """Without the comments of HTML or XML before all else; each byte is looked at once."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while text.startswith(b"<!--"):
        comment, end, rest = text.partition(b"-->")
        if not end or not rest.strip():
            return comment
        head = text = rest.lstrip()
    return head
