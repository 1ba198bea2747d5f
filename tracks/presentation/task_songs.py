"""The song that stands for a task in its row: what its cover shows and plays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracks.domain import thumbnails
from tracks.domain.updates import TrackKind
from tracks.models import Asset, Track
from tracks.presentation import media
from tracks.presentation.covers import cover_url
from tracks.presentation.hue import hue_of


@dataclass(frozen=True, slots=True)
class TaskSong:
    """``audio``: what browsers play; None until it is archived. ``hue``: 0 to 23."""

    track: Track
    cover_url: str
    hue: int
    audio: Asset | None


def task_song(tracks: Iterable[Track]) -> TaskSong | None:
    """The first that can be played, else the first that has a cover; their assets must be prefetched."""
    songs = [(track, list(track.assets.all())) for track in tracks if track.kind == TrackKind.SONG]
    playable = [song for song in songs if media.main_audio(song[1])]
    covered = [song for song in songs if media.main_cover(song[1])]
    track, assets = next(iter((*playable, *covered)), (None, []))
    if track is None:
        return None
    return TaskSong(
        track, cover_url(track, assets, thumbnails.SMALL), hue_of(track), media.main_audio(assets)
    )
