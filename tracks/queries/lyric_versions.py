"""The versions of a track's lyrics, and what may be wrong in those that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracks.domain.lyrics.lint import Finding, lint
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import PLAYABLE, Cue, Lyrics
from tracks.models import LyricVersion, Track
from tracks.models.lyrics import PROVIDERS_OWN


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``number`` and ``based_on``: None for the provider's; its time is unknown while shown."""

    number: int | None
    timing: str
    is_shown: bool
    at: datetime | None = None
    by: str = ""
    note: str = ""
    based_on: int | None = None


def versions_of(track: Track) -> list[Version]:
    """The edited versions, the newest first, and the provider's last; one query."""
    rows = list(track.lyric_versions.defer("lines").order_by("-number"))
    shown = track.lyrics_version
    versions = [
        Version(row.number or None, row.timing, row.number == shown, row.at, row.by, row.note, row.based_on)
        for row in rows
    ]
    if shown is None:
        versions.append(Version(None, track.lyrics_timing, is_shown=True))
    return versions


def is_providers_newer(versions: Sequence[Version]) -> bool:
    """Whether the provider gave other lyrics after the shown version was saved."""
    shown, own = next(one for one in versions if one.is_shown), versions[-1]
    return bool(own.at and shown.at and own.at > shown.at)


def lyrics_of(track: Track, number: int | None) -> Lyrics | None:
    """The lyrics of a version, None for the provider's. Raises LyricVersion.DoesNotExist."""
    if number == track.lyrics_version:
        return track.lyrics_shown()
    wanted = PROVIDERS_OWN if number is None else number
    return LyricVersion.objects.get(track=track, number=wanted).lyrics


def findings(track: Track, cues: Sequence[Cue] | None = None) -> list[Finding]:
    """What may be wrong in these lines of the track, else in those that are shown, by their own times."""
    if cues is None:
        cues = [row.cue for row in track.lines.all()]
    return lint(cues, _length_ms(track), (track.prompt, track.lyrics_text))


def _length_ms(track: Track) -> int | None:
    """Measured, else as the provider states it."""
    files = track.assets.filter(kind__in=PLAYABLE, status=AssetStatus.ARCHIVED)
    lengths = {file.kind: file.duration_ms for file in files.only("kind", "duration_ms")}
    return next(filter(None, (lengths.get(kind) for kind in PLAYABLE)), track.duration_ms)
