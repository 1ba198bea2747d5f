"""Parses TemPolor's items that are no songs: lyrics, and a ZIP of stems.

Lyrics callback https://tempolorapi.apifox.cn/296524443e0, lyrics query https://tempolorapi.apifox.cn/296524444e0,
stems callback https://tempolorapi.apifox.cn/296524447e0, stems query https://tempolorapi.apifox.cn/296524448e0
(read 2026-11).
"""

from __future__ import annotations

from dataclasses import replace

from tracks.domain import lyrics
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Fault,
    TaskState,
    TaskUpdate,
    TrackKind,
    TrackState,
    TrackUpdate,
)
from tracks.providers import json_fields
from tracks.providers.base import SubmittedWith
from tracks.providers.json_fields import Row, pick, text
from tracks.providers.tempolor import faults

# The four of the stems page; the lyrics page shows one, so those of songs are understood as well.
STATUSES = {
    "waiting": TrackState.PENDING,
    "running": TrackState.PENDING,
    "main_succeeded": TrackState.READY,
    "succeeded": TrackState.READY,
    "part_failed": TrackState.READY,
    "failed": TrackState.FAILED,
}
# The files inside the ZIP as integrators found them, by our labels; the pages do not show them:
# https://platform.tempolor.com/docs/296524447e0
MEMBERS = {
    "original": "originalaudio.flac",
    "vocals": "originalaudio_vocals.flac",
    "bass": "originalaudio_bass.flac",
    "drums": "originalaudio_drums.flac",
    "other": "originalaudio_other.flac",
}
# TemPolor calls back once, when the item is final, and has no word for that callback.
STAGE = "complete"


def lyric(row: Row, submitted: SubmittedWith) -> TaskUpdate:
    """The text of a song. Some clients read it from `lyrics`, the page has it in `lyric`."""
    content = text(pick(row, "lyric", "lyrics"))
    track = TrackUpdate(
        json_fields.identifier(pick(row, "item_id")),
        kind=TrackKind.LYRICS,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        lyrics_text=content,
        lyrics=json_fields.bounded_lyrics(lyrics.plain_lyrics(content)),
    )
    return _item(row, "lyrics", track, has_result=bool(content))


def stems(row: Row, submitted: SubmittedWith) -> TaskUpdate:
    """One ZIP and its members. The track has no id of its own: the item is the task."""
    archive = json_fields.asset(AssetKind.ARCHIVE, pick(row, "stems_url"))
    has_result = archive is not None and archive.state is AssetState.LINKED
    members = [
        AssetUpdate(AssetKind.STEM, AssetState.WAITING, label=label, member=name)
        for label, name in MEMBERS.items()
    ]
    assets = tuple(filter(None, [archive, *(members if has_result else ())]))
    track = TrackUpdate("", kind=TrackKind.FILES, position=0, assets=assets)
    return _item(row, "stems", track, has_result=has_result)


def _item(row: Row, operation: str, track: TrackUpdate, *, has_result: bool) -> TaskUpdate:
    """Ready with its result; "succeeded" without one ends the task and leaves the track pending."""
    given = json_fields.translated(STATUSES, pick(row, "status"), f"TemPolor {operation} status")
    is_empty = given is TrackState.READY and not has_result
    state = TrackState.PENDING if is_empty else given
    error = _fault(operation, pick(row, "message")) if state is TrackState.FAILED else None
    completeness = Completeness.WHOLE if state is TrackState.READY else None
    return TaskUpdate(
        json_fields.identifier(pick(row, "item_id")),
        state=TaskState.DONE if is_empty else None,
        operation=operation,
        tracks=(replace(track, state=state, completeness=completeness, error=error),),
        stage=STAGE if given in (TrackState.READY, TrackState.FAILED) else "",
    )


def _fault(operation: str, message: object) -> Fault:
    return (faults.of_failed_stems if operation == "stems" else faults.of_failed_lyrics)(message)
