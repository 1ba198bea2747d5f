"""Writes which lyrics of a track people see: the provider's, or a version that a person edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from tracks.domain.updates import Lyrics, Timing
from tracks.models import LyricLine, LyricVersion, Track
from tracks.models.lyrics import PROVIDERS_OWN


def version_of(track: Track, number: int) -> Lyrics | None:
    """The lyrics of a version. Raises LyricVersion.DoesNotExist."""
    return LyricVersion.objects.get(track=track, number=number).lyrics


def keep_providers(track: Track, lyrics: Lyrics | None) -> bool:
    """Keeps what the provider gives now beside the edited version that is shown. Whether it differs."""
    wanted = LyricVersion.of(track, PROVIDERS_OWN, lyrics)
    row = LyricVersion.objects.get(track=track, number=PROVIDERS_OWN)
    if (row.timing, row.lines) == (wanted.timing, wanted.lines):
        return False
    row.timing, row.lines, row.at = wanted.timing, wanted.lines, timezone.now()
    row.save(update_fields=["timing", "lines", "at"])
    return True


def values_of_lyrics(lyrics: Lyrics | None, search_text: str) -> dict[str, Any]:
    """The columns of a track that follow from the lyrics that are shown."""
    return {"lyrics_timing": lyrics.timing if lyrics else Timing.NONE, "search_text": search_text}


def write_lines(track: Track, lines: Sequence[LyricLine], wanted: Lyrics | None) -> bool:
    """Replaces all lines or none, for lyrics are one value. Whether it did."""
    fresh = [LyricLine.of(track, place, cue) for place, cue in enumerate(wanted.cues if wanted else ())]
    if [_content(line) for line in fresh] == [_content(line) for line in lines]:
        return False
    if lines:
        track.lines.all().delete()
    LyricLine.objects.bulk_create(fresh)
    return True


def _content(line: LyricLine) -> tuple[Any, ...]:
    return (line.position, line.kind, line.text, line.start_ms, line.end_ms, line.words)
