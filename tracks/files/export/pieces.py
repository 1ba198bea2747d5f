"""What an export holds of one track: its sound, its cover and its lyrics, all under one name."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import IMAGES, PLAYABLE, AssetKind, Timing
from tracks.files.file_names import safe_file_name
from tracks.files.lyric_export import FORMATS, Untimed, render_lyrics
from tracks.files.storage import path_of
from tracks.models import Asset, Track

# The lyrics of a track as JSON values: those of the REST API, which this room does not know.
LyricsAsJson = Callable[[Track], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportedTrack:
    """A track with its place in the export, from 1. ``base``: the name of its files, without an extension."""

    number: int
    track: Track
    base: str


@dataclass(frozen=True, slots=True)
class LyricText:
    """A file of lyrics; ``content`` is UTF-8."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def numbered(tracks: Iterable[Track], count: int) -> Iterator[ExportedTrack]:
    """Names that sort like the tracks and differ on every file system. ``count``: at least how many."""
    width = max(2, len(str(count)))
    for number, track in enumerate(tracks, 1):
        prefix = f"{number:0{width}}"
        name = safe_file_name([f"{prefix} {track.title or f'track-{track.pk}'}"], "", instead=prefix)
        yield ExportedTrack(number, track, name)


def audio_of(track: Track) -> Asset | None:
    """The archived sound of the song, of the kind that the player plays."""
    return _first(_archived(track), PLAYABLE)


def files_of(track: Track) -> list[Asset]:
    """Sound and cover; of a track without a sound of its own, such as stems, every archived file."""
    archived = _archived(track)
    audio, cover = _first(archived, PLAYABLE), _first(archived, IMAGES)
    if audio is None:
        return sorted(archived, key=lambda asset: (asset.kind, asset.label))
    return [asset for asset in (audio, cover) if asset]


def file_name_of(exported: ExportedTrack, asset: Asset) -> str:
    """Sound and cover differ in their extensions; what has a label, or is a source, says so."""
    source = "source" if asset.kind in (AssetKind.SOURCE_AUDIO, AssetKind.SOURCE_IMAGE) else ""
    extension = os.path.splitext(asset.file)[1]
    if not (source or asset.label):
        return f"{exported.base}{extension}"
    return safe_file_name([exported.base, source, asset.label], extension, instead=exported.base)


def why_not_there(asset: Asset) -> str:
    """Why the archived file cannot be exported, for people; blank where it can."""
    try:
        size = path_of(asset.file).stat().st_size
    except OSError:
        return "The archived file is missing from the disk. Restore it from a backup."
    if asset.bytes is not None and size != asset.bytes:
        return f"The file on the disk has {size} bytes instead of {asset.bytes}. Restore it from a backup."
    return ""


def lyric_texts(exported: ExportedTrack, as_json: LyricsAsJson) -> Iterator[LyricText]:
    """The lyrics in each format that they can have; nothing for an instrumental. Reads ``track.lines``."""
    track, base = exported.track, exported.base
    if not (track.lyrics_text.strip() or len(track.lines.all())):
        return
    for format, known in FORMATS.items():
        try:
            text = render_lyrics(track, format)
        except Untimed:
            continue
        yield LyricText(f"{base}.{known.extension}", text.encode())
        if known.write_words and track.lyrics_timing == Timing.WORD:
            words = render_lyrics(track, format, words=True)
            yield LyricText(f"{base}.words.{known.extension}", words.encode())
    text = json.dumps(as_json(track), ensure_ascii=False, indent=1)
    yield LyricText(f"{base}.json", text.encode())


def _archived(track: Track) -> list[Asset]:
    return [asset for asset in track.assets.all() if asset.status == AssetStatus.ARCHIVED]


def _first(archived: Iterable[Asset], kinds: Sequence[str]) -> Asset | None:
    found = [asset for asset in archived if asset.kind in kinds]
    return min(found, key=lambda asset: (kinds.index(asset.kind), asset.label), default=None)
