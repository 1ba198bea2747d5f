"""Names for downloads that Windows, macOS and Linux can all take, made of titles that may hold anything.

https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file names the characters and the devices that
Windows reserves, with any extension and in any case, and that no name may end with a dot or a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

# File systems allow 255 bytes or UTF-16 units: the other parts, the extension and a browser's "(1)" follow.
MAX_TITLE_BYTES = 180
MAX_PART_BYTES = 50
# Also what header parsers and shells mishandle, and blanks of every kind.
_NOT_IN_NAMES = re.compile(r'[\s\\/:*?"<>|%]+')
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(COM|LPT)[0-9¹²³]) *(\..*)?", re.IGNORECASE)


def safe_file_name(parts: Sequence[str], extension: str, *, instead: str) -> str:
    """The title and what distinguishes the file, joined, with the extension (with its dot, or blank).

    ``instead`` stands for a title of which nothing is left.
    """
    title, *others = (_tidy(part) for part in parts)
    bounded = [
        _bounded(title, MAX_TITLE_BYTES) or instead,
        *(_bounded(one, MAX_PART_BYTES) for one in others),
    ]
    name = " - ".join(part for part in bounded if part) + extension
    # Fullwidth letters and the like are the same name to some systems.
    return (
        f"_{name}"
        if _DEVICE.fullmatch(unicodedata.normalize("NFKC", name)) or _DEVICE.fullmatch(name)
        else name
    )


def content_disposition(kind: str, parts: Sequence[str], extension: str, *, instead: str) -> str:
    """RFC 6266: ``inline`` or ``attachment``, the name in plain ASCII for old browsers, and the full one."""
    name = safe_file_name(parts, extension, instead=instead)
    plain = safe_file_name([_ascii(part) for part in parts], extension, instead=instead)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", _tidy(text)).encode("ascii", "ignore").decode()


def _tidy(text: str) -> str:
    """Without invisible characters, those that change the direction of text included, and reserved ones."""
    composed = _NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(char for char in composed if unicodedata.category(char)[0] != "C")


def _bounded(text: str, max_bytes: int) -> str:
    return text.strip(" .").encode()[:max_bytes].decode(errors="ignore").strip(" .")
