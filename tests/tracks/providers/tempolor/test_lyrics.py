"""The lyrics of TemPolor's songs and their times, in whatever unit and order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.tempolor_bodies import only_track, track_of
from tracks.domain.updates import CueKind, Timing, TimingState


def test_the_documented_lines_are_milliseconds_of_the_song() -> None:
    lyrics = only_track("song-callback-documented").lyrics
    first_line = next(cue for cue in lyrics.cues if cue.kind is CueKind.LINE)
    assert (first_line.text, first_line.start_ms, first_line.end_ms) == (
        "Under silver beams it flies",
        16_761,
        19_750,
    )


def test_the_mainland_services_milliseconds_and_unsorted_lines_come_out_in_order() -> None:
    track = only_track("song-callback-mainland")
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in track.lyrics.cues] == [
        ("verse", 1000, 1020),
        ("First line", 5000, 5000),
        ("Second line", 9000, 12_000),
    ]
    assert track.created_at == datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)
    assert track.lyrics_text == "[verse]\nFirst line\nSecond line"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("waiting", TimingState.WAITING),
        ("running", TimingState.WAITING),
        ("sub_succeeded", TimingState.FAILED),
        ("sub_failed", TimingState.FAILED),
        ("other", None),
    ],
)
def test_every_timing_status_without_a_timed_line(status: Any, state: Any) -> None:
    assert track_of(lyrics_sections_status=status).timing_state is state


def test_timed_lines_beat_their_status() -> None:
    lines = [{"start": 1.5, "end": 2.5, "text": "Under silver beams"}]
    track = track_of(lyrics_sections_status="sub_failed", lyrics_sections=lines)
    assert track.timing_state is TimingState.THERE


def test_start_ms_is_always_milliseconds() -> None:
    track = track_of(duration=96, lyrics_sections=[{"start_ms": 1500, "end_ms": 2500, "text": "Sung"}])
    assert (track.lyrics.cues[0].start_ms, track.lyrics.cues[0].end_ms) == (1500, 2500)


def test_one_absurd_time_does_not_turn_seconds_into_milliseconds() -> None:
    lines = [{"start": 1, "end": 2, "text": "One"}, {"start": 1e15, "end": -4, "text": "Two"}]
    cues = track_of(duration=96, lyrics_sections=lines).lyrics.cues
    assert [(cue.text, cue.start_ms) for cue in cues] == [("One", 1000), ("Two", None)]


def test_lyrics_without_times_are_plain() -> None:
    lyrics = track_of(lyrics="[verse]\nUnder silver beams").lyrics
    assert (lyrics.timing, [cue.text for cue in lyrics.cues]) == (
        Timing.PLAIN,
        ["verse", "Under silver beams"],
    )


def test_the_text_is_joined_from_timed_lines_where_it_is_missing() -> None:
    lines = [{"start": 0, "text": "[verse]"}, {"start": 1, "text": "Under silver beams"}]
    assert track_of(lyrics_sections=lines).lyrics_text == "[verse]\nUnder silver beams"
