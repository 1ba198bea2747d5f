"""One song as a row of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracks.domain.statuses import ArchiveStatus, TrackStatus
from tracks.domain.updates import CueKind
from tracks.models import Asset, LyricLine, Track
from tracks.presentation import labels, media
from tracks.presentation.labels import StateLabel


@dataclass(frozen=True, slots=True)
class SongRow:
    """``length_ms``: measured, else the provider's. ``hit``: the lyric line that a search found.

    ``is_only_for_download``: its sound is archived, in a format that browsers do not play.
    """

    track: Track
    audio: Asset | None
    cover: Asset | None
    peaks: tuple[int, ...]
    length_ms: int | None
    state: StateLabel
    archive: StateLabel
    timing: StateLabel
    review: StateLabel
    hit: LyricLine | None
    is_only_for_download: bool

    @property
    def is_open(self) -> bool:
        """Whether more of it is still to come, so that the page should refresh."""
        is_arriving = self.track.status in (TrackStatus.PENDING, TrackStatus.STREAMING)
        return is_arriving or self.track.archive == ArchiveStatus.PENDING

    @property
    def provider(self) -> str:
        return labels.provider_label(self.track.provider)


def song_rows(tracks: Iterable[Track], now: datetime, hits: Mapping[int, LyricLine]) -> list[SongRow]:
    """Rows of tracks; their assets must be prefetched. ``hits``: lyric lines by the track's id."""
    return [song_row(track, now, hits.get(track.pk)) for track in tracks]


def song_row(track: Track, now: datetime, hit: LyricLine | None = None) -> SongRow:
    assets = list(track.assets.all())
    audio = media.main_audio(assets)
    measured = audio.duration_ms if audio else None
    return SongRow(
        track=track,
        audio=audio,
        cover=media.main_cover(assets),
        peaks=tuple(audio.peaks) if audio else (),
        length_ms=measured or track.duration_ms,
        state=labels.song_state(track, assets, now),
        archive=labels.archive_state(track, assets, now),
        timing=labels.timing_state(track),
        review=labels.review_state(track),
        hit=hit,
        is_only_for_download=audio is None and media.has_sound(assets),
    )


def lyric_hits(tracks: Iterable[Track], text: str) -> dict[int, LyricLine]:
    """The first sung line of each track that contains the searched text literally; one query."""
    ids = [track.pk for track in tracks]
    if not ids or not text.strip():
        return {}
    found = LyricLine.objects.filter(track__in=ids, kind=CueKind.LINE, text__icontains=text.strip())
    first: dict[int, LyricLine] = {}
    for line in found.order_by("track", "position"):
        first.setdefault(line.track_id, line)
    return first
