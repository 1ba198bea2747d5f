"""Exports lyrics as LRC, SRT, WebVTT, TTML and plain text, valid whatever the lines contain.

Times are those at which a line is to be shown: the track's offset is in them, and nothing is before the song.
Section headings are never sung lines: WebVTT and TTML have them where players do not show them, plain text
in brackets; LRC and SRT leave them out, as players show unknown tags as a line (foo_openlyrics#258).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from math import inf

from tracks.domain.updates import CueKind
from tracks.models import LyricLine, Track

# How long a line is shown whose end is unknown, unless the next one starts earlier.
LINGER_MS = 5000
# What some reader takes as a line break, and what XML 1.0 forbids: https://www.w3.org/TR/xml/#charsets
_BREAKING = re.compile("[\\s\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_LOOKS_TIMED = re.compile(r"<(\d+:[\d:.]*)>")


class Untimed(ValueError):
    """No sung line has a time, as the timed formats need."""


@dataclass(frozen=True, slots=True)
class TimedCue:
    """One line of clean text, never blank. Times in milliseconds, ``end`` after ``start``."""

    start: int
    end: int
    text: str
    is_section: bool
    words: Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class LyricFormat:
    """One format of a lyric file; ``extension`` has no dot."""

    content_type: str
    extension: str
    write: Callable[[Track], str]
    write_words: Callable[[Track], str] | None = None


def render_lyrics(track: Track, format: str, *, words: bool = False) -> str:
    """The track's lyrics as the text of a file; ``format`` is a key of FORMATS.

    ``words`` adds word timing where it is known and the format can hold it (LRC, WebVTT, TTML). Reads
    ``track.lines``, prefetched or not. Raises Untimed where the format needs times and there are none.
    """
    chosen = FORMATS[format]
    write = chosen.write_words if words and chosen.write_words else chosen.write
    return write(track)


def _lrc(track: Track) -> str:
    lines = [f"[{_hundredths(start)}]{_unbracketed(cue.text)}" for start, cue in _lrc_cues(track)]
    return _as_lines(_lrc_head(track) + lines)


def _lrc_with_words(track: Track) -> str:
    lines = [f"[{_hundredths(start)}]{_timed_words(cue, start)}" for start, cue in _lrc_cues(track)]
    return _as_lines(_lrc_head(track) + lines)


def _lrc_head(track: Track) -> list[str]:
    """https://en.wikipedia.org/wiki/LRC_(file_format). No blank lines: some players refuse them."""
    title = _unbracketed(_clean(track.title))
    head = [f"[ti:{title}]"] if title else []
    if track.duration_ms:
        head.append(f"[length:{_hundredths(track.duration_ms)[:-3]}]")
    return [*head, "[re:musicgen]"]


