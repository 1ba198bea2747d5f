"""TemPolor's addresses, states and callbacks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator


def test_a_song_goes_through_its_states(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url)
    songs = [body["songs"][0] for body in receiver.wait(3)]
    assert {song["item_id"] for song in songs} == {item_id}
    assert songs[0]["event"] == "audio_complete"
    assert songs[0]["status"] == "main_succeeded"
    assert {song["event"] for song in songs[1:]} == {"wav_complete", "lrcsections_complete"}
    assert [song["status"] for song in songs[1:]] == ["main_succeeded", "succeeded"]


def test_the_first_callback_has_the_mp3_alone(simulator: Simulator, receiver: Receiver) -> None:
    simulator.song(receiver.url)
    song = receiver.wait(1)[0]["songs"][0]
    assert song["audio_url"]
    assert (song["audio_hi_url"], song["lyrics_sections"]) == ("", [])


def test_given_lyrics_are_the_ones_that_are_timed(simulator: Simulator, receiver: Receiver) -> None:
    simulator.song(receiver.url)
    texts = [section["text"] for section in receiver.wait(3)[2]["songs"][0]["lyrics_sections"]]
    assert texts == ["[intro]", "\n[Verse]", "One small line", "\n[Chorus]", "And one more", "\n[inst]"]


def test_a_query_shows_the_same_without_an_event(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url)
    last = receiver.wait(3)[2]["songs"][0]
    item = simulator.item(item_id)
    assert item.pop("event") is None
    links = ("audio_url", "audio_hi_url")
    assert {key: value for key, value in item.items() if key not in links} == {
        key: value for key, value in last.items() if key not in (*links, "event")
    }


def test_a_running_song_has_nothing_yet(simulator: Simulator) -> None:
    item = simulator.item(simulator.song(NOBODY, prompt="a harbour [[silent]] [[delay:9000]]"))
    assert (item["status"], item["audio_url"], item["duration"]) == ("running", "", None)


def test_an_instrumental_calls_back_twice(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.instrumental(receiver.url)
    items = [call["instrumentals"][0] for call in receiver.wait(2)]
    assert [(item["event"], item["status"]) for item in items] == [
        ("audio_complete", "main_succeeded"),
        ("wav_complete", "succeeded"),
    ]
    assert simulator.item(item_id, "instrumental")["status"] == "succeeded"


def test_a_song_without_a_voice_is_timed_by_its_sections_alone(
    simulator: Simulator, receiver: Receiver
) -> None:
    simulator.song(receiver.url, lyrics=None, instrumental=True)
    texts = [section["text"] for section in receiver.wait(3)[2]["songs"][0]["lyrics_sections"]]
    assert texts == ["[intro]", "\n[inst]"]


@pytest.mark.parametrize("key", ["", "Bearer Tempo-test-3w"])
def test_the_raw_key_is_wanted(simulator: Simulator, key: str) -> None:
    answer = simulator.tempolor("song/query", {"item_ids": ["1"]}, key=key)
    assert (answer.status_code, answer.json()["status"]) == (200, 400002)


GOOD = {"prompt": "p", "model": "TemPolor v4.5", "callback_url": NOBODY}


@pytest.mark.parametrize(
    "wrong",
    [
        {"callback_url": ""},
        {"callback_url": "ftp://example.com/"},
        {"callback_url": "http://["},
        {"callback_url": 5},
        {"prompt": ""},
        {"prompt": None},
        {"prompt": "p" * 1001},
        {"model": ["V5"]},
        {"lyrics": "l" * 3001},
        {"instrumental": "yes"},
    ],
)
def test_a_bad_field_is_400003(simulator: Simulator, wrong: Json) -> None:
    answer = simulator.tempolor("song/generate", {**GOOD, **wrong}).json()
    assert answer["status"] == 400003
    assert next(iter(wrong)) in answer["message"]


@pytest.mark.parametrize(
    "body", [[], "text", None, {"item_ids": []}, {"item_ids": "1"}, {"item_ids": [1]}, {}]
)
def test_a_bad_query_is_400003(simulator: Simulator, body: Any) -> None:
    assert simulator.tempolor("song/query", body).json()["status"] == 400003


def test_more_than_ten_ids_are_too_many(simulator: Simulator) -> None:
    assert simulator.tempolor("song/query", {"item_ids": ["1"] * 11}).json()["status"] == 400003


def test_an_unknown_item_is_400008(simulator: Simulator, receiver: Receiver) -> None:
    known = simulator.song(receiver.url)
    assert simulator.tempolor("song/query", {"item_ids": [known, "1"]}).json()["status"] == 400008


def test_a_song_is_no_instrumental(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url)
    assert simulator.tempolor("instrumental/query", {"item_ids": [item_id]}).json()["status"] == 400008


def test_the_balance_is_a_decimal_number(simulator: Simulator) -> None:
    assert isinstance(simulator.tempolor("account/billing", {}).json()["data"]["balance"], float)
