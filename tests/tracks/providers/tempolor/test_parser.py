"""TemPolor's bodies: every status, sub-status and event, and whatever else may come."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.payloads import load
from tests.support.tempolor_bodies import LINK, asset_of, only_track, read, track_of, update_of
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    Completeness,
    CueKind,
    ErrorKind,
    TaskState,
    Timing,
    TimingState,
    TrackState,
)


@pytest.mark.parametrize("name", ["song-callback-documented", "song-query-documented"])
def test_the_documented_song_is_whole_and_sung(name: str) -> None:
    (update,) = read(load(f"tempolor/{name}.json"))
    track = only_track(name)
    kinds = [cue.kind for cue in track.lyrics.cues]
    assert (update.external_id, update.operation, update.state) == ("123", "generate", None)
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.WHOLE)
    assert (kinds.count(CueKind.LINE), kinds.count(CueKind.SECTION)) == (20, 7)
    assert (track.duration_ms, track.lyrics.timing) == (96_000, Timing.LINE)
    assert track.prompt == "A Song About an Owl’s Moonlit Dance in Happy Style"
    assert track.finished_at == datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)
    assert {asset.state for asset in track.assets} == {AssetState.LINKED}


def test_a_song_without_its_wav_and_timing_is_ready_and_open() -> None:
    track = only_track("song-callback-main-succeeded")
    assert (track.state, track.completeness) == (TrackState.READY, Completeness.OPEN)
    assert [(asset.kind, asset.state) for asset in track.assets] == [
        (AssetKind.AUDIO, AssetState.LINKED),
        (AssetKind.AUDIO_HI, AssetState.WAITING),
    ]
    assert track.timing_state is TimingState.WAITING


@pytest.mark.parametrize("name", ["instrumental-callback-wav", "instrumental-query"])
def test_an_instrumental_has_nothing_to_be_timed(name: str) -> None:
    (update,) = read(load(f"tempolor/{name}.json"), "")
    assert update.operation == "instrumental"
    assert (update.tracks[0].lyrics, update.tracks[0].timing_state) == (None, TimingState.INSTRUMENTAL)


@pytest.mark.parametrize("status", ["waiting", "sub_succeeded", "sub_failed", None])
def test_a_song_that_was_asked_for_without_singing_has_nothing_to_be_timed(status: Any) -> None:
    body = {"songs": [{"item_id": "9001", "lyrics_sections_status": status}]}
    (update,) = read(body, instrumental=True)
    assert update.tracks[0].timing_state is TimingState.INSTRUMENTAL


def test_timed_lines_are_there_even_where_no_singing_was_asked_for() -> None:
    body = {"songs": [{"item_id": "9001", "lyrics_sections": [{"start": 1, "text": "Sung"}]}]}
    (update,) = read(body, instrumental=True)
    assert update.tracks[0].timing_state is TimingState.THERE


@pytest.mark.parametrize(
    ("status", "state", "completeness"),
    [
        ("running", TrackState.STREAMING, None),
        ("main_succeeded", TrackState.READY, Completeness.OPEN),
        ("succeeded", TrackState.READY, Completeness.WHOLE),
        ("part_failed", TrackState.READY, Completeness.GAP),
        ("failed", TrackState.FAILED, None),
        ("SUCCEEDED", TrackState.READY, Completeness.WHOLE),
        ("archived", None, None),
        (None, None, None),
        (7, None, None),
    ],
)
def test_every_status(status: Any, state: Any, completeness: Completeness | None) -> None:
    track = track_of(status=status, audio_url=LINK)
    assert (track.state, track.completeness) == (state, completeness)


def test_running_without_a_link_is_pending() -> None:
    assert track_of(status="running", audio_url="").state is TrackState.PENDING


def test_the_advice_for_a_failed_song_has_that_it_was_not_billed() -> None:
    fault = track_of(status="failed").error
    assert (fault.code, fault.kind) == ("", ErrorKind.UPSTREAM)
    assert "not billed" in fault.advice
    assert fault.message


@pytest.mark.parametrize("status", ["succeeded", "part_failed"])
@pytest.mark.parametrize("url", ["", None, "https://x.example/None.mp3", "soon", 5])
def test_done_without_a_song_is_a_claim_of_the_task_only(status: Any, url: Any) -> None:
    update = update_of(status=status, audio_url=url)
    assert update.state is TaskState.DONE
    assert (update.tracks[0].state, update.tracks[0].completeness) == (TrackState.PENDING, None)


@pytest.mark.parametrize(
    ("event", "is_stream"),
    [
        ("audio_chunk", True),
        ("audio_complete", False),
        ("mp3_complete", False),
        ("wav_complete", False),
        ("lrcsections_complete", False),
        ("encore_complete", False),
        (None, False),
    ],
)
def test_every_event(event: str, is_stream: bool) -> None:
    track = track_of(status="main_succeeded", event=event, audio_url=LINK)
    assert track.stream_url == (LINK if is_stream else "")
    assert [asset.url for asset in track.assets] == ([] if is_stream else [LINK])
    assert track.state is (TrackState.STREAMING if is_stream else TrackState.READY)


def test_the_link_of_a_running_song_is_its_stream() -> None:
    track = track_of(status="running", audio_url=LINK)
    assert (track.stream_url, track.assets) == (LINK, ())


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("waiting", AssetState.WAITING),
        ("running", AssetState.WAITING),
        ("sub_failed", AssetState.FAILED),
        ("sub_succeeded", None),
        ("other", None),
        (None, None),
    ],
)
def test_every_lossless_status_without_a_link(status: Any, state: Any) -> None:
    asset = asset_of(AssetKind.AUDIO_HI, audio_hi_status=status, audio_hi_url="")
    assert (asset and asset.state) == state


@pytest.mark.parametrize("status", ["waiting", "running", "sub_succeeded", "sub_failed", "other", None])
def test_a_lossless_link_beats_its_status(status: Any) -> None:
    asset = asset_of(AssetKind.AUDIO_HI, audio_hi_status=status, audio_hi_url=LINK)
    assert (asset.state, asset.url) == (AssetState.LINKED, LINK)


def test_a_lossless_file_that_failed_is_a_failed_asset() -> None:
    asset = asset_of(AssetKind.AUDIO_HI, audio_hi_status="sub_failed")
    assert asset.error == "The provider could not make it."


@pytest.mark.parametrize(
    "url",
    ["soon", "ftp://x.example/a.mp3", "https://", "https://[", "//x.example/a.mp3", "https://x/None.mp3?a=1"],
)
def test_a_link_that_is_none_is_a_failed_asset_with_the_reason(url: Any) -> None:
    asset = asset_of(AssetKind.AUDIO, status="main_succeeded", audio_url=url)
    assert (asset.state, asset.url) == (AssetState.FAILED, url)
    assert asset.error.endswith("it is asked again.")


def test_a_link_keeps_its_signature() -> None:
    assert asset_of(AssetKind.AUDIO, status="succeeded", audio_url=f" {LINK}\n").url == LINK


def test_camel_case_is_read_like_snake_case() -> None:
    body = {
        "songs": [{"itemId": "9001", "status": "succeeded", "audioUrl": LINK, "audioHiStatus": "waiting"}]
    }
    (update,) = read(body)
    assert update.external_id == "9001"
    assert [asset.kind for asset in update.tracks[0].assets] == [AssetKind.AUDIO, AssetKind.AUDIO_HI]


def test_an_id_may_be_a_number() -> None:
    assert read({"songs": [{"item_id": 9001}]})[0].external_id == "9001"


def test_an_item_without_an_id_hides_no_other() -> None:
    body = {"songs": [{"status": "succeeded"}, "text", None, {"item_id": "9001"}]}
    assert [update.external_id for update in read(body)] == ["9001"]


def test_an_empty_list_is_no_news() -> None:
    assert read({"songs": []}) == []


def test_an_unknown_word_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            track_of(status="transposing", audio_url=LINK)
    assert [record.getMessage() for record in caplog.records] == ["Unknown TemPolor status: 'transposing'"]
