"""Tolerant readers of JSON values: whatever comes, the result is a value that our columns hold, or nothing.

Nothing here raises. Wrong types and nonsense become ``""``, ``None`` or an empty list.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tracks.domain.updates import AssetKind, AssetState, AssetUpdate, Lyrics

T = TypeVar("T")
Row = Mapping[str, Any]
logger = logging.getLogger(__name__)

# What our columns hold: a btree key (title) ends at 2,700 bytes, an id and a model at 200 characters,
# an error's code at 64.
MAX_TITLE = 500
MAX_NAME = 200
MAX_TEXT = 100_000
MAX_SENTENCE = 500
MAX_CODE = 64
MAX_ROWS = 100
MAX_LINES = 5_000
DAY_MS = 86_400_000

# Python's float() also takes 1_2, digits of any script, exponents, blanks around, nan and inf.
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Possessive: a link of 100,000 characters with a control character at its end would take minutes else.
_LINK = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f]++[^\x00-\x1f\x7f]*+", re.IGNORECASE)
_LINK_IN_TEXT = re.compile(r"(https?://[^\s/?#\"']+)[^\s\"']*", re.IGNORECASE)


def text(value: Any, max_length: int = MAX_TEXT) -> str:
    """A string without NUL and lone surrogates (PostgreSQL stores neither), trimmed; else ``""``."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:max_length].rstrip()


def identifier(value: Any) -> str:
    """An id, numbers included; ``""`` for one that is longer than its column."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    name = text(value)
    return name if len(name) <= MAX_NAME else ""


def number(value: Any) -> float | None:
    """A finite number, also one in quotes, then in plain decimal notation: no ``1e3``, no ``1_2``."""
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole_number(value: Any) -> int | None:
    """A whole number of at most 15 digits."""
    found = number(value)
    return int(found) if found is not None and found == int(found) and abs(found) < 1e15 else None


def flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def timestamp(value: Any) -> datetime | None:
    """A time in UTC from 10 or 13 digits, ISO 8601, ``YYYY-MM-DD hh:mm:ss``; UTC where it has no zone."""
    seconds = number(value)
    try:
        found = _iso(text(value)) if seconds is None else _epoch(seconds)
    except (ValueError, OverflowError):
        return None
    return found if found and 2000 <= found.year < 2100 else None


def _iso(value: str) -> datetime | None:
    found = datetime.fromisoformat(value) if value else None
    return found and (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))


def _epoch(seconds: float) -> datetime | None:
    if 1e12 <= seconds < 1e13:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if 1e9 <= seconds < 1e10 else None


def duration_ms(value: Any) -> int | None:
    """A length, documented as seconds, in milliseconds. The fold decides whether that was the unit."""
    found = time_ms(value)
    return found or None


def time_ms(value: Any) -> int | None:
    """A moment in a song, documented as seconds, in milliseconds; None for what is none in either unit."""
    found = number(value)
    return round(found * 1000) if found is not None and 0 <= found <= DAY_MS else None


def pick(row: Row, *names: str) -> Any:
    """The first value that is neither null nor empty, under each snake_case name or its camelCase form."""
    for name in names:
        for spelling in (name, _camel(name)):
            value = row.get(spelling)
            if value is not None and value != "":
                return value
    return None


@lru_cache(maxsize=512)
def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def mapping(value: Any) -> Row:
    """The object, also where it is JSON text inside JSON; else an empty one."""
    found = unwrapped(value)
    return found if isinstance(found, dict) else {}


def mappings(value: Any, limit: int = MAX_ROWS) -> list[Row]:
    """The objects among the first ``limit`` entries of a list; a lone object is a list of one."""
    found = unwrapped(value)
    listed = found if isinstance(found, list) else [found]
    return [row for row in listed[:limit] if isinstance(row, dict) and row]


def unwrapped(value: Any) -> Any:
    """What JSON text inside JSON holds, None where it is invalid; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def sentence(value: Any) -> str:
    """A provider's sentence for people: one line, at most MAX_SENTENCE characters, of links only the host."""
    # A link may be signed, or be our own callback URL with its token.
    return _LINK_IN_TEXT.sub(r"\1/…", " ".join(text(value).split()))[:MAX_SENTENCE]


def translated(table: Mapping[str, T], value: Any, what: str) -> T | None:
    """What the table has for a provider's word, in any case; None for an unknown word, logged once."""
    word = text(value).lower()
    if word and word not in table:
        _log_unknown(what, word[:40])
    return table.get(word)


@lru_cache(maxsize=256)
def _log_unknown(what: str, word: str) -> None:
    logger.warning("Unknown %s: %r", what, word)


def asset(kind: AssetKind, value: Any) -> AssetUpdate | None:
    """The file behind a link; None without one. What is no link becomes a failed asset with the reason."""
    url = text(value)
    if not url:
        return None
    reason = _why_no_file(url)
    state = AssetState.FAILED if reason else AssetState.LINKED
    return AssetUpdate(kind, state, url=url, error=reason)


def link_or_blank(value: Any) -> str:
    """An http or https link, else ``""``."""
    url = text(value)
    return "" if _why_no_file(url) else url


def _why_no_file(url: str) -> str:
    if not _is_link(url):
        return "The provider gave something that is no link; it is asked again."
    # Seen on the Suno engine: https://github.com/gcui-art/suno-api/issues/146
    if urlsplit(url).path.endswith("None.mp3"):
        return "The provider gave its placeholder None.mp3, there is no file; it is asked again."
    return ""


def _is_link(url: str) -> bool:
    try:
        return bool(_LINK.fullmatch(url) and urlsplit(url).hostname)
    except ValueError:
        return False


def bounded_lyrics(lyrics: Lyrics | None) -> Lyrics | None:
    """The lyrics with at most MAX_LINES lines."""
    # A song has some hundred; a line's position is a small integer in the database.
    if lyrics is None or len(lyrics.cues) <= MAX_LINES:
        return lyrics
    return replace(lyrics, cues=lyrics.cues[:MAX_LINES])
