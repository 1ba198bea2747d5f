"""Suno tasks that are made from a song or a recording: what they ask for, and what their files sound like."""

from __future__ import annotations

import io

import numpy as np
import pytest
import requests
import soundfile

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator
from tests.support.waiting import PATIENCE, until

SECTION: Json = {"prompt": "waves", "tags": "jazz", "title": "Other", "infillStartS": 2, "infillEndS": 8}


def sound(url: str) -> np.ndarray:
    samples, _rate = soundfile.read(io.BytesIO(requests.get(url, timeout=PATIENCE).content))
    return np.asarray(samples)


def finished(simulator: Simulator, task_id: str) -> list[Json]:
    """The takes of a task once it is ready."""
    until(lambda: simulator.record(task_id)["status"] == "SUCCESS")
    takes: list[Json] = simulator.record(task_id)["response"]["sunoData"]
    return takes


def test_an_extension_goes_on_from_the_moment_and_is_longer(simulator: Simulator, song: Json) -> None:
    own = {"prompt": "[Verse]\nOn and on [[silent]]", "style": "folk", "title": "More", "continueAt": 9}
    body = {"audioId": song["id"], "defaultParamFlag": True, "model": "V5", **own}
    takes = finished(simulator, simulator.begin("generate/extend", **body))
    assert len(takes) == 2
    assert takes[0]["prompt"].endswith("On and on")
    assert takes[0]["prompt"].startswith(song["prompt"].splitlines()[0])
    assert takes[0]["duration"] > 9
    before, after = sound(song["audioUrl"]), sound(takes[0]["audioUrl"])
    # The same notes sound until then; only the echo of what comes after differs.
    alike = np.corrcoef(before[: 8 * 44100, 0], after[: 8 * 44100, 0])[0, 1]
    assert alike > 0.95


def test_an_extension_without_own_parameters_goes_on_at_the_end(simulator: Simulator, song: Json) -> None:
    body = {"audioId": song["id"], "defaultParamFlag": False, "model": "V5", "prompt": "more [[silent]]"}
    take = finished(simulator, simulator.begin("generate/extend", **body))[0]
    assert take["duration"] > song["duration"] + 5


def test_an_extension_keeps_the_model(simulator: Simulator, song: Json) -> None:
    body = {"audioId": song["id"], "defaultParamFlag": False, "model": "V4_5", "prompt": "more"}
    answer = simulator.ask("generate/extend", **body)
    assert answer["code"] == 400
    assert "model" in answer["msg"]


def test_an_extension_starts_within_the_song(simulator: Simulator, song: Json) -> None:
    own = {"prompt": "p", "style": "s", "title": "t", "continueAt": 1000}
    body = {"audioId": song["id"], "defaultParamFlag": True, "model": "V5", **own}
    assert "continueAt" in simulator.ask("generate/extend", **body)["msg"]


def test_a_replaced_section_is_different_and_the_rest_is_not(simulator: Simulator, song: Json) -> None:
    body = {"taskId": song["taskId"], "audioId": song["id"], **SECTION, "prompt": "waves [[silent]]"}
    takes = finished(simulator, simulator.begin("generate/replace-section", **body))
    assert [take["title"] for take in takes] == ["Other"]
    assert takes[0]["duration"] == pytest.approx(song["duration"], abs=0.5)
    before, after = sound(song["audioUrl"]), sound(takes[0]["audioUrl"])
    start, end = int(2.5 * 44100), int(7.5 * 44100)
    assert abs(np.corrcoef(before[start:end, 0], after[start:end, 0])[0, 1]) < 0.5
    assert np.corrcoef(before[: 44100 * 3 // 2, 0], after[: 44100 * 3 // 2, 0])[0, 1] > 0.9


def test_a_replaced_section_needs_no_callback(simulator: Simulator, song: Json) -> None:
    body = {"taskId": song["taskId"], "audioId": song["id"], **SECTION, "prompt": "[[silent]]"}
    assert simulator.suno("generate/replace-section", body).json()["code"] == 200


UPLOADS: dict[str, Json] = {
    "upload-cover": {"customMode": False, "instrumental": False, "prompt": "a calm mountain", "model": "V5"},
    "upload-extend": {
        "defaultParamFlag": False,
        "instrumental": False,
        "continueAt": 6,
        "model": "V5",
    },
    "add-vocals": {"prompt": "sing", "title": "t", "style": "folk", "negativeTags": "n"},
    "add-instrumental": {"title": "t", "tags": "folk", "negativeTags": "n"},
}


@pytest.mark.parametrize("operation", UPLOADS)
def test_a_recording_of_ours_stands_at_the_original_store(
    simulator: Simulator, song: Json, operation: str
) -> None:
    task_id = simulator.begin(f"generate/{operation}", uploadUrl=song["audioUrl"], **UPLOADS[operation])
    callbacks = until(
        lambda: [one for one in simulator.task(task_id)["callbacks"] if one["stage"] == "complete"]
    )
    assert callbacks
    takes = finished_or_unheard(simulator, task_id)
    assert len(takes) == 2
    assert all(len(sound(take["audioUrl"])) for take in takes)


def finished_or_unheard(simulator: Simulator, task_id: str) -> list[Json]:
    """The takes, also when nobody took the callbacks."""
    until(lambda: simulator.record(task_id)["status"] in ("SUCCESS", "CALLBACK_EXCEPTION"))
    takes: list[Json] = simulator.record(task_id)["response"]["sunoData"]
    return takes


def test_a_dead_link_of_ours_cannot_be_loaded(simulator: Simulator, song: Json) -> None:
    dead = song["audioUrl"].replace("expires=", "expires=1")
    task_id = simulator.begin("generate/upload-cover", uploadUrl=dead, **UPLOADS["upload-cover"])
    until(lambda: simulator.record(task_id)["status"] == "GENERATE_AUDIO_FAILED")
    assert simulator.record(task_id)["errorCode"] == 451


FROM_SONG = ["generate/replace-section", "wav/generate", "vocal-removal/generate", "mp4/generate"]


@pytest.mark.parametrize("path", FROM_SONG)
@pytest.mark.parametrize("wrong", ["taskId", "audioId"])
def test_an_unknown_song_is_404(simulator: Simulator, song: Json, path: str, wrong: str) -> None:
    own: Json = SECTION if path == "generate/replace-section" else {}
    body = {"taskId": song["taskId"], "audioId": song["id"], **own, wrong: "nobody"}
    assert simulator.ask(path, **body)["code"] == 404


def test_an_unknown_song_cannot_be_extended(simulator: Simulator) -> None:
    body: Json = {"audioId": "nobody", "defaultParamFlag": False, "model": "V5", "prompt": "p"}
    assert simulator.ask("generate/extend", **body)["code"] == 404


def test_a_song_that_is_not_finished_is_400(simulator: Simulator) -> None:
    task_id = simulator.generate(NOBODY, title="[[silent]] [[delay:600]]")
    answer = simulator.ask("suno/cover/generate", taskId=task_id)
    assert (answer["code"], "not finished" in answer["msg"]) == (400, True)


def test_the_first_take_can_be_used_before_the_second_is_there(
    simulator: Simulator, receiver: Receiver
) -> None:
    task_id = simulator.generate(receiver.url, title="[[skip:complete]]")
    first, second = (take["id"] for take in receiver.wait(2)[1]["data"]["data"])
    assert simulator.ask("wav/generate", taskId=task_id, audioId=first)["code"] == 200
    until(lambda: simulator.record(task_id)["status"] == "SUCCESS")
    assert simulator.ask("wav/generate", taskId=task_id, audioId=second)["code"] == 200