def _lrc_cues(track: Track) -> list[tuple[int, TimedCue]]:
    """The sung lines, each later than the one before: equal times stop some players (lrcget#110)."""
    cues = _sung(track)
    starts = accumulate((cue.start // 10 for cue in cues), lambda last, own: max(own, last + 1))
    return [(start * 10, cue) for start, cue in zip(starts, cues, strict=True)]


def _timed_words(cue: TimedCue, line_start: int) -> str:
    """``<mm:ss.xx>word <mm:ss.xx>word<mm:ss.xx>``, the last time being the end, never falling."""
    if not cue.words:
        return _unbracketed(cue.text)
    times = [line_start, *(start for start, _, _ in cue.words), cue.words[-1][1]]
    stamps = [f"<{_hundredths(time)}>" for time in accumulate(times, max)][1:]
    texts = [_unbracketed(text) for text in _spaced_words(cue)]
    return "".join(stamp + text for stamp, text in zip(stamps, [*texts, ""], strict=True))


def _spaced(words: Sequence[str], text: str) -> list[str]:
    """The line cut before each word, with its spaces and punctuation; else the words with spaces between."""
    places, behind = [], 0
    for word in words:
        place = text.find(word, behind)
        if place < 0:
            return [*(f"{one} " for one in words[:-1]), words[-1]]
        places.append(place)
        behind = place + len(word)
    return [text[begin:end] for begin, end in pairwise([0, *places[1:], len(text)])]


def _srt(track: Track) -> str:
    # A blank line ends a cue, and a reader may take an arrow in its text for a time.
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{cue.text.replace('-->', '→')}\n"
        for number, cue in enumerate(_sung(track), 1)
    ]
    return "\n".join(blocks)


def _vtt(track: Track) -> str:
    """https://www.w3.org/TR/webvtt1/: a section becomes a comment."""
    return _as_vtt(track, lambda cue: escape(cue.text, quote=False))


def _vtt_with_words(track: Track) -> str:
    """With the time of each word in the text, as the standard has it for karaoke (4.2.2, timestamp)."""
    return _as_vtt(track, _stamped)


def _as_vtt(track: Track, text_of: Callable[[TimedCue], str]) -> str:
    blocks = ["WEBVTT\n"]
    for cue in _cues(track):
        times = f"{_stamp(cue.start)} --> {_stamp(cue.end)}"
        heading = f"NOTE {escape(cue.text, quote=False)}\n"
        blocks.append(heading if cue.is_section else f"{times}\n{text_of(cue)}\n")
    return "\n".join(blocks)


def _stamped(cue: TimedCue) -> str:
    """A time stands before its word, each later than the one before and within the line's time."""
    parts, last = [], cue.start
    for (start, _, _), text in zip(cue.words, _spaced_words(cue), strict=True):
        is_later = last < start < cue.end
        parts.append(
            f"<{_stamp(start)}>{escape(text, quote=False)}" if is_later else escape(text, quote=False)
        )
        last = max(last, start)
    return "".join(parts) or escape(cue.text, quote=False)


def _spaced_words(cue: TimedCue) -> list[str]:
    return _spaced([text for _, _, text in cue.words], cue.text) if cue.words else []


def _ttml(track: Track) -> str:
    """https://www.w3.org/TR/ttml2/: a section becomes a ``div`` with a title, which is not shown."""
    return _as_ttml(track, "", lambda cue: escape(cue.text))


def _ttml_with_words(track: Track) -> str:
    """In the form of Apple's lyrics, which lyric players read: spans with times from the song's begin.

    https://amll.dev/en/guides/lyric/ttml.html (read 2026-11).
    """
    # The standard counts a span's time from its line's begin and hides the word outside of it, so that this
    # form is not for players of subtitles.
    apple = ' xmlns:itunes="http://music.apple.com/lyric-ttml-internal" itunes:timing="Word"'
    return _as_ttml(track, apple, _spans)


def _spans(cue: TimedCue) -> str:
    """The words, each from its start to its end, with what stands between them outside."""
    starts = list(accumulate((min(max(start, cue.start), cue.end) for start, _, _ in cue.words), max))
    spans = []
    for start, (_, end, _), text in zip(starts, cue.words, _spaced_words(cue), strict=True):
        word, times = text.rstrip(), f'begin="{_stamp(start)}" end="{_stamp(min(max(start, end), cue.end))}"'
        spans.append(f"<span {times}>{escape(word)}</span>{text[len(word) :]}")
    return "".join(spans) or escape(cue.text)


def _as_ttml(track: Track, attributes: str, text_of: Callable[[TimedCue], str]) -> str:
    body: list[str] = []
    for cue in _cues(track):
        times = f'begin="{_stamp(cue.start)}" end="{_stamp(cue.end)}"'
        body += (
            ["</div>", f"<div><ttm:title>{escape(cue.text)}</ttm:title>"]
            if cue.is_section
            else [f"<p {times}>{text_of(cue)}</p>"]
        )
    body = body[1:] if body[0] == "</div>" else ["<div>", *body]
    namespaces = 'xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
    namespaces += attributes
    head = f"<head><metadata><ttm:title>{escape(_clean(track.title))}</ttm:title></metadata></head>"
    opening = ['<?xml version="1.0" encoding="UTF-8"?>', f'<tt {namespaces} xml:lang="">', head, "<body>"]
    return _as_lines([*opening, *body, "</div>", "</body>", "</tt>"])


def _txt(track: Track) -> str:
    """Headings in brackets with a blank line before each; needs no times."""
    lines: list[str] = []
    for row in track.lines.all():
        is_section, text = row.kind == CueKind.SECTION, _clean(row.text)
        if is_section and lines:
            lines.append("")
        lines.append(f"[{text}]" if is_section else text)
    return _as_lines(lines or [_clean(line) for line in track.lyrics_text.splitlines()])


FORMATS: dict[str, LyricFormat] = {
    "lrc": LyricFormat("text/plain; charset=utf-8", "lrc", _lrc, _lrc_with_words),
    "srt": LyricFormat("application/x-subrip; charset=utf-8", "srt", _srt),
    "vtt": LyricFormat("text/vtt; charset=utf-8", "vtt", _vtt, _vtt_with_words),
    "ttml": LyricFormat("application/ttml+xml; charset=utf-8", "ttml", _ttml, _ttml_with_words),
    "txt": LyricFormat("text/plain; charset=utf-8", "txt", _txt),
}


def sung_lines(track: Track) -> list[tuple[int, str]]:
    """The start of each sung line in milliseconds, and its text, in rising order. Raises Untimed."""
    return [(cue.start, cue.text) for cue in _sung(track)]


def _sung(track: Track) -> list[TimedCue]:
    return [cue for cue in _cues(track) if not cue.is_section]


def _cues(track: Track) -> list[TimedCue]:
    """Lines and headings, ordered by start. Raises Untimed."""
    rows = track.lines_with_offset()
    placed = list(zip(_starts(rows), rows, strict=True))
    sung = [(start, row) for start, row in placed if row.kind == CueKind.LINE and _clean(row.text)]
    if all(row.start_ms is None for _, row in sung):
        raise Untimed(f"The lyrics of “{track}” have no times; they can be had as plain text.")
    starts = sorted(start for start, _ in sung)
    placed.sort(key=lambda pair: pair[0])
    return [_cue(row, start, starts, track.duration_ms) for start, row in placed if _clean(row.text)]


def _starts(rows: Sequence[LyricLine]) -> list[int]:
    """In milliseconds; a row without a time starts where the row before it ends, or the next one starts."""
    starts: list[int] = []
    behind = 0
    for row, following in zip(rows, _following(rows), strict=True):
        if row.start_ms is None:
            starts.append(int(min(behind, following)))
        else:
            starts.append(row.start_ms)
            behind = max(row.start_ms, row.end_ms or 0)
    return starts


def _following(rows: Sequence[LyricLine]) -> list[float]:
    """For each row, the start of the next one that has a time, itself included."""
    known: list[float] = [inf if row.start_ms is None else row.start_ms for row in reversed(rows)]
    return list(accumulate(known, _unless_endless))[::-1]


def _unless_endless(later: float, own: float) -> float:
    return later if own == inf else own


def _cue(row: LyricLine, start: int, starts: Sequence[int], duration: int | None) -> TimedCue:
    """A line with an unknown end (none, or not after its start) ends with the next line or the song."""
    end = row.end_ms or 0
    if end <= start:
        place = bisect_right(starts, start)
        following = starts[place] if place < len(starts) else duration or 0
        end = start + LINGER_MS if following <= start else min(following, start + LINGER_MS)
    words = [(begin, until, _clean(text)) for begin, until, text in row.words if _clean(text)]
    return TimedCue(start, end, _clean(row.text), row.kind == CueKind.SECTION, words)


def _clean(text: str) -> str:
    """The text on one line, without the characters that some format cannot hold."""
    return _BREAKING.sub(" ", text).strip()


def _unbracketed(text: str) -> str:
    """LRC cannot hold a bracket, or what looks like a time, as text."""
    return _LOOKS_TIMED.sub(r"(\1)", text).replace("[", "(").replace("]", ")")


def _hundredths(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds // 10, 6000)
    return f"{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def _stamp(milliseconds: int, point: str = ".") -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def _as_lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
