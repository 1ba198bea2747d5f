"""A song's MP3 with a tag of ours in place of its own: title, style, lyrics with times, cover."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from typing import BinaryIO

from tracks.files import id3
from tracks.files.lyric_export import Untimed, render_lyrics, sung_lines
from tracks.files.probe.tags import after_tags
from tracks.files.storage import path_of
from tracks.models import Asset, Track

# A larger picture is no cover; it would be read as a whole.
MAX_COVER_BYTES = 8 * 1024 * 1024


def tag_of(track: Track, artist: str, cover: Asset | None) -> bytes:
    """The ID3v2.4 tag of the track. ``cover``: its archived picture; one that cannot be read is left out."""
    return id3.tag(_frames(track, artist, cover))


def _frames(track: Track, artist: str, cover: Asset | None) -> Iterator[bytes]:
    yield id3.text_frame("TIT2", track.title)
    yield id3.text_frame("TPE1", artist)
    yield id3.text_frame("TCON", track.style)
    made_at = track.created_at or track.received_at
    yield id3.text_frame("TDRC", f"{made_at:%Y-%m-%dT%H:%M:%S}")
    yield id3.own_text_frame("MUSICGEN_TRACK", str(track.pk))
    yield id3.own_text_frame(f"{track.provider.upper()}_ID", track.external_id)
    yield id3.lyrics_frame(render_lyrics(track, "txt"))
    with suppress(Untimed):
        yield id3.timed_lyrics_frame(sung_lines(track))
    if cover is not None and (picture := _picture(cover)):
        yield id3.cover_frame(picture)


def _picture(cover: Asset) -> id3.Picture | None:
    try:
        if path_of(cover.file).stat().st_size > MAX_COVER_BYTES:
            return None
        return id3.Picture(cover.content_type, path_of(cover.file).read_bytes())
    except OSError:
        return None


class TaggedFile:
    """Reads as the file would with this tag in place of its own ID3v2 tags; the file stays as it is.

    An ID3v1 tag at its end stays too: players prefer ID3v2. ``size``: in bytes.
    """

    def __init__(self, file: BinaryIO, tag: bytes) -> None:
        self._file, self._tag, self._at = file, tag, 0
        self._sound = _begin_of_sound(file)
        self.size = len(tag) + os.fstat(file.fileno()).st_size - self._sound

    def seek(self, place: int) -> None:
        self._at = place

    def read(self, count: int) -> bytes:
        """At most so many bytes; fewer at the end of the tag."""
        if self._at < len(self._tag):
            chunk = self._tag[self._at : self._at + count]
        else:
            self._file.seek(self._sound + self._at - len(self._tag))
            chunk = self._file.read(count)
        self._at += len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()


def _begin_of_sound(file: BinaryIO) -> int:
    if not os.fstat(file.fileno()).st_size:
        return 0
    with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return after_tags(data)
