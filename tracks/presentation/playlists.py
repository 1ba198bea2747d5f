"""Playlists as pages show them: a row each in their list, and a row for each song of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracks.domain.hue import song_hue
from tracks.models import Playlist, PlaylistEntry
from tracks.presentation.library_rows import LibraryRow, library_rows
from tracks.presentation.times import duration_text


@dataclass(frozen=True, slots=True)
class PlaylistRow:
    """``count``: in words. ``length``: of all its songs; blank where none is known."""

    playlist: Playlist
    hue: int
    count: str
    length: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A song at its place, counted from 1. ``above``, ``below``: where one step leads; None at the ends."""

    item: LibraryRow
    place: int
    above: int | None
    below: int | None


def playlist_row(playlist: Playlist) -> PlaylistRow:
    """Of playlists_with_lengths()."""
    count, length_ms = playlist.count, playlist.length_ms  # type: ignore[attr-defined]  # annotated
    return PlaylistRow(
        playlist=playlist,
        hue=song_hue(None, playlist.name),
        count=f"{count:,} song{'' if count == 1 else 's'}",
        length=duration_text(timedelta(milliseconds=length_ms)) if length_ms else "",
    )


def entry_rows(entries: Iterable[PlaylistEntry], count: int, now: datetime) -> list[EntryRow]:
    """``count``: of the whole playlist. Tracks and their assets must be prefetched; one query."""
    there = list(entries)
    items = library_rows([entry.track for entry in there], {}, {}, now)
    return [_entry_row(item, entry.position + 1, count) for item, entry in zip(items, there, strict=True)]


def _entry_row(item: LibraryRow, place: int, count: int) -> EntryRow:
    return EntryRow(item, place, place - 1 if place > 1 else None, place + 1 if place < count else None)
