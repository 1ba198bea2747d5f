"""Lyrics as files: LRC, SRT, WebVTT, TTML and plain text, valid whatever the lines hold.

Section headings are no sung lines: WebVTT and TTML carry them where players do not show them, plain text in
brackets, and LRC and SRT, which have no place for them, leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from tracks.models import LyricLine, Track
from tracks.updates import CueKind

# How long a line stays up whose end is not known, should nothing follow earlier; milliseconds.
LINGER_MS = 5000
# What breaks a line somewhere, control characters, and what XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets).
_BREAKING = re.compile("[\\s\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_LOOKS_TIMED = re.compile(r"<(\d+:\d[\d:.]*)>")


class Untimed(ValueError):
    """The lyrics have no times, so they fit none of the timed formats."""


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sung line or a section heading of one line of clean text; milliseconds, ``end`` after ``start``."""

    start: int
    end: int
    text: str
    is_section: bool
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """``content_type`` as it is sent, ``extension`` without a dot."""

    content_type: str
    extension: str
    write: Callable[[Track, bool], str]


def render(track: Track, format: str, *, words: bool = False) -> str:
    """The track's lyrics as the text of a file; ``format`` is a key of FORMATS.

    ``words`` adds the times of the words where they are known and the format has a way to say them (LRC, TTML).
    Reads ``track.lines``, prefetched or not. Raises Untimed when the format needs times and no line has any.
    """
    return FORMATS[format].write(track, words)


def _lrc(track: Track, words: bool) -> str:
    """https://en.wikipedia.org/wiki/LRC_(file_format): times in hundredths, no blank lines, no way to escape.

    Each line begins later than the one before, as equal times stop some players (lrcget#110).
    """
    head = [f"[ti:{_unbracketed(_clean(track.title))}]"] if _clean(track.title) else []
    if track.duration_ms:
        head.append(f"[length:{_clock(track.duration_ms // 10)[:-3]}]")
    lines, latest = [*head, "[re:musicgen]"], -1
    for line in _timed(track):
        if not line.is_section:
            latest = max(line.start // 10, latest + 1)
            lines.append(f"[{_clock(latest)}]{_lrc_text(line, latest, words)}")
    return _joined(lines)


def _lrc_text(line: Line, start: int, words: bool) -> str:
    """With words: ``<mm:ss.xx>word <mm:ss.xx>word<mm:ss.xx>``, never falling within the line."""
    if not (words and line.words):
        return _unbracketed(line.text)
    text, latest = "", start
    for word in line.words:
        latest = max(word.start // 10, latest)
        text += f"<{_clock(latest)}>{_unbracketed(word.text)}"
    return f"{text}<{_clock(max(line.words[-1].end // 10, latest))}>"


def _srt(track: Track, words: bool) -> str:
    """A cue ends at a blank line, and an arrow in it may be taken for a time."""
    cues = [line for line in _timed(track) if not line.is_section]
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{cue.text.replace('-->', '→')}\n"
        for number, cue in enumerate(cues, 1)
    ]
    return _joined(blocks)


def _vtt(track: Track, words: bool) -> str:
    """https://www.w3.org/TR/webvtt1/: a section is a comment."""
    blocks = ["WEBVTT\n"]
    for line in _timed(track):
        if line.is_section:
            blocks.append(f"NOTE {line.text.replace('-->', '→')}\n")
        else:
            blocks.append(f"{_stamp(line.start)} --> {_stamp(line.end)}\n{escape(line.text, quote=False)}\n")
    return _joined(blocks)


def _ttml(track: Track, words: bool) -> str:
    """https://www.w3.org/TR/ttml2/: a section is a ``div`` with a title, which is not shown."""
    body, is_open = ["<div>"], False
    for line in _timed(track):
        if line.is_section:
            body += ["</div>", f"<div><ttm:title>{escape(line.text)}</ttm:title>"]
        else:
            body.append(f"<p {_ttml_times(line)}>{_ttml_text(line, words)}</p>")
    head = f"<head><metadata><ttm:title>{escape(_clean(track.title))}</ttm:title></metadata></head>"
    namespaces = 'xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
    opening = ['<?xml version="1.0" encoding="UTF-8"?>', f'<tt {namespaces} xml:lang="">', head, "<body>"]
    return _joined([*opening, *body, "</div>", "</body>", "</tt>"])


def _ttml_text(line: Line, words: bool) -> str:
    if not (words and line.words):
        return escape(line.text)
    return "".join(f"<span {_ttml_times(word)}>{escape(word.text)}</span>" for word in line.words)


def _ttml_times(timed: Line | Word) -> str:
    return f'begin="{_stamp(timed.start)}" end="{_stamp(timed.end)}"'


def _txt(track: Track, words: bool) -> str:
    """Needs no times; headings in brackets with a blank line before, as one writes lyrics down."""
    lines: list[str] = []
    for row in track.lines.all():
        is_section, text = row.kind == CueKind.SECTION, _clean(row.text)
        if is_section and lines:
            lines.append("")
        lines.append(f"[{text}]" if is_section else text)
    return _joined(lines or [_clean(line) for line in track.lyrics_text.splitlines()])


FORMATS: dict[str, Format] = {
    "lrc": Format("text/plain; charset=utf-8", "lrc", _lrc),
    "srt": Format("application/x-subrip; charset=utf-8", "srt", _srt),
    "vtt": Format("text/vtt; charset=utf-8", "vtt", _vtt),
    "ttml": Format("application/ttml+xml; charset=utf-8", "ttml", _ttml),
    "txt": Format("text/plain; charset=utf-8", "txt", _txt),
}
