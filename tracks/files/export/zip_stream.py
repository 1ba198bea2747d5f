"""A ZIP of songs as a stream: nothing goes to the disk, and one chunk of a file is in memory at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zipstream import ZipStream

from tracks.domain.updates import TrackKind
from tracks.files.export.m3u8 import m3u8_entry, m3u8_head
from tracks.files.export.pieces import (
    ExportedTrack,
    LyricsAsJson,
    audio_of,
    file_name_of,
    files_of,
    lyric_texts,
    numbered,
    why_not_there,
)
from tracks.files.file_names import safe_file_name
from tracks.files.storage import path_of
from tracks.models import Asset, Track

CHUNK_BYTES = 256 * 1024
MANIFEST = "manifest.json"
NOT_ARCHIVED = "The sound is not archived: there is no file to export."


class SongZip:
    """Adds tracks to a ZIP one by one, and in the end a playlist and a manifest of what is in it.

    Sound and covers are stored as they are, for they are compressed already. A file that is not on the disk
    is left out, and named in the manifest.
    """

    def __init__(self, name: str, now: datetime, as_json: LyricsAsJson, *, is_sized: bool = False) -> None:
        self.zip = ZipStream(sized=is_sized)
        self.name, self.now, self.as_json = name, now, as_json
        self.playlist = [m3u8_head(name)]
        self.tracks: list[dict[str, Any]] = []

    def add(self, exported: ExportedTrack) -> None:
        files, missing, used = [], [], set[str]()
        for asset in files_of(exported.track):
            name = _unused(file_name_of(exported, asset), used)
            if reason := why_not_there(asset):
                missing.append({"name": name, "kind": asset.kind, "reason": reason})
                continue
            path = path_of(asset.file)
            size = path.stat().st_size
            self.zip.add(_chunks(path, size), name, size=size)
            files.append(_described(name, asset, size))
        if exported.track.kind == TrackKind.SONG and audio_of(exported.track) is None:
            missing.append({"name": "", "kind": "audio", "reason": NOT_ARCHIVED})
        for text in lyric_texts(exported, self.as_json):
            self.zip.add(text.content, text.name)
            size = len(text.content)
            files.append({"name": text.name, "kind": "lyrics", "bytes": size, "sha256": text.sha256})
        self.playlist.append(m3u8_entry(exported))
        self.tracks.append({**_facts(exported), "files": files, "missing": missing})

    def add_ends(self) -> None:
        """The playlist and the manifest."""
        self.zip.add("".join(self.playlist), safe_file_name([self.name], ".m3u8", instead="playlist"))
        manifest = {"name": self.name, "made_at": self.now.isoformat(), "tracks": self.tracks}
        self.zip.add(json.dumps(manifest, ensure_ascii=False, indent=1), MANIFEST)


def sized_zip(
    name: str, tracks: Sequence[Track], now: datetime, as_json: LyricsAsJson
) -> tuple[Iterator[bytes], int]:
    """The stream and its length in bytes. All lyrics are written before it begins: not for many songs."""
    song_zip = SongZip(name, now, as_json, is_sized=True)
    for exported in numbered(tracks, len(tracks)):
        song_zip.add(exported)
    song_zip.add_ends()
    return iter(song_zip.zip), len(song_zip.zip)


def streamed_zip(
    name: str, tracks: Iterable[Track], count: int, now: datetime, as_json: LyricsAsJson
) -> Iterator[bytes]:
    """The stream for any number of songs: each is read when its turn comes. ``count``: at least how many."""
    song_zip = SongZip(name, now, as_json)
    for exported in numbered(tracks, count):
        song_zip.add(exported)
        yield from song_zip.zip.all_files()
    song_zip.add_ends()
    yield from song_zip.zip.finalize()


def _unused(name: str, used: set[str]) -> str:
    """Labels of stems may differ in what no file name holds."""
    stem, extension = os.path.splitext(name)
    number = 1
    while name.casefold() in used:
        number += 1
        name = f"{stem} ({number}){extension}"
    used.add(name.casefold())
    return name


def _chunks(path: Path, size: int) -> Iterator[bytes]:
    """Exactly so many bytes. Raises OSError where there are fewer: the download visibly breaks off."""
    with path.open("rb") as file:
        left = size
        while left:
            chunk = file.read(min(CHUNK_BYTES, left))
            if not chunk:
                raise OSError(f"{path.name} became shorter while it was exported")
            left -= len(chunk)
            yield chunk


def _described(name: str, asset: Asset, size: int) -> dict[str, Any]:
    return {
        "name": name,
        "kind": asset.kind,
        "label": asset.label,
        "content_type": asset.content_type,
        "bytes": size,
        "sha256": asset.sha256,
    }


def _facts(exported: ExportedTrack) -> dict[str, Any]:
    track = exported.track
    return {
        "number": exported.number,
        "id": track.pk,
        "title": track.title,
        "provider": track.provider,
        "external_id": track.external_id,
        "style": track.style,
        "duration": track.duration_ms / 1000 if track.duration_ms else None,
        "review": track.review,
        "rating": track.rating,
        "tags": [tag.name for tag in track.tags.all()],
    }
