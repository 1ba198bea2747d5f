"""The tracks of Suno API's bodies: files, times, words, in both spellings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.suno_bodies import (
    DONE,
    LYRIC,
    PENDING,
    STREAMING,
    callback,
    polled,
    read,
    record,
    states,
    track_of,
)
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    Completeness,
    CueKind,
    TaskUpdate,
    Timing,
    TimingState,
    TrackState,
)


def test_the_files_of_a_song_are_four_and_no_stream() -> None:
    (track,) = read(load("suno/callback-complete.json")).tracks
    assert [(asset.kind, asset.url) for asset in track.assets] == [
        (AssetKind.AUDIO, "https://x.example/1.mp3"),
        (AssetKind.SOURCE_AUDIO, "https://o.example/1.mp3"),
        (AssetKind.IMAGE, "https://x.example/1.jpeg"),
        (AssetKind.SOURCE_IMAGE, "https://o.example/1.jpeg"),
    ]


def test_kies_add_vocals_lacks_sources_and_tags() -> None:
    (track,) = read(load("suno/callback-kie-add-vocals-complete.json"), "kie").tracks
    assert (track.style, track.duration_ms) == ("", 180_500)
    assert [asset.kind for asset in track.assets] == [AssetKind.AUDIO, AssetKind.IMAGE]


@pytest.mark.parametrize(
    ("update", "completeness"),
    [
        (callback("first", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (callback("complete", [DONE, STREAMING, PENDING]), Completeness.WHOLE),
        (callback("error", [DONE, STREAMING, PENDING], code=500), Completeness.OPEN),
        (polled("FIRST_SUCCESS", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("SUCCESS", [DONE, STREAMING, PENDING]), Completeness.WHOLE),
        (polled("GENERATE_AUDIO_FAILED", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("CALLBACK_EXCEPTION", [DONE, STREAMING, PENDING]), Completeness.OPEN),
        (polled("REMIXING", [DONE, STREAMING, PENDING]), Completeness.OPEN),
    ],
)
def test_what_has_its_audio_is_ready_at_every_stage(
    update: TaskUpdate, completeness: Completeness | None
) -> None:
    assert states(update) == [
        ("c1", TrackState.READY, completeness),
        ("c2", TrackState.STREAMING, None),
        ("c3", TrackState.PENDING, None),
    ]


STREAMS = {"stream_audio_url": "https://x.example/s1", "sourceStreamAudioUrl": "https://o.example/s1"}


@pytest.mark.parametrize("key", ["audio_url", "audioUrl"])
@pytest.mark.parametrize("url", STREAMS.values())
def test_a_stream_link_in_the_place_of_the_file_is_no_file_yet(key: str, url: str) -> None:
    track = track_of(**{key: url}, **STREAMS)
    assert (track.state, track.completeness, track.assets) == (TrackState.STREAMING, None, ())


@pytest.mark.parametrize("key", ["audio_url", "audioUrl"])
@pytest.mark.parametrize("url", ["https://cdn.example/None.mp3", "None", "/a.mp3"])
def test_no_final_link_is_a_failed_file_and_makes_nothing_ready(key: str, url: Any) -> None:
    track = track_of(**{key: url}, **STREAMS)
    (asset,) = track.assets
    assert (track.state, track.completeness) == (TrackState.STREAMING, None)
    assert (asset.kind, asset.state, asset.url) == (AssetKind.AUDIO, AssetState.FAILED, url)
    assert asset.error.endswith("it is asked again.")


@pytest.mark.parametrize("url", ["", None, 5, [], {}])
def test_no_link_at_all_is_no_file(url: Any) -> None:
    assert track_of(audio_url=url).assets == ()


def test_an_item_without_an_id_hides_no_other_and_counts_as_a_position() -> None:
    update = callback("complete", [{"audio_url": "https://x.example/0.mp3"}, DONE])
    assert [(track.external_id, track.position) for track in update.tracks] == [("c1", 1)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2026-01-01 00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        (1767225600000, datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("soon", None),
        (5, None),
        (None, None),
    ],
)
def test_every_spelling_of_a_time(given: Any, found: Any) -> None:
    assert track_of(createTime=given).created_at == found


@pytest.mark.parametrize(
    ("given", "found"),
    [(180.5, 180_500), ("180.5", 180_500), (None, None), ("", None), (-1, None), (0, None)],
)
def test_every_spelling_of_a_duration(given: Any, found: Any) -> None:
    assert track_of(duration=given).duration_ms == found


@pytest.mark.parametrize(
    ("param", "prompt", "sung"),
    [
        ({"instrumental": False}, LYRIC, True),
        ({"instrumental": False}, "one line", True),
        ({"instrumental": True}, LYRIC, False),
        ({"instrumental": "true"}, LYRIC, False),
        (None, LYRIC, True),
        (None, "one line\nand another", True),
        (None, "[Verse] one line", True),
        (None, "a calm piano piece", True),
        (None, "[Instrumental]", False),
        ("broken", LYRIC, True),
    ],
)
def test_what_of_a_result_is_sung(param: Any, prompt: str, sung: bool) -> None:
    param = json.dumps(param) if isinstance(param, dict) else param
    (track,) = polled("SUCCESS", [{**DONE, "prompt": prompt}], param=param).tracks
    assert track.lyrics_text == (prompt if sung else "")
    assert (track.lyrics is not None) == sung


def test_the_sections_of_a_lyric_are_no_sung_lines() -> None:
    lyrics = track_of(prompt=LYRIC).lyrics
    assert lyrics.timing is Timing.PLAIN
    assert [(cue.kind, cue.text) for cue in lyrics.cues] == [
        (CueKind.SECTION, "Verse"),
        (CueKind.LINE, "Under silver beams it flies"),
    ]


def test_what_was_asked_is_the_prompt() -> None:
    param = json.dumps({"prompt": "a calm harbour", "instrumental": False})
    (track,) = polled("SUCCESS", [{**DONE, "prompt": LYRIC}], param=param).tracks
    assert track.prompt == "a calm harbour"


def timing(update: TaskUpdate) -> list[TimingState | None]:
    return [track.timing_state for track in update.tracks]


def test_the_word_timing_of_a_sung_song_is_waited_for_once_it_is_ready() -> None:
    update = callback("first", [{**DONE, "prompt": LYRIC}, {**STREAMING, "prompt": LYRIC}, PENDING])
    assert timing(update) == [TimingState.WAITING, None, None]


@pytest.mark.parametrize("flag", [True, "true"])
def test_an_instrumental_has_no_word_timing_to_wait_for(flag: Any) -> None:
    body = {"code": 200, "data": {"callbackType": "first", "task_id": "aa11", "data": [DONE, STREAMING]}}
    assert timing(read(body, operation="generate", instrumental=flag)) == [TimingState.INSTRUMENTAL] * 2


def test_the_details_say_that_it_is_an_instrumental() -> None:
    update = record(load("suno/record-info-instrumental.json"))
    assert timing(update) == [TimingState.INSTRUMENTAL]
    assert (update.tracks[0].prompt, update.tracks[0].lyrics) == ("calm piano", None)


def test_the_lyric_instrumental_has_no_word_timing_to_wait_for() -> None:
    assert track_of(**{**DONE, "prompt": "[Instrumental]"}).timing_state is TimingState.INSTRUMENTAL


@pytest.mark.parametrize("prompt", ["", None, LYRIC])
def test_a_song_of_which_nothing_is_known_may_have_word_timing(prompt: Any) -> None:
    assert track_of(**{**DONE, "prompt": prompt}).timing_state is TimingState.WAITING


def test_the_details_have_when_it_was_finished() -> None:
    update = polled("SUCCESS", [DONE, PENDING], completeTime=1767226200000)
    assert [track.finished_at for track in update.tracks] == [datetime(2026, 1, 1, 0, 10, tzinfo=UTC), None]
