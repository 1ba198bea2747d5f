"""The sung lines in which a search finds what it looks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tracks.domain.updates import CueKind
from tracks.models import LyricLine
from tracks.queries.search import folded, marked, patterns_of


@dataclass(frozen=True, slots=True)
class Hit:
    """``parts``: the line in pieces, each with whether it was searched for."""

    text: str
    start_ms: int | None
    parts: list[tuple[str, bool]]


def lyric_hits(track_ids: Collection[int], text: str) -> dict[int, Hit]:
    """For each track the line that holds most of the searched words, the first of such; one query.

    Its time has the offset of its track.
    """
    patterns = patterns_of(text)
    if not track_ids or not patterns:
        return {}
    lines = LyricLine.objects.filter(track__in=track_ids, kind=CueKind.LINE).order_by("track", "position")
    best: dict[int, tuple[int, str, int | None]] = {}
    for track, line, start, offset in lines.values_list(
        "track_id", "text", "start_ms", "track__lyrics_offset_ms"
    ):
        plain = folded(line)
        count = sum(1 for pattern in patterns if pattern.search(plain))
        if count > best.get(track, (0,))[0]:
            best[track] = count, line, None if start is None else max(0, start + offset)
    return {track: Hit(line, start, marked(line, patterns)) for track, (_, line, start) in best.items()}
