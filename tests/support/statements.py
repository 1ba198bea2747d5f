"""Hypothesis strategies for statements of providers and people, contradictions included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tracks.domain.fold import StatementValue
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Cue,
    CueKind,
    ErrorKind,
    Fault,
    Lyrics,
    Source,
    TaskState,
    TaskUpdate,
    Timing,
    TimingState,
    TrackState,
    TrackUpdate,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["", "a", "b", "Owl's Waltz"])
LINKS = st.sampled_from(
    ["https://m.example/1.mp3?s=1", "https://m.example/1.mp3?s=2", "https://m.example/2.mp3"]
)

moments = st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds))
faults = st.builds(Fault, st.sampled_from(["", "413", "531"]), st.sampled_from(ErrorKind), WORDS)


@st.composite
def assets(draw: st.DrawFn) -> AssetUpdate:
    state = draw(st.sampled_from(AssetState))
    kind = draw(st.sampled_from([AssetKind.AUDIO, AssetKind.AUDIO_HI, AssetKind.IMAGE, AssetKind.STEM]))
    in_archive = kind is AssetKind.STEM and state is AssetState.WAITING
    return AssetUpdate(
        kind=kind,
        state=state,
        member=draw(st.sampled_from(["", "a.flac"])) if in_archive else "",
        url=draw(LINKS) if state is AssetState.LINKED else "",
        error="could not be made" if state is AssetState.FAILED else "",
        expires_at=draw(st.none() | moments) if state is AssetState.LINKED else None,
    )


cues = st.builds(
    Cue,
    kind=st.sampled_from(CueKind),
    text=st.sampled_from(["hoo", "hoo hoo"]),
    start_ms=st.just(1000),
    end_ms=st.just(2000),
)
lyric_values = st.builds(Lyrics, st.sampled_from([Timing.PLAIN, Timing.LINE, Timing.WORD]), st.tuples(cues))


@st.composite
def tracks(draw: st.DrawFn) -> TrackUpdate:
    state = draw(st.none() | st.sampled_from(TrackState))
    return TrackUpdate(
        external_id=draw(st.sampled_from(["c1", "c2", "c3"])),
        position=draw(st.none() | st.integers(0, 2)),
        state=state,
        completeness=draw(st.sampled_from(Completeness)) if state is TrackState.READY else None,
        title=draw(WORDS),
        style=draw(WORDS),
        lyrics_text=draw(WORDS),
        duration_ms=draw(st.none() | st.integers(1, 300_000)),
        stream_url=draw(st.just("") | LINKS),
        finished_at=draw(st.none() | moments),
        timing_state=draw(st.none() | st.sampled_from(TimingState)),
        lyrics=draw(st.none() | lyric_values),
        assets=tuple(draw(st.lists(assets(), max_size=2, unique_by=lambda asset: asset.kind))),
        error=draw(st.none() | faults) if state is TrackState.FAILED else None,
    )


updates = st.builds(
    TaskUpdate,
    external_id=st.just("t1"),
    state=st.none() | st.sampled_from(TaskState),
    error=st.none() | faults,
    tracks=st.lists(tracks(), max_size=3, unique_by=lambda track: track.external_id).map(tuple),
)


@st.composite
def statements(draw: st.DrawFn) -> StatementValue:
    first = draw(moments)
    source = draw(st.sampled_from([Source.SUBMIT, Source.CALLBACK, Source.POLL, Source.PERSON]))
    return StatementValue(source, draw(updates), first, first + timedelta(seconds=draw(st.integers(0, 60))))
