"""Parses TemPolor's songs and instrumentals.

Song callback https://tempolorapi.apifox.cn/296524440e0, song query https://tempolorapi.apifox.cn/296524441e0,
instrumental callback https://platform.tempolor.com/docs/296524436e0 (read 2026-11).
"""

from __future__ import annotations

from dataclasses import replace

from tracks.domain import lyrics
from tracks.domain.updates import (
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
from tracks.providers import json_fields
from tracks.providers.base import SubmittedWith
from tracks.providers.json_fields import Row, pick, text
from tracks.providers.tempolor import faults

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
    "sub_succeeded": TimingState.FAILED,
    "sub_failed": TimingState.FAILED,
}
# Their word for a callback, and our stage. `mp3_complete` was seen in place of `audio_complete`.
EVENTS = {
    "audio_chunk": "audio_chunk",
    "audio_complete": "audio_complete",
    "mp3_complete": "audio_complete",
    "wav_complete": "wav_complete",
    "lrcsections_complete": "lrcsections_complete",
}
# With this event `audio_url` is the stream link, which lives ten minutes.
CHUNK = "audio_chunk"


def is_instrumental(submitted: SubmittedWith) -> bool:
    return submitted.operation == "instrumental" or submitted.params.get("instrumental") is True


def song(row: Row, submitted: SubmittedWith) -> TaskUpdate:
    return _item(row, "generate", is_sung=not is_instrumental(submitted))


def instrumental(row: Row, submitted: SubmittedWith) -> TaskUpdate:
    return _item(row, "instrumental", is_sung=False)


def _item(row: Row, operation: str, *, is_sung: bool) -> TaskUpdate:
    item_id = json_fields.identifier(pick(row, "item_id"))
    status = json_fields.translated(STATUSES, pick(row, "status"), "TemPolor status")
    stream_url, audio = _audio(row, running=status == STATUSES["running"])
    state, completeness = _state(status, stream_url, audio)
    # "succeeded" without a link to play: the provider has finished, the song is missing.
    is_empty = completeness in (Completeness.WHOLE, Completeness.GAP) and state is not TrackState.READY
    track = TrackUpdate(
        item_id,
        state=state,
        completeness=completeness if state is TrackState.READY else None,
        stream_url=stream_url,
        assets=tuple(asset for asset in (audio, _audio_hi(row)) if asset),
        error=faults.of_failed_song(pick(row, "message")) if state is TrackState.FAILED else None,
    )
    return TaskUpdate(
        item_id,
        state=TaskState.DONE if is_empty else None,
        operation=operation,
        tracks=(_with_lyrics(_with_texts(track, row), row, is_sung=is_sung),),
        stage=_stage(row, track),
    )


def _stage(row: Row, track: TrackUpdate) -> str:
    """Which callback it is: by its event, else by what only one callback can hold; else blank."""
    # A link of a running song comes with the first callback alone; a song whose WAV and timing are both still
    # being made was reported for its MP3. Anything further may be any later callback, in any order, or the
    # first one: the documented example has `audio_complete` and holds everything.
    event = pick(row, "event")
    if event is not None:
        return json_fields.translated(EVENTS, event, "TemPolor event") or ""
    if track.stream_url:
        return CHUNK
    subs = [text(pick(row, name)) for name in ("audio_hi_status", "lyrics_sections_status")]
    is_first = bool(subs[0]) and all(SUB_ASSETS.get(sub) is AssetState.WAITING for sub in subs if sub)
    return "audio_complete" if track.completeness is Completeness.OPEN and is_first else ""


def _audio(row: Row, *, running: bool) -> tuple[str, AssetUpdate | None]:
    """The stream link and the finished file: both come in ``audio_url``."""
    asset = json_fields.asset(AssetKind.AUDIO, pick(row, "audio_url"))
    is_chunk = json_fields.translated(EVENTS, pick(row, "event"), "TemPolor event") == CHUNK
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
    """The lossless file. A link counts more than the status beside it."""
    asset = json_fields.asset(AssetKind.AUDIO_HI, pick(row, "audio_hi_url"))
    if asset:
        return asset
    state = json_fields.translated(SUB_ASSETS, pick(row, "audio_hi_status"), "TemPolor audio_hi_status")
    if state is AssetState.FAILED:
        return AssetUpdate(AssetKind.AUDIO_HI, state, error="The provider could not make it.")
    return AssetUpdate(AssetKind.AUDIO_HI, state) if state is AssetState.WAITING else None


def _with_texts(track: TrackUpdate, row: Row) -> TrackUpdate:
    return replace(
        track,
        title=text(pick(row, "title"), json_fields.MAX_TITLE),
        style=text(pick(row, "style")),
        prompt=text(pick(row, "prompt")),
        model=text(pick(row, "model"), json_fields.MAX_NAME),
        duration_ms=json_fields.duration_ms(pick(row, "duration")),
        created_at=json_fields.timestamp(pick(row, "created_at")),
        finished_at=json_fields.timestamp(pick(row, "finished_at")),
    )


def _with_lyrics(track: TrackUpdate, row: Row, *, is_sung: bool) -> TrackUpdate:
    sections = json_fields.mappings(pick(row, "lyrics_sections"), json_fields.MAX_LINES)
    timed = json_fields.bounded_lyrics(lyrics.timed_lyrics(map(_raw_line, sections)))
    written = text(pick(row, "lyrics"))
    has_times = timed is not None and timed.timing is Timing.LINE
    return replace(
        track,
        lyrics_text=written or lyrics.as_text(lyrics.line_timed(timed.cues) if timed else None),
        lyrics=timed if has_times else _plain(written) or timed,
        timing_state=TimingState.THERE if has_times else _timing_state(row, is_sung=is_sung),
    )


def _timing_state(row: Row, *, is_sung: bool) -> TimingState | None:
    """The state of timing that did not come. "Succeeded" without a timed line: there will be none."""
    word = pick(row, "lyrics_sections_status")
    state = json_fields.translated(SUB_TIMINGS, word, "TemPolor lyrics_sections_status")
    return state if is_sung else TimingState.INSTRUMENTAL


def _plain(written: str) -> Lyrics | None:
    return json_fields.bounded_lyrics(lyrics.plain_lyrics(written))


def _raw_line(row: Row) -> lyrics.RawLine:
    return lyrics.RawLine(text(pick(row, "text")), _ms(row, "start"), _ms(row, "end"))


def _ms(row: Row, key: str) -> int | None:
    """`start` and `end` are documented as seconds; some resold models send `start_ms` and `end_ms`."""
    exact = json_fields.number(pick(row, f"{key}_ms"))
    if exact is not None and 0 <= exact <= json_fields.DAY_MS:
        return round(exact)
    return json_fields.time_ms(pick(row, key))
