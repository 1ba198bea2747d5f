"""The lyric sheet: headings and lines as the player shows them, words cut out where they are timed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracks.domain import lyrics
from tracks.domain.updates import CueKind, Timing, TimingState
from tracks.models import LyricLine, Track
from tracks.presentation.times import seconds


@dataclass(frozen=True, slots=True)
class SheetPiece:
    """A stretch of a line. ``start`` and ``end`` in seconds; blank for what stands between timed words."""

    text: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A heading or a sung line. A line without length (its end is its start) is never "sung": it is a
    moment, not a stretch. It can still be clicked and the sheet scrolls to it."""

    is_section: bool
    text: str
    start: str
    end: str
    pieces: tuple[SheetPiece, ...] = ()


def rows(lines: Iterable[LyricLine]) -> list[SheetRow]:
    return [_row(line) for line in lines]


def rows_of_text(text: str) -> list[SheetRow]:
    """The same for lyrics that came as text alone, section tags lifted out."""
    found = lyrics.plain(text)
    return [SheetRow(cue.kind == CueKind.SECTION, cue.text, "", "") for cue in found.cues] if found else []


def _row(line: LyricLine) -> SheetRow:
    return SheetRow(
        is_section=line.kind == CueKind.SECTION,
        text=line.text,
        start=seconds(line.start_ms),
        end=seconds(line.end_ms),
        pieces=tuple(pieces(line.text, line.words)) if line.words and line.start_ms is not None else (),
    )


def pieces(text: str, words: Sequence[Sequence[object]]) -> list[SheetPiece]:
    """The line cut at its timed words, which read in order; empty where a word is not in the line.

    A word that was not timed goes with the timed one before it, or with the first.
    """
    cut: list[SheetPiece] = []
    at = 0
    for start, end, word in words:
        sung = str(word).strip()
        place = text.find(sung, at)
        if place < 0 or not isinstance(start, int) or not isinstance(end, int):
            return []
        timed = SheetPiece(sung, seconds(start), seconds(end))
        if place > at:
            cut.append(_untimed(text[at:place], cut[-1] if cut else timed))
        cut.append(timed)
        at = place + len(sung)
    return [*cut, _untimed(text[at:], cut[-1])] if cut and at < len(text) else cut


def _untimed(text: str, near: SheetPiece) -> SheetPiece:
    is_sung = any(char.isalnum() for char in text)
    return SheetPiece(text, near.start, near.end) if is_sung else SheetPiece(text)


def notice(track: Track) -> str:
    """What to say where there is nothing to follow along; blank where the lines are timed."""
    if track.lyrics_timing in (Timing.LINE, Timing.WORD):
        return ""
    has_text = bool(track.lyrics_text) or track.lyrics_timing == Timing.PLAIN
    if track.timing_state == TimingState.INSTRUMENTAL:
        return "This song is an instrumental: nothing is sung."
    if track.words_at is not None:
        return (
            "The timing of the words is being fetched. Once it is here, the lines follow the music by "
            "themselves."
        )
    if track.timing_state == TimingState.WAITING:
        return (
            "The lyrics are still being aligned. The provider sends their timing last; once it is here, the "
            "lines follow the music by themselves."
        )
    if not has_text:
        return "No words came with this song. It may be an instrumental."
    if track.timing_state == TimingState.FAILED:
        return "Word timing could not be made for this song, so its lyrics are shown as plain text."
    return "These lyrics have no timing, so they are shown as plain text."
