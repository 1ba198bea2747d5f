"""The files of a song's lyrics that can be downloaded, as links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from tracks.domain.updates import Timing
from tracks.files.lyric_export import FORMATS
from tracks.models import Track


@dataclass(frozen=True, slots=True)
class LyricLink:
    name: str
    url: str


def lyric_links(track: Track, *, has_lines: bool) -> list[LyricLink]:
    """Lyrics without timing are there as text and JSON only; the enhanced LRC needs timed words."""
    return list(_links(track, has_lines))


def _links(track: Track, has_lines: bool) -> Iterator[LyricLink]:
    is_timed = track.lyrics_timing in (Timing.LINE, Timing.WORD)
    for format in FORMATS if is_timed else ("txt",) if has_lines or track.lyrics_text else ():
        yield LyricLink(format.upper(), _url(track, format))
        if format == "lrc" and track.lyrics_timing == Timing.WORD:
            yield LyricLink("LRC with words", f"{_url(track, format)}?words=1")
    if is_timed or has_lines:
        yield LyricLink("JSON", _url(track, "json"))


def _url(track: Track, format: str) -> str:
    return reverse("api:track-lyrics", args=[track.pk, format])
