"""Detects a file's format by its first bytes; what the server declares does not count."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

HEAD_BYTES = 4096


@dataclass(frozen=True)
class DetectedFormat:
    """``family``: audio, image, video, archive, or blank for what is never wanted; ``name`` is for people.

    ``is_message``: a page, a text or what hides one, as servers send in place
    of a file. ``unusual``: what people should know
    of a file of this format, blank for those that providers send.
    """

    name: str
    family: str = ""
    content_type: str = ""
    extension: str = ""
    is_message: bool = False
    unusual: str = ""


def _rare(name: str, content_type: str, extension: str) -> DetectedFormat:
    unusual = f"It is {name}, which not every browser plays. Download it if it stays silent."
    return DetectedFormat(name, "audio", content_type, extension, unusual=unusual)


def _unheard(name: str, content_type: str, extension: str) -> DetectedFormat:
    unusual = f"It is {name}: its structure was checked, its sound was not. Listen to it before you use it."
    return DetectedFormat(name, "audio", content_type, extension, unusual=unusual)


def _message(name: str) -> DetectedFormat:
    return DetectedFormat(name, is_message=True)


ZEROS = _message("nothing but zero bytes")
UNKNOWN = DetectedFormat("data of no known format")
PLAIN_TEXT = _message("a plain text")
WEB_PAGE = _message("a web page")
MP3 = DetectedFormat("an MP3 file", "audio", "audio/mpeg", "mp3")
WAV = DetectedFormat("a WAV file", "audio", "audio/wav", "wav")
FLAC = DetectedFormat("a FLAC file", "audio", "audio/flac", "flac")
OGG = DetectedFormat("an Ogg file", "audio", "audio/ogg", "ogg")
OGG_FLAC = _rare("a FLAC file inside Ogg", "audio/ogg", "ogg")
RF64 = _rare("an RF64 file (a WAV for more than 4 GB)", "audio/wav", "wav")
W64 = _rare("a Wave64 file", "audio/x-w64", "w64")
AIFF = _rare("an AIFF file", "audio/aiff", "aiff")
CAF = _rare("a CAF file", "audio/x-caf", "caf")
AU = _rare("an AU file", "audio/basic", "au")
M4A = _unheard("an M4A file", "audio/mp4", "m4a")
AAC = _unheard("an AAC file", "audio/aac", "aac")
MP4 = DetectedFormat("an MP4 video", "video", "video/mp4", "mp4")

# Layer I to III of any MPEG version, with a bit rate and a sample rate that exist (ISO/IEC 11172-3, 2.4.1.3);
# layer 0 in the same place is AAC.
MPEG_FRAME = rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][%s]" % b"".join(
    re.escape(bytes([rate << 4 | low])) for rate in range(15) for low in range(12)
)
TEXT = rb"(?i:(?:\xef\xbb\xbf)?\s*%s)"
# https://www.ambisonia.com/Members/mleese/sony_wave64.pdf: "riff", its size, "wave", each name with a GUID
W64_HEAD = (
    rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00.{8}"
    rb"wave\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
)

BEGINNINGS = tuple(
    (re.compile(pattern, re.DOTALL), format_)
    for pattern, format_ in (
        (rb"ID3[\x02-\x04]", MP3),
        (MPEG_FRAME, MP3),
        (rb"(?:RIFF|RIFX)....WAVE", WAV),
        (rb"(?:RF64|BW64)....WAVE", RF64),
        (W64_HEAD, W64),
        (rb"fLaC", FLAC),
        # https://xiph.org/flac/ogg_mapping.html: a first page of one packet, which begins so
        (rb"OggS.{24}\x7fFLAC", OGG_FLAC),
        (rb"OggS", OGG),
        (rb"\xff\xd8\xff", DetectedFormat("a JPEG picture", "image", "image/jpeg", "jpg")),
        (rb"\x89PNG\r\n\x1a\n", DetectedFormat("a PNG picture", "image", "image/png", "png")),
        (rb"RIFF....WEBP", DetectedFormat("a WebP picture", "image", "image/webp", "webp")),
        (rb"....ftyp(?:M4A|M4B|F4A)", M4A),
        (
            rb"....ftypavi[fs]",
            DetectedFormat(
                "an AVIF picture",
                "image",
                "image/avif",
                "avif",
                unusual="It is an AVIF picture, which old browsers do not show.",
            ),
        ),
        (rb"....ftyp(?:hei[cfsmx]|hev[cx]|mif1|msf1)", DetectedFormat("a HEIC picture")),
        (rb"....ftyp(?!qt)", MP4),
        (rb"\x1a\x45\xdf\xa3.{0,60}webm", DetectedFormat("a WebM video", "video", "video/webm", "webm")),
        (rb"PK\x03\x04", DetectedFormat("a ZIP archive", "archive", "application/zip", "zip")),
        (rb"\xff[\xf0\xf1\xf8\xf9]", AAC),
        (rb"FORM....AIF[FC]", AIFF),
        (rb"caff\x00\x01", CAF),
        (rb"\.snd", AU),
        (
            rb"GIF8[79]a",
            DetectedFormat(
                "a GIF picture",
                "image",
                "image/gif",
                "gif",
                unusual="It is a GIF picture: 256 colours at most, and it may move.",
            ),
        ),
        (rb"\x1f\x8b", _message("a gzip file")),
        (rb"%PDF", _message("a PDF")),
        (TEXT % rb"<(?:!doctype html|html|head|body|title)", WEB_PAGE),
        (TEXT % rb"<[?!a-z]", _message("an XML text, often an error message,")),
        (TEXT % rb"[{\[]\s*[\"{\[\]}]", _message("a JSON text, often an error message,")),
    )
)


def detect(head: bytes) -> DetectedFormat:
    """The format of a file that begins with ``head`` (HEAD_BYTES of it are enough)."""
    head = _without_comments(head)
    for pattern, format_ in BEGINNINGS:
        if pattern.match(head):
            return format_
    if not head.strip(b"\0"):
        return ZEROS
    return PLAIN_TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """In UTF-8; a character may be cut at the end of the head."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char.isspace() for char in text)


def _without_comments(head: bytes) -> bytes:
    """Without the comments of HTML or XML before all else; each byte is looked at once."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while text.startswith(b"<!--"):
        comment, end, rest = text.partition(b"-->")
        if not end or not rest.strip():
            return comment
        head = text = rest.lstrip()
    return head
