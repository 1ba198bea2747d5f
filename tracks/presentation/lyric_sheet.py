"""The lyric sheet of the player: headings, pauses, and sung lines, cut into words where those are timed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracks.domain import lyrics
from tracks.domain.updates import CueKind, Timing, TimingState
from tracks.models import LyricLine, Track
from tracks.presentation.sections import headings_of
from tracks.presentation.times import decimal_seconds


@dataclass(frozen=True, slots=True)
class SheetPiece:
    """A part of a line. ``start`` and ``end``: seconds as text; blank for what stands between timed words."""

    text: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A heading, a sung line, or a pause. ``start`` and ``end``: seconds as text; blank without timing.

    ``anchor``: of a heading, the name of its place in the page. ``is_background``: sung behind the others,
    as parentheses around the whole line say. ``pause``: of a pause, its whole seconds.

    A line that ends where it starts is never marked as sung; it can still be clicked and scrolled to.
    """

    is_section: bool
    text: str
    start: str
    end: str
    pieces: tuple[SheetPiece, ...] = ()
    anchor: str = ""
    start_ms: int | None = None
    is_background: bool = False
    pause: int = 0


# So long is nothing sung before a pause is shown and counted; milliseconds.
MIN_PAUSE_MS = 4_000
# A heading this close before a line belongs to the line, one further away to the music before it.
HEADING_LEAD_MS = 4_000
_ALL_IN_PARENTHESES = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]\s*[.,!?]?\s*")


def sheet_rows(lines: Iterable[LyricLine]) -> list[SheetRow]:
    return with_anchors(_row(line) for line in lines)


def sheet_rows_of_text(text: str) -> list[SheetRow]:
    """The rows of lyrics that came as text alone; their section tags become headings."""
    found = lyrics.plain_lyrics(text)
    rows = [SheetRow(cue.kind == CueKind.SECTION, cue.text, "", "") for cue in found.cues] if found else []
    return with_anchors(rows)


def with_anchors(rows: Iterable[SheetRow]) -> list[SheetRow]:
    """The same rows; headings are named ``s1``, ``s2`` and so on."""
    named: list[SheetRow] = []
    count = 0
    for row in rows:
        count += row.is_section
        named.append(replace(row, anchor=f"s{count}") if row.is_section else row)
    return named


def with_pauses(lines: Iterable[LyricLine]) -> list[SheetRow]:
    """The rows of timed lines, and a pause wherever nothing is sung for long, from the beginning on.

    Headings of parts without words begin where those parts do.
    """
    found, rows = list(lines), list[SheetRow]()
    begins = {line.position: start for start, line in headings_of(found)}
    sung_until = 0
    for line, plain in zip(found, sheet_rows(found), strict=True):
        row = _begun(plain, begins[line.position]) if line.position in begins else plain
        start_ms = line.start_ms if line.kind == CueKind.LINE else None
        if start_ms is not None:
            if start_ms - sung_until >= MIN_PAUSE_MS:
                rows.insert(_place_of_pause(rows, start_ms), _pause(sung_until, start_ms))
            sung_until = max(sung_until, line.end_ms or start_ms)
        rows.append(row)
    return rows


def _begun(row: SheetRow, start_ms: int) -> SheetRow:
    return replace(row, start_ms=start_ms, start=decimal_seconds(start_ms))


def _place_of_pause(rows: Sequence[SheetRow], start_ms: int) -> int:
    """Before the headings that belong to the line to come."""
    place = len(rows)
    while place and _leads_to(rows[place - 1], start_ms):
        place -= 1
    return place


def _leads_to(row: SheetRow, start_ms: int) -> bool:
    return row.is_section and (row.start_ms is None or start_ms - row.start_ms < HEADING_LEAD_MS)


def _pause(start_ms: int, end_ms: int) -> SheetRow:
    start, end = decimal_seconds(start_ms), decimal_seconds(end_ms)
    return SheetRow(False, "", start, end, start_ms=start_ms, pause=(end_ms - start_ms) // 1000)


def _row(line: LyricLine) -> SheetRow:
    is_section = line.kind == CueKind.SECTION
    return SheetRow(
        is_section=is_section,
        text=line.text,
        start=decimal_seconds(line.start_ms),
        end=decimal_seconds(line.end_ms),
        pieces=tuple(pieces(line.text, line.words)) if line.words and line.start_ms is not None else (),
        start_ms=line.start_ms,
        is_background=not is_section and bool(_ALL_IN_PARENTHESES.fullmatch(line.text)),
    )


def direction_of(rows: Iterable[SheetRow]) -> str:
    """``rtl`` where more of the sung letters run from right to left than the other way, else ``ltr``."""
    balance = sum(_RUNS.get(unicodedata.bidirectional(char), 0) for row in rows for char in _sung(row))
    return "rtl" if balance > 0 else "ltr"


_RUNS = {"R": 1, "AL": 1, "L": -1}


def _sung(row: SheetRow) -> str:
    return "" if row.is_section else row.text


def pieces(text: str, words: Sequence[Sequence[object]]) -> list[SheetPiece]:
    """The line cut at its timed words; empty where a word is not in the line, in its order.

    ``words``: start and end in milliseconds, and the word. A word without a time has the times of the timed
    one before it, or of the first.
    """
    cut: list[SheetPiece] = []
    at = 0
    for start, end, word in words:
        sung = str(word).strip()
        place = text.find(sung, at)
        if place < 0 or not isinstance(start, int) or not isinstance(end, int):
            return []
        timed = SheetPiece(sung, decimal_seconds(start), decimal_seconds(end))
        if place > at:
            cut.append(_untimed(text[at:place], cut[-1] if cut else timed))
        cut.append(timed)
        at = place + len(sung)
    return [*cut, _untimed(text[at:], cut[-1])] if cut and at < len(text) else cut


def _untimed(text: str, near: SheetPiece) -> SheetPiece:
    is_sung = any(char.isalnum() for char in text)
    return SheetPiece(text, near.start, near.end) if is_sung else SheetPiece(text)


def notice(track: Track) -> str:
    """Why the lines do not follow the music; blank where they are timed."""
    if track.lyrics_timing in (Timing.LINE, Timing.WORD):
        return ""
    has_text = bool(track.lyrics_text) or track.lyrics_timing == Timing.PLAIN
    if track.timing_state == TimingState.INSTRUMENTAL:
        return "This song is an instrumental: nothing is sung."
    if track.words_at is not None:
        return "The word timing is being fetched. Once it is here, the lines follow the music."
    if track.timing_state == TimingState.WAITING:
        return (
            "The lyrics are still being aligned. The provider sends their timing last; once it is here, the "
            "lines follow the music."
        )
    if not has_text:
        return "No lyrics came with this song. It may be an instrumental."
    if track.timing_state == TimingState.FAILED:
        return "Word timing could not be made for this song, so its lyrics are shown as plain text."
    return "These lyrics have no timing, so they are shown as plain text."
