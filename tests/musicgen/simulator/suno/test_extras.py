"""Suno tasks that make no song: lyrics, WAV, separated parts, pictures, video; and the timing of words."""

from __future__ import annotations

import io
from typing import Any

import pytest
import requests
import soundfile
from PIL import Image

from musicgen.simulator.music.synth import MIX
from musicgen.simulator.suno.extras import BAND, PARTS
from tests.support.simulator_client import Json, Receiver, Simulator
from tests.support.waiting import PATIENCE


def of(song: Json) -> Json:
    return {"taskId": song["taskId"], "audioId": song["id"]}


def fetched(url: str) -> bytes:
    answer = requests.get(url, timeout=PATIENCE)
    assert answer.status_code == 200
    return answer.content


def test_lyrics_come_in_several_versions(simulator: Simulator, receiver: Receiver) -> None:
    simulator.begin("lyrics", receiver.url, prompt="a song about a harbour")
    rows = receiver.wait(1)[0]["data"]["data"]
    assert len({row["text"] for row in rows}) == len(rows) >= 2
    assert rows[0]["title"] == "Harbour Lights"


def test_one_version_of_lyrics_can_fail(simulator: Simulator, receiver: Receiver) -> None:
    simulator.begin("lyrics", receiver.url, prompt="a harbour [[part-failed]]")
    rows = receiver.wait(1)[0]["data"]["data"]
    assert [row["status"] for row in rows] == ["complete", "complete", "failed"]


def test_a_wav_is_the_song_without_loss(simulator: Simulator, receiver: Receiver, song: Json) -> None:
    simulator.begin("wav/generate", receiver.url, **of(song))
    about = soundfile.info(io.BytesIO(fetched(receiver.wait(1)[0]["data"]["audioWavUrl"])))
    assert (about.format, round(about.duration, 1)) == ("WAV", round(song["duration"], 1))


def test_a_second_wav_of_a_song_is_409(simulator: Simulator) -> None:
    song = simulator.made()
    simulator.begin("wav/generate", **of(song))
    answer = simulator.ask("wav/generate", **of(song))
    assert (answer["code"], answer["data"]) == (409, None)


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        ("separate_vocal", {"instrumental_url", "vocal_url"}),
        ("split_stem", {f"{name}_url" for name, heard in PARTS.items() if heard}),
    ],
)
def test_a_song_is_taken_apart(
    simulator: Simulator, receiver: Receiver, song: Json, kind: str, filled: set[str]
) -> None:
    simulator.begin("vocal-removal/generate", receiver.url, **of(song), type=kind)
    links = receiver.wait(1)[0]["data"]["vocal_removal_info"]
    assert {name for name, url in links.items() if url} == filled
    files = [fetched(url) for url in links.values() if url]
    assert len(set(files)) == len(files)


def test_every_instrument_is_in_one_part() -> None:
    split = [name for heard in PARTS.values() for name in heard]
    assert sorted(split) == sorted(MIX)
    assert {*BAND, "voice"} == set(MIX)


def test_parts_are_charged_again_each_time(simulator: Simulator, song: Json) -> None:
    before = simulator.suno_get("generate/credit").json()["data"]
    ids = {simulator.begin("vocal-removal/generate", **of(song)) for _ in range(2)}
    assert len(ids) == 2
    assert simulator.suno_get("generate/credit").json()["data"] < before


def test_two_pictures_for_a_song(simulator: Simulator, receiver: Receiver) -> None:
    simulator.begin("suno/cover/generate", receiver.url, taskId=simulator.made()["taskId"])
    pictures = [fetched(url) for url in receiver.wait(1)[0]["data"]["images"]]
    assert [Image.open(io.BytesIO(one)).format for one in pictures] == ["JPEG", "JPEG"]
    assert len(set(pictures)) == 2


@pytest.mark.parametrize(("words", "state"), [("", 0), ("[[cover-image/fail:501]]", 3)])
def test_the_state_of_pictures_is_a_number(simulator: Simulator, words: str, state: int) -> None:
    song = simulator.made(words or "[[cover-image/delay:900]]")
    task_id = simulator.begin("suno/cover/generate", taskId=song["taskId"])
    if words:
        simulator.finished(task_id, 1)
    data = simulator.suno_get("suno/cover/record-info", taskId=task_id).json()["data"]
    assert (data["successFlag"], data["response"]) == (state, None)


def test_a_task_is_found_at_its_own_address_alone(simulator: Simulator, song: Json) -> None:
    task_id = simulator.begin("vocal-removal/generate", **of(song))
    assert simulator.suno_get("wav/record-info", taskId=task_id).json()["code"] == 404
    assert simulator.suno_get("generate/record-info", taskId=task_id).json()["code"] == 404


def words(simulator: Simulator, body: Any) -> Any:
    return simulator.suno("generate/get-timestamped-lyrics", body).json()


def test_words_are_timed_with_tags_and_breaks_glued_on(simulator: Simulator, song: Json) -> None:
    rows = words(simulator, of(song))["data"]["alignedWords"]
    assert [row["word"] for row in rows] == [
        *("[Verse]\nOne ", "small ", "line\n"),
        *("[Chorus]\nAnd ", "one ", "more\n"),
    ]
    times = [moment for row in rows for moment in (row["startS"], row["endS"])]
    assert times == sorted(times)
    assert times[-1] < song["duration"]


def test_one_word_in_the_middle_ends_long_after_the_song(simulator: Simulator) -> None:
    rows = words(simulator, of(simulator.made(style="[[outlier]]")))["data"]["alignedWords"]
    assert [row["endS"] > 1000 for row in rows] == [place == len(rows) // 2 for place in range(len(rows))]


@pytest.mark.parametrize("steer", [{"instrumental": True, "prompt": ""}, {"style": "[[unaligned]]"}])
def test_words_of_what_is_not_sung_are_empty(simulator: Simulator, steer: Json) -> None:
    data = words(simulator, of(simulator.made(**steer)))["data"]
    assert (data["alignedWords"], data["waveformData"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ([], 400),
        ({"taskId": "x"}, 400),
        ({"taskId": 5, "audioId": 5}, 400),
        ({"taskId": "nobody", "audioId": "nobody"}, 404),
    ],
)
def test_words_of_nothing_are_refused(simulator: Simulator, body: Any, code: int) -> None:
    assert words(simulator, body)["code"] == code
