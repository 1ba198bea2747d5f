"""Until when a provider still knows a song, so that more can be made from it by its id there."""

from __future__ import annotations

from datetime import datetime

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Track


def usable_until(track: Track) -> datetime | None:
    """About when the provider deletes its record of the song; None where it does not say or made no song."""
    is_song = track.kind == TrackKind.SONG and track.status == TrackStatus.READY
    provider = providers.registered().get(track.provider)
    if not is_song or not track.external_id or provider is None or provider.record_retention is None:
        return None
    # Counted from when we first heard of it: providers' clocks have been wrong by years.
    return track.received_at + provider.record_retention
