"""One song as a row of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracks.domain import thumbnails
from tracks.domain.statuses import ArchiveStatus, TrackStatus
from tracks.models import Asset, LyricLine, Track
from tracks.presentation import labels, media
from tracks.presentation.covers import cover_url
from tracks.presentation.hue import hue_of
from tracks.presentation.labels import StateLabel
from tracks.presentation.language import language_of
from tracks.presentation.sections import sections_of
from tracks.presentation.song_exception import exception
from tracks.presentation.waveform import Wave, wave_row
from tracks.queries.lyric_hits import Hit
from tracks.queries.sections import timed_headings


@dataclass(frozen=True, slots=True)
class SongRow:
    """``exception``: the worst that is not normal. ``length_ms``: measured, else the
    provider's. ``hit``: the lyric line that a search found.

    ``cover_url``: of the archived cover, else of a drawn one, small as in a row; ``card_cover_url``: for
    a card; ``large_cover_url``: for the dock and the song's page. ``hue``: 0 to 23. ``wave``: in the form
    for rows; None until its sound is archived.

    ``is_only_for_download``: its sound is archived, in a format that browsers do not play.
    """

    track: Track
    audio: Asset | None
    cover: Asset | None
    cover_url: str
    card_cover_url: str
    large_cover_url: str
    hue: int
    wave: Wave | None
    length_ms: int | None
    state: StateLabel
    archive: StateLabel
    review: StateLabel
    exception: StateLabel | None
    hit: Hit | None
    is_only_for_download: bool

    @property
    def is_open(self) -> bool:
        """Whether more of it is still to come, so that the page should refresh."""
        is_arriving = self.track.status in (TrackStatus.PENDING, TrackStatus.STREAMING)
        return is_arriving or self.track.archive == ArchiveStatus.PENDING

    @property
    def provider(self) -> str:
        return labels.provider_label(self.track.provider)

    @property
    def timing(self) -> StateLabel:
        return labels.timing_state(self.track)

    @property
    def title(self) -> str:
        return labels.track_name(self.track)

    @property
    def language(self) -> str:
        """Of the title, for ``lang``; blank where its letters say nothing."""
        return language_of(self.title)

    @property
    def model(self) -> str:
        """With its provider, once: ``TemPolor v4.6``, ``Suno V5``."""
        name = labels.model_label(self.track)
        return name if name.startswith(self.provider) else f"{self.provider} {name}".strip()

    @property
    def letter(self) -> str:
        return labels.take_letter(self.track)

    @property
    def note(self) -> StateLabel:
        """Why it cannot be played; only for a song without sound here."""
        if self.is_only_for_download and not self.exception:
            detail = "Browsers do not play its format; its page has the file."
            return StateLabel("for download only", labels.QUIET, detail)
        return self.exception or self.state


def song_rows(tracks: Iterable[Track], now: datetime, hits: Mapping[int, Hit]) -> list[SongRow]:
    """Rows of tracks; their assets must be prefetched. ``hits``: by the track's id.

    One query, for the sections of all.
    """
    songs = list(tracks)
    headings = timed_headings(track.pk for track in songs)
    return [_row(track, now, hits.get(track.pk), headings.get(track.pk, [])) for track in songs]


def song_row(track: Track, now: datetime) -> SongRow:
    return song_rows([track], now, {})[0]


def _row(track: Track, now: datetime, hit: Hit | None, headings: Iterable[LyricLine]) -> SongRow:
    assets = list(track.assets.all())
    audio = media.main_audio(assets)
    length_ms = (audio.duration_ms if audio else None) or track.duration_ms
    sections = sections_of(headings, length_ms)
    return SongRow(
        track=track,
        audio=audio,
        cover=media.main_cover(assets),
        cover_url=cover_url(track, assets, thumbnails.SMALL),
        card_cover_url=cover_url(track, assets, thumbnails.MIDDLE),
        large_cover_url=cover_url(track, assets, thumbnails.LARGE),
        hue=hue_of(track),
        wave=wave_row(bytes(audio.waveform), sections, length_ms) if audio else None,
        length_ms=length_ms,
        state=labels.song_state(track, assets, now),
        archive=labels.archive_state(track, assets, now),
        review=labels.review_state(track),
        exception=exception(track, assets, now),
        hit=hit,
        is_only_for_download=audio is None and media.has_sound(assets),
    )
