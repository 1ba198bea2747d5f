"""TemPolor's JSON in our words.

Song callback https://tempolorapi.apifox.cn/296524440e0, song query https://tempolorapi.apifox.cn/296524441e0,
instrumental callback https://platform.tempolor.com/docs/296524436e0 (read 2026-11). The body is one and the
same object in a callback and in an answer, but for the answer's envelope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tracks import lyrics
from tracks.providers import reading
from tracks.providers.base import Unreadable
from tracks.providers.reading import Row, pick, text
from tracks.providers.tempolor import faults
from tracks.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Lyrics,
    TaskState,
    TaskUpdate,
    Timing,
    TimingState,
    TrackState,
    TrackUpdate,
)

OPERATIONS = {"songs": "generate", "instrumentals": "instrumental"}

STATUSES: dict[str, tuple[TrackState, Completeness | None]] = {
    "running": (TrackState.PENDING, None),
    "main_succeeded": (TrackState.READY, Completeness.OPEN),
    "succeeded": (TrackState.READY, Completeness.WHOLE),
    "part_failed": (TrackState.READY, Completeness.GAP),
    "failed": (TrackState.FAILED, None),
}
SUB_ASSETS = {
    "waiting": AssetState.WAITING,
    "running": AssetState.WAITING,
    "sub_succeeded": AssetState.LINKED,
    "sub_failed": AssetState.FAILED,
}
SUB_TIMINGS = {
    "waiting": TimingState.WAITING,
    "running": TimingState.WAITING,
    "sub_succeeded": TimingState.THERE,
    "sub_failed": TimingState.FAILED,
}
# Whether `audio_url` is the ten-minute stream link. `mp3_complete` was seen in place of `audio_complete`.
EVENTS = {
    "audio_chunk": True,
    "audio_complete": False,
    "mp3_complete": False,
    "wav_complete": False,
    "lrcsections_complete": False,
}


def submitted(body: Any) -> TaskUpdate | None:
    """The answer to a submit: one task with a pending track for each id. None where it names no id."""
    ids = _item_ids(reading.mapping(reading.mapping(body).get("data")))
    if not ids:
        return None
    tracks = tuple(
        TrackUpdate(item_id, position=place, state=TrackState.PENDING) for place, item_id in enumerate(ids)
    )
    return TaskUpdate(ids[0], state=TaskState.RUNNING, tracks=tracks)


def _item_ids(data: Row) -> list[str]:
    listed = pick(data, "item_ids", "item_id")
    named = listed if isinstance(listed, list) else [listed]
    ids = [reading.identifier(item_id) for item_id in named[: reading.MAX_ROWS]]
    return list(dict.fromkeys(item_id for item_id in ids if item_id))


def items(body: Any) -> list[TaskUpdate]:
    """A callback, or the answer to a query: one update per item. Raises Unreadable."""
    found = _listed(body) or _listed(reading.mapping(body).get("data"))
    if not found:
        raise Unreadable("Neither songs nor instrumentals are in it.")
    updates = [_item(row, operation) for operation, listed in found for row in reading.rows(listed)]
    named = [update for update in updates if update.external_id]
    if not named and any(listed != [] for _, listed in found):
        raise Unreadable("No item in it has an id.")
    return named


def _listed(body: Any) -> list[tuple[str, Any]]:
    row = reading.mapping(body)
    return [(OPERATIONS[key], row[key]) for key in OPERATIONS if key in row]


def _item(row: Row, operation: str) -> TaskUpdate:
    item_id = reading.identifier(pick(row, "item_id"))
    status = reading.known(STATUSES, pick(row, "status"), "TemPolor status")
    stream_url, audio = _audio(row, running=status == STATUSES["running"])
    state, completeness = _state(status, stream_url, audio)
    # "succeeded" without a link to play: the provider is done, the song is not there.
    is_empty = completeness in (Completeness.WHOLE, Completeness.GAP) and state is not TrackState.READY
    track = TrackUpdate(
        item_id,
        state=state,
        completeness=completeness if state is TrackState.READY else None,
        stream_url=stream_url,
        assets=tuple(asset for asset in (audio, _audio_hi(row), _image(row)) if asset),
        error=faults.of_failed_song(pick(row, "message")) if state is TrackState.FAILED else None,
    )
    return TaskUpdate(
        item_id,
        state=TaskState.DONE if is_empty else None,
        operation=operation,
        tracks=(_with_lyrics(_with_texts(track, row), row),),
    )


def _audio(row: Row, *, running: bool) -> tuple[str, AssetUpdate | None]:
    """The stream link and the finished file: both come in ``audio_url``."""
    asset = reading.asset(AssetKind.AUDIO, pick(row, "audio_url"))
    is_chunk = reading.known(EVENTS, pick(row, "event"), "TemPolor event")
    if asset and asset.state is AssetState.LINKED and (running or is_chunk):
        return asset.url, None
    return "", asset


def _state(
    status: tuple[TrackState, Completeness | None] | None, stream_url: str, audio: AssetUpdate | None
) -> tuple[TrackState | None, Completeness | None]:
    state, completeness = status or (None, None)
    if state is TrackState.READY and not (audio and audio.state is AssetState.LINKED):
        state = TrackState.PENDING
    if stream_url and state in (None, TrackState.PENDING):
        state = TrackState.STREAMING
    return state, completeness


def _audio_hi(row: Row) -> AssetUpdate | None:
    """The lossless file. A link is better evidence than the status beside it."""
    asset = reading.asset(AssetKind.AUDIO_HI, pick(row, "audio_hi_url"))
    if asset:
        return asset
    state = reading.known(SUB_ASSETS, pick(row, "audio_hi_status"), "TemPolor audio_hi_status")
    if state is AssetState.FAILED:
        return AssetUpdate(AssetKind.AUDIO_HI, state, error="The provider could not make it.")
    return AssetUpdate(AssetKind.AUDIO_HI, state) if state is AssetState.WAITING else None


def _image(row: Row) -> AssetUpdate | None:
    return reading.asset(AssetKind.IMAGE, pick(row, "image_url", "cover_url"))


def _with_texts(track: TrackUpdate, row: Row) -> TrackUpdate:
    return replace(
        track,
        title=text(pick(row, "title"), reading.MAX_TITLE),
        style=text(pick(row, "style")),
        prompt=text(pick(row, "prompt")),
        model=text(pick(row, "model"), reading.MAX_NAME),
        duration_ms=reading.duration_ms(pick(row, "duration")),
        created_at=reading.moment(pick(row, "created_at")),
        finished_at=reading.moment(pick(row, "finished_at")),
    )


def _with_lyrics(track: TrackUpdate, row: Row) -> TrackUpdate:
    sections = reading.rows(pick(row, "lyrics_sections"), reading.MAX_LINES)
    timed = reading.bounded(lyrics.timed(_raw_lines(sections, track.duration_ms)))
    words = text(pick(row, "lyrics"))
    has_times = timed is not None and timed.timing is Timing.LINE
    state = reading.known(SUB_TIMINGS, pick(row, "lyrics_sections_status"), "TemPolor lyrics_sections_status")
    return replace(
        track,
        lyrics_text=words or lyrics.joined(timed),
        lyrics=timed if has_times else _plain(words) or timed,
        timing_state=TimingState.THERE if has_times else state,
    )


def _plain(words: str) -> Lyrics | None:
    return reading.bounded(lyrics.plain(words))


def _raw_lines(sections: list[Row], duration_ms: int | None) -> list[lyrics.RawLine]:
    """``start`` and ``end`` are documented as seconds; the mainland twin and some models give ms."""
    bare = [_time(row, key) for row in sections for key in ("start", "end")]
    scale = 1 if lyrics.in_milliseconds([time for time in bare if time is not None], duration_ms) else 1000
    return [
        lyrics.RawLine(text(pick(row, "text")), _ms(row, "start", scale), _ms(row, "end", scale))
        for row in sections
    ]


def _ms(row: Row, key: str, scale: int) -> int | None:
    exact, bare = _time(row, f"{key}_ms"), _time(row, key)
    if exact is not None:
        return round(exact)
    return None if bare is None else round(bare * scale)


def _time(row: Row, key: str) -> float | None:
    """A place in the song; what lies before it or a day behind its start is no place."""
    found = reading.number(pick(row, key))
    return found if found is not None and 0 <= found <= reading.DAY_MS else None
