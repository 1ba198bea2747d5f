"""The notes at moments of a song: for its page, and as pins on its waveform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracks.models import Track, TrackNote
from tracks.presentation.times import decimal_seconds, timecode


@dataclass(frozen=True, slots=True)
class NoteRow:
    """``start``: seconds as text, blank where it is about the whole song; ``at``: in percent of the song."""

    note: TrackNote
    start: str
    time: str
    at: str
    initial: str


def note_rows(track: Track, length_ms: int | None) -> list[NoteRow]:
    """In the order of their moments; those about the whole song come last. Wants ``track_notes`` at hand."""
    return [_row(note, length_ms) for note in track.track_notes.all()]


def _row(note: TrackNote, length_ms: int | None) -> NoteRow:
    return NoteRow(
        note=note,
        start=decimal_seconds(note.at_ms),
        time="" if note.at_ms is None else timecode(note.at_ms),
        at=_place(note.at_ms, length_ms),
        initial=initial_of(note.by),
    )


def _place(at_ms: int | None, length_ms: int | None) -> str:
    if at_ms is None or not length_ms or at_ms > length_ms:
        return ""
    return f"{100 * at_ms / length_ms:.2f}"


def initial_of(name: str) -> str:
    """The letter that stands for a person on a pin."""
    return name[:1].upper() or "?"


def pins_of(track: Track) -> list[dict[str, Any]]:
    """Those at a moment, as JSON for scripts; times in seconds."""
    return [
        {"id": note.pk, "time": note.at_ms / 1000, "text": note.text, "by": note.by}
        for note in track.track_notes.all()
        if note.at_ms is not None
    ]
