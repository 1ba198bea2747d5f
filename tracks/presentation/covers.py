"""The cover of a song: the archived one, else one that we draw."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from tracks.models import Asset, Track
from tracks.presentation import media
from tracks.presentation.drawn_cover import CoverSubject
from tracks.presentation.hue import hue_of


def cover_url(track: Track, assets: Iterable[Asset], size: int) -> str:
    """An address of ours that always shows a picture, and changes with it.

    ``size``: SMALL for a row, MIDDLE for a card, LARGE for what is larger. A cover without small pictures
    is shown itself.
    """
    assets = list(assets)
    cover = media.main_cover(assets)
    if cover:
        return media.thumbnail_url(cover, size) or media.asset_url(cover)
    version = cover_subject(track, assets).digest
    return f"{reverse('drawn-cover', args=[track.pk])}?{urlencode({'v': version})}"


def cover_subject(track: Track, assets: Iterable[Asset]) -> CoverSubject:
    """What the drawn cover of the song depends on."""
    audio = media.main_audio(assets)
    return CoverSubject(track.pk, track.title, hue_of(track), bytes(audio.waveform) if audio else b"")
