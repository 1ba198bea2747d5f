"""One song beside the list: what it is, how its file is, what was asked for, its words and its takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tracks.domain.updates import CueKind
from tracks.models import Asset, LyricLine, Track
from tracks.presentation.family import related_tracks
from tracks.presentation.labels import OK, QUIET, WARN
from tracks.presentation.language import language_of
from tracks.presentation.notes import NoteRow, note_rows
from tracks.presentation.song_rows import SongRow, song_rows
from tracks.queries.lineage import takes

MAX_LINES = 300
MAX_NOTES = 20  # the song's page has all
# Some operations take the lyrics as their prompt; those are shown as words.
_TAGGED = re.compile(r"^\s*\[[^\[\]]+\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InspectedFact:
    name: str
    value: str
    tone: str


@dataclass(frozen=True, slots=True)
class InspectedSong:
    """``takes``: all songs of the request in their order, none for one alone. ``other``: to compare with.

    ``words_language``: for ``lang``; blank where the letters say nothing. ``notes``: the first ones.
    """

    song: SongRow
    facts: list[InspectedFact]
    prompt: str
    lines: list[LyricLine]
    words_language: str
    takes: list[SongRow]
    other: int | None
    notes: list[NoteRow]
    note_count: int


def inspected_song(track: Track, now: datetime) -> InspectedSong:
    """Wants ``task``, ``assets``, ``lines`` and ``track_notes`` of the track at hand."""
    others = takes(track, related_tracks())
    family = sorted([track, *others], key=lambda take: (take.position, take.pk))
    rows = {row.track.pk: row for row in song_rows(family, now, {})}
    song = rows[track.pk]
    moved = (line.moved(track.lyrics_offset_ms) for line in track.lines.all() if line.kind == CueKind.LINE)
    lines = list(moved)[:MAX_LINES]
    notes = note_rows(track, song.length_ms)
    return InspectedSong(
        song=song,
        facts=list(_facts(song)),
        prompt="" if _TAGGED.search(track.prompt) else track.prompt,
        lines=lines,
        words_language=language_of(" ".join(line.text for line in lines[:8])),
        takes=[rows[take.pk] for take in family] if others else [],
        other=others[0].pk if others else None,
        notes=notes[:MAX_NOTES],
        note_count=len(notes),
    )


def _facts(song: SongRow) -> Iterator[InspectedFact]:
    yield from _sound(song.audio)
    timing, review = song.timing, song.review
    yield InspectedFact("lyrics", timing.word, OK if timing.tone == OK else QUIET)
    yield InspectedFact("review", "parked" if song.track.parked_at else review.word, review.tone)
    if song.exception:
        yield InspectedFact("exception", song.exception.word, song.exception.tone)
    else:
        yield InspectedFact("files", song.archive.word, song.archive.tone)


def _sound(audio: Asset | None) -> Iterator[InspectedFact]:
    if audio and audio.loudness_lufs is not None:
        # The minus of figures, not the hyphen.
        yield InspectedFact("loudness", f"{audio.loudness_lufs:.1f} LUFS".replace("-", "−"), OK)
    elif audio is None:
        yield InspectedFact("sound", "none yet", WARN)
