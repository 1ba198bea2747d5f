"""The Suno API's addresses, states and callbacks."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import requests

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator, Start
from tests.support.waiting import PATIENCE, until


def test_a_task_calls_back_at_three_stages(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url)
    bodies = receiver.wait(3)
    assert [body["data"]["callbackType"] for body in bodies] == ["text", "first", "complete"]
    assert {body["data"]["task_id"] for body in bodies} == {task_id}
    assert [body["code"] for body in bodies] == [200, 200, 200]


def test_text_has_no_tracks_and_first_one_that_is_ready(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url)
    text, first, complete = (body["data"]["data"] for body in receiver.wait(3))
    assert text == []
    assert [bool(track["audio_url"]) for track in first] == [True, False]
    assert all(track["stream_audio_url"] for track in first)
    assert [bool(track["audio_url"]) for track in complete] == [True, True]


def test_the_details_follow(start_simulator: Start) -> None:
    # Slow enough for each stage to be seen.
    _process, line = start_simulator("--speed", "20")
    simulator = Simulator(line.removeprefix("simulator: ").strip())
    task_id = simulator.generate(NOBODY, prompt="[[silent]]")
    seen = [simulator.record(task_id)["status"]]
    until(lambda: _look(simulator, task_id, seen) == "SUCCESS")
    assert list(dict.fromkeys(seen)) == ["PENDING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"]


def _look(simulator: Simulator, task_id: str, seen: list[str]) -> str:
    seen.append(simulator.record(task_id)["status"])
    return seen[-1]


def test_nothing_is_in_the_details_at_first(simulator: Simulator) -> None:
    record = simulator.record(simulator.generate(NOBODY, prompt="[[silent]] [[delay:9000]]"))
    assert (record["response"], record["errorCode"]) == (None, None)


def test_the_two_takes_are_different_files(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url)
    takes = receiver.wait(3)[2]["data"]["data"]
    sums = {
        hashlib.sha256(requests.get(take["audio_url"], timeout=PATIENCE).content).digest() for take in takes
    }
    assert len(sums) == 2


EXTEND = {"defaultParamFlag": True, "instrumental": False, "continueAt": 10, "model": "V5"}


@pytest.mark.parametrize(
    ("operation", "own"), [("upload-extend", EXTEND), ("add-vocals", {"negativeTags": "metal"})]
)
def test_the_source_is_another_file(
    simulator: Simulator, receiver: Receiver, operation: str, own: Json
) -> None:
    shared = {
        "uploadUrl": "https://example.com/a.mp3",
        "prompt": "one\ntwo",
        "style": "folk",
        "title": "Test",
    }
    simulator.suno(f"generate/{operation}", {**own, **shared, "callBackUrl": receiver.url})
    track = receiver.wait(3)[2]["data"]["data"][0]
    files = [requests.get(track[key], timeout=PATIENCE).content for key in ("audio_url", "source_audio_url")]
    assert files[0] != files[1]
    assert all(files)


def test_custom_mode_sings_the_prompt_under_the_given_title(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url, prompt="[Verse]\nhello there [[slow]]", title="My title", style="jazz")
    track = receiver.wait(2)[1]["data"]["data"][0]
    assert (track["prompt"], track["title"], track["tags"]) == ("[Verse]\nhello there", "My title", "jazz")


def test_simple_mode_writes_its_own_words(simulator: Simulator, receiver: Receiver) -> None:
    body = {"customMode": False, "instrumental": False, "model": "V5", "prompt": "a calm mountain"}
    simulator.suno("generate", {**body, "callBackUrl": receiver.url})
    track = receiver.wait(2)[1]["data"]["data"][0]
    assert track["title"] == "Moss and Granite"
    assert track["prompt"].startswith("[verse]\nSlow is the way")


@pytest.mark.parametrize("key", ["", "Bearer ", "test", "Bearer"])
def test_a_bearer_key_is_wanted(simulator: Simulator, key: str) -> None:
    assert simulator.suno("generate", {}, key=key).json() == {
        "code": 401,
        "msg": "You do not have access permissions.",
        "data": None,
    }


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"callBackUrl": ""}, 400),
        ({"callBackUrl": "not a url"}, 400),
        ({"customMode": "true"}, 400),
        ({"customMode": None}, 400),
        ({"instrumental": None}, 400),
        ({"model": "V99"}, 400),
        ({"model": 5}, 400),
        ({"title": ""}, 400),
        ({"style": None}, 400),
        ({"prompt": ""}, 400),
        ({"vocalGender": "x"}, 400),
        ({"title": "t" * 81}, 413),
        ({"style": "s" * 1001}, 413),
        ({"prompt": "p" * 5001}, 413),
        ({"model": "V4", "prompt": "p" * 3001}, 413),
        ({"customMode": False, "prompt": "p" * 501}, 413),
    ],
)
def test_a_bad_field_of_generate_is_refused(simulator: Simulator, wrong: Json, code: int) -> None:
    answer = simulator.suno("generate", {**simulator.generate_body(NOBODY), **wrong}).json()
    assert (answer["code"], answer["data"]) == (code, None)


def test_an_instrumental_needs_no_prompt(simulator: Simulator) -> None:
    assert simulator.generate(NOBODY, prompt="", instrumental=True, title="[[silent]]")


UPLOAD = {"uploadUrl": "https://example.com/a.mp3", "callBackUrl": NOBODY, "prompt": "p", "model": "V5"}


@pytest.mark.parametrize("start", [None, 0, -1, "10", True])
def test_an_extension_needs_a_place_to_start(simulator: Simulator, start: Any) -> None:
    own = {"defaultParamFlag": True, "instrumental": True, "style": "s", "title": "t", "continueAt": start}
    answer = simulator.suno("generate/upload-extend", {**UPLOAD, **own}).json()
    assert answer["code"] == 400
    assert "continueAt" in answer["msg"]


def test_an_extension_with_the_defaults_needs_no_title_and_style(simulator: Simulator) -> None:
    own = {"defaultParamFlag": False, "instrumental": False, "continueAt": 5}
    body = {**UPLOAD, **own, "prompt": "more of it [[silent]]"}
    assert simulator.suno("generate/upload-extend", body).json()["code"] == 200


@pytest.mark.parametrize("missing", ["uploadUrl", "prompt", "title", "style", "negativeTags", "callBackUrl"])
def test_a_missing_field_of_add_vocals_is_named(simulator: Simulator, missing: str) -> None:
    body = {**UPLOAD, "title": "t", "style": "s", "negativeTags": "n", "model": "V4_5PLUS"}
    answer = simulator.suno("generate/add-vocals", {**body, missing: ""}).json()
    assert answer["code"] == 400
    assert answer["msg"].startswith(missing)


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_400(simulator: Simulator, body: Any) -> None:
    assert simulator.suno("generate", body).json()["code"] == 400


def test_an_unknown_task_is_404_in_the_envelope(simulator: Simulator) -> None:
    answer = simulator.suno_get("generate/record-info", taskId="nobody")
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (200, 404, None)


def test_details_without_an_id_are_400(simulator: Simulator) -> None:
    assert simulator.suno_get("generate/record-info").json()["code"] == 400


def test_an_address_that_is_not_spoken_is_404(simulator: Simulator) -> None:
    answer = simulator.suno("midi/generate", {})
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_credits_are_a_bare_number(simulator: Simulator) -> None:
    assert isinstance(simulator.suno_get("generate/credit").json()["data"], int)
