"""A track's family as its page shows it: what it is made from, its takes, and what is made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import TrackKind
from tracks.models import Asset, Task, Track
from tracks.presentation import labels
from tracks.presentation.labels import StateLabel
from tracks.presentation.song_rows import SongRow, song_rows
from tracks.queries import lineage
from tracks.queries.refusals import last_refusals


@dataclass(frozen=True, slots=True)
class DerivedTask:
    """One task that makes something from the track. ``files``: its archived files, with their names."""

    task: Task
    operation: str
    state: StateLabel
    songs: list[SongRow]
    texts: list[Track]
    files: list[tuple[str, Asset]]


@dataclass(frozen=True, slots=True)
class Family:
    source: SongRow | None
    takes: list[SongRow]
    made: list[DerivedTask]

    @property
    def is_open(self) -> bool:
        return any(not one.task.is_finished for one in self.made)

    def __bool__(self) -> bool:
        return bool(self.source or self.takes or self.made)


@dataclass(frozen=True, slots=True)
class TakePlace:
    """One of several results of a task. ``compare_url``: beside another one; blank where it is no song."""

    letter: str
    count: int
    compare_url: str


def take_of(track: Track, relatives: Family) -> TakePlace | None:
    """None where the task made no other."""
    others = [take.track for take in relatives.takes]
    if not others:
        return None
    is_song = track.kind == TrackKind.SONG
    return TakePlace(
        letter=labels.take_letter(track),
        count=len(others) + 1,
        compare_url=reverse("compare", args=[track.pk, others[0].pk]) if is_song else "",
    )


def family(track: Track, now: datetime) -> Family:
    """The number of queries does not grow with the family."""
    source = (
        related_tracks().filter(pk=track.task.source_track_id).first() if track.task.source_track_id else None
    )
    takes = lineage.takes(track, related_tracks())
    tasks = list(lineage.made_from(track, related_tracks()))
    refused = last_refusals(tasks)
    songs = [song for task in tasks for song in task.tracks.all() if song.kind == TrackKind.SONG]
    found = [*([source] if source else []), *takes, *songs]
    rows = {row.track.pk: row for row in song_rows(found, now, {})}
    return Family(
        source=rows[source.pk] if source else None,
        takes=[rows[take.pk] for take in takes],
        made=[
            _derived_task(task, rows, labels.task_state(task, now, refused.get(task.pk, "")))
            for task in tasks
        ],
    )


def related_tracks() -> QuerySet[Track]:
    return Track.objects.defer("search_text", "stream_url", "prompt").prefetch_related("assets")


def _derived_task(task: Task, rows: Mapping[int, SongRow], state: StateLabel) -> DerivedTask:
    """``rows``: by the id of their track."""
    found = list(task.tracks.all())
    return DerivedTask(
        task=task,
        operation=labels.operation_label(task.provider, task.operation),
        state=state,
        songs=[rows[track.pk] for track in found if track.kind == TrackKind.SONG],
        texts=[track for track in found if track.kind == TrackKind.LYRICS],
        files=_files([track for track in found if track.kind == TrackKind.FILES]),
    )


def _files(tracks: Sequence[Track]) -> list[tuple[str, Asset]]:
    archived = [
        asset for track in tracks for asset in track.assets.all() if asset.status == AssetStatus.ARCHIVED
    ]
    return [(labels.file_name(asset), asset) for asset in archived]
