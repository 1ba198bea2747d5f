"""A song as scripts play it: what the dock shows and draws without loading the song's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tracks.domain import thumbnails
from tracks.domain.updates import CueKind
from tracks.lib.unseen import shown
from tracks.models import Asset, LyricLine, Track
from tracks.presentation import labels, media
from tracks.presentation.covers import cover_url
from tracks.presentation.hue import hue_of
from tracks.presentation.language import language_of
from tracks.presentation.notes import pins_of
from tracks.presentation.sections import SongSection, sections_of
from tracks.presentation.waveform import Wave, wave_large


def player_song(track: Track) -> dict[str, Any]:
    """As JSON values; times in seconds to the millisecond.

    Wants ``task``, ``assets``, ``lines`` and ``track_notes`` at hand.

    ``audio``: the address of what browsers play; null until that is archived, and ``wave`` with it.
    ``wave``: for the dock, in units of its ``width`` and ``height``. ``sections``: those with a heading.
    ``lines``: the sung ones that are timed, in their order. ``notes``: those at a moment.
    """
    assets, lines = list(track.assets.all()), track.lines_with_offset()
    audio = media.main_audio(assets)
    length_ms = (audio.duration_ms if audio else None) or track.duration_ms
    sections = sections_of(lines, length_ms)
    return {
        **_identity(track),
        **_cover(track, assets),
        "audio": media.asset_url(audio) if audio else None,
        "duration": _seconds(length_ms),
        "loudness_lufs": audio.loudness_lufs if audio else None,
        "wave": _wave(audio, sections, length_ms),
        "sections": [_section(section) for section in sections if section.name],
        "lines": _sung(lines),
        "notes": pins_of(track),
    }


def _identity(track: Track) -> dict[str, Any]:
    title = labels.track_name(track)
    return {
        "id": track.pk,
        "title": title,
        "lang": language_of(title),
        "style": shown(track.style),
        "provider": labels.provider_label(track.provider),
        "model": track.model,
        "hue": hue_of(track),
        "review": track.review,
        "rating": track.rating,
        "url": reverse("track", args=[track.pk]),
    }


def _cover(track: Track, assets: list[Asset]) -> dict[str, Any]:
    """``cover_size``: as ``sizes`` of an icon; null where it is not known."""
    archived, url = media.main_cover(assets), cover_url(track, assets, thumbnails.LARGE)
    if archived is None:
        return {"cover": url, "cover_type": "image/svg+xml", "cover_size": "any"}
    if side := archived.thumbnail_side:
        return {"cover": url, "cover_type": thumbnails.CONTENT_TYPE, "cover_size": f"{side}x{side}"}
    return {"cover": url, "cover_type": archived.content_type, "cover_size": None}


def _wave(audio: Asset | None, sections: list[SongSection], length_ms: int | None) -> dict[str, Any] | None:
    wave = wave_large("dock", bytes(audio.waveform), sections, length_ms) if audio else None
    return _drawn(wave) if wave else None


def _drawn(wave: Wave) -> dict[str, Any]:
    return {
        "width": wave.width,
        "height": wave.height,
        "paths": [{"kind": one.kind, "d": one.d, "is_envelope": one.is_envelope} for one in wave.paths],
        "ribbon": [
            {"kind": part.kind, "x": float(part.x), "width": float(part.width)} for part in wave.ribbon
        ],
        "names": [{"at": float(name.at), "text": name.text, "fits": name.fits} for name in wave.names],
    }


def _section(section: SongSection) -> dict[str, Any]:
    return {
        "name": section.name,
        "kind": section.kind,
        "start": _seconds(section.start_ms),
        "end": _seconds(section.end_ms),
    }


def _sung(lines: Iterable[LyricLine]) -> list[dict[str, Any]]:
    return [
        {"start": _seconds(line.start_ms), "end": _seconds(line.end_ms), "text": line.text}
        for line in lines
        if line.kind == CueKind.LINE and line.start_ms is not None
    ]


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
