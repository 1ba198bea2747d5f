"""The rows of the library: songs with their takes, under days or under where a search found them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from tracks.models import Track
from tracks.presentation.song_rows import SongRow, song_rows
from tracks.presentation.times import day_name, exact_time, short_age
from tracks.queries.lyric_hits import Hit
from tracks.queries.search import folded, patterns_of


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A song that stands for its request. ``takes``: the ids of all of it that are listed, its own too.

    ``age``: short, and ``received`` in full.
    """

    song: SongRow
    takes: list[int]
    age: str
    received: str

    @property
    def is_stack(self) -> bool:
        return len(self.takes) > 1


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading. ``name``: blank for none."""

    name: str
    rows: list[LibraryRow]
    hint: str = ""


def library_rows(
    leaders: Iterable[Track], takes: Mapping[int, list[int]], hits: Mapping[int, Hit], now: datetime
) -> list[LibraryRow]:
    """``takes``: ids of tracks by the task's id. The tracks' assets must be prefetched; one query."""
    return [
        LibraryRow(
            song=song,
            takes=takes.get(song.track.task_id) or [song.track.pk],
            age=short_age(song.track.received_at, now),
            received=exact_time(song.track.received_at),
        )
        for song in song_rows(leaders, now, hits)
    ]


def by_day(rows: Iterable[LibraryRow], now: datetime) -> list[RowGroup]:
    """For a list by age."""
    return _grouped(rows, lambda row: day_name(row.song.track.received_at, now))


def by_place(rows: Iterable[LibraryRow], text: str) -> list[RowGroup]:
    """For all that a search found: first what is sung, then what is in titles, then the rest."""
    patterns = patterns_of(text)

    def place(row: LibraryRow) -> str:
        if row.song.hit:
            return IN_LYRICS
        title = folded(row.song.title)
        return IN_TITLE if any(pattern.search(title) for pattern in patterns) else IN_STYLE

    found = sorted(rows, key=lambda row: (IN_LYRICS, IN_TITLE, IN_STYLE).index(place(row)))
    hints = {IN_LYRICS: "Play starts at the line"}
    return [RowGroup(group.name, group.rows, hints.get(group.name, "")) for group in _grouped(found, place)]


IN_LYRICS, IN_TITLE, IN_STYLE = "In lyrics", "In title", "In style or prompt"


def _grouped(rows: Iterable[LibraryRow], name: Callable[[LibraryRow], str]) -> list[RowGroup]:
    return [RowGroup(heading, list(own)) for heading, own in groupby(rows, key=name)]
