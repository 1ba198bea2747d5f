"""TemPolor's items that are one thing: the text of a song, a zip of stems.

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

# The four of the stems page; of lyrics the page shows one, so a song's words are understood as well.
STATUSES = {
    "waiting": TrackState.PENDING,
    "running": TrackState.PENDING,
    "main_succeeded": TrackState.READY,
    "succeeded": TrackState.READY,
    "part_failed": TrackState.READY,
    "failed": TrackState.FAILED,
}
# The files inside the zip as integrators found them, by what they are here; the pages show no content:
# https://platform.tempolor.com/docs/296524447e0
MEMBERS = {
    "original": "originalaudio.flac",
    "vocals": "originalaudio_vocals.flac",
    "bass": "originalaudio_bass.flac",
    "drums": "originalaudio_drums.flac",
    "other": "originalaudio_other.flac",
}
# TemPolor calls once, when the item is final, and has no word for that call.
STAGE = "complete"


def lyric(row: Row, asked: SubmittedWith) -> TaskUpdate:
    """A text. Some clients read it from `lyrics`, the page has it in `lyric`."""
    words = text(pick(row, "lyric", "lyrics"))
    track = TrackUpdate(
        json_fields.identifier(pick(row, "item_id")),
        kind=TrackKind.LYRICS,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        lyrics_text=words,
        lyrics=json_fields.bounded(lyrics.plain(words)),
    )
    return _item(row, "lyrics", track, has_result=bool(words))


def stems(row: Row, asked: SubmittedWith) -> TaskUpdate:
    """One zip, and what comes in it. The track has no id of its own: the item is the task."""
    archive = json_fields.asset(AssetKind.ARCHIVE, pick(row, "stems_url"))
    has_result = archive is not None and archive.state is AssetState.LINKED
    inside = [
        AssetUpdate(AssetKind.STEM, AssetState.WAITING, label=label, member=name)
        for label, name in MEMBERS.items()
    ]
    assets = tuple(filter(None, [archive, *(inside if has_result else ())]))
    track = TrackUpdate("", kind=TrackKind.FILES, position=0, assets=assets)
    return _item(row, "stems", track, has_result=has_result)


def _item(row: Row, operation: str, track: TrackUpdate, *, has_result: bool) -> TaskUpdate:
    """Ready with its result; "succeeded" without one is a claim of the task alone."""
    said = json_fields.known(STATUSES, pick(row, "status"), f"TemPolor {operation} status")
    is_empty = said is TrackState.READY and not has_result
    state = TrackState.PENDING if is_empty else said
    error = _fault(operation, pick(row, "message")) if state is TrackState.FAILED else None
    whole = Completeness.WHOLE if state is TrackState.READY else None
    return TaskUpdate(
        json_fields.identifier(pick(row, "item_id")),
        state=TaskState.DONE if is_empty else None,
        operation=operation,
        tracks=(replace(track, state=state, completeness=whole, error=error),),
        stage=STAGE if said in (TrackState.READY, TrackState.FAILED) else "",
    )


def _fault(operation: str, message: object) -> Fault:
    return (faults.of_failed_stems if operation == "stems" else faults.of_failed_lyrics)(message)
