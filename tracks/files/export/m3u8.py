"""Extended M3U in UTF-8: https://en.wikipedia.org/wiki/M3U. File names are those of the ZIP, beside it."""

from __future__ import annotations

from collections.abc import Iterable

from tracks.files.export.pieces import ExportedTrack, audio_of, file_name_of, why_not_there

CONTENT_TYPE = "audio/mpegurl; charset=utf-8"
NO_LENGTH = -1


def m3u8_head(name: str) -> str:
    return f"#EXTM3U\n#PLAYLIST:{_line(name)}\n"


def m3u8_entry(exported: ExportedTrack) -> str:
    """Two lines: length in whole seconds with title, and the file's name. Blank without a sound to play."""
    audio = audio_of(exported.track)
    if audio is None or why_not_there(audio):
        return ""
    length = audio.duration_ms or exported.track.duration_ms
    seconds = round(length / 1000) if length else NO_LENGTH
    title = _line(exported.track.title) or f"Track {exported.track.pk}"
    return f"#EXTINF:{seconds},{title}\n{file_name_of(exported, audio)}\n"


def m3u8(name: str, tracks: Iterable[ExportedTrack]) -> str:
    return m3u8_head(name) + "".join(map(m3u8_entry, tracks))


def _line(text: str) -> str:
    return " ".join(text.split())
