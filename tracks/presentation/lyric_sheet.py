"""The lyric sheet of the player: headings and sung lines, cut into words where those are timed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracks.domain import lyrics
from tracks.domain.updates import CueKind, Timing, TimingState
from tracks.models import LyricLine, Track
from tracks.presentation.times import decimal_seconds


@dataclass(frozen=True, slots=True)
class SheetPiece:
    """A part of a line. ``start`` and ``end``: seconds as text; blank for what stands between timed words."""

    text: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A heading or a sung line. ``start`` and ``end``: seconds as text; blank without timing.

    A line that ends where it starts is never marked as sung; it can still be clicked and scrolled to.
    """

    is_section: bool
    text: str
    start: str
    end: str
    pieces: tuple[SheetPiece, ...] = ()


def sheet_rows(lines: Iterable[LyricLine]) -> list[SheetRow]:
    return [_row(line) for line in lines]


def sheet_rows_of_text(text: str) -> list[SheetRow]:
    """The rows of lyrics that came as text alone; their section tags become headings."""
    found = lyrics.plain_lyrics(text)
    return [SheetRow(cue.kind == CueKind.SECTION, cue.text, "", "") for cue in found.cues] if found else []


def _row(line: LyricLine) -> SheetRow:
    return SheetRow(
        is_section=line.kind == CueKind.SECTION,
        text=line.text,
        start=decimal_seconds(line.start_ms),
        end=decimal_seconds(line.end_ms),
        pieces=tuple(pieces(line.text, line.words)) if line.words and line.start_ms is not None else (),
    )


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
