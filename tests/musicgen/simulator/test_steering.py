"""The steering words that change submits, callbacks and outcomes."""

from __future__ import annotations

from collections import Counter

import pytest
import requests

from musicgen.simulator.steering import read_steering, without
from tests.support.simulator_client import NOBODY, Receiver, Simulator
from tests.support.waiting import PATIENCE, until


def test_duplicate_sends_the_same_bytes_three_times(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url, prompt="[[duplicate]]")
    receiver.wait(9)
    assert sorted(Counter(receiver.bodies).values()) == [3, 3, 3]


def test_shuffle_sends_the_stages_in_another_order(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url, prompt="[[shuffle]]")
    row = simulator.finished(task_id, 3)
    stages = [callback["stage"] for callback in row["callbacks"]]
    assert sorted(stages) == ["complete", "first", "text"]
    assert stages != ["text", "first", "complete"]


def test_silent_calls_nobody(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url, prompt="[[silent]]")
    until(lambda: simulator.record(task_id)["status"] == "SUCCESS")
    assert receiver.bodies == []
    assert simulator.task(task_id)["callbacks"] == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (400, "SENSITIVE_WORD_ERROR"),
        (413, "GENERATE_AUDIO_FAILED"),
        (429, "CREATE_TASK_FAILED"),
        (531, "GENERATE_AUDIO_FAILED"),
    ],
)
def test_a_suno_task_fails_with_the_code(
    simulator: Simulator, receiver: Receiver, code: int, status: str
) -> None:
    task_id = simulator.generate(receiver.url, prompt=f"[[fail:{code}]]")
    failure, record = receiver.wait(2)[1], simulator.record(task_id)
    assert (failure["code"], failure["data"]["callbackType"], failure["data"]["data"]) == (code, "error", [])
    assert (record["status"], record["errorCode"]) == (status, code)
    assert record["response"]["sunoData"] == []


def test_add_vocals_calls_its_failure_failed(simulator: Simulator, receiver: Receiver) -> None:
    body = {"uploadUrl": NOBODY, "prompt": "[[fail:413]]", "title": "t", "style": "s", "negativeTags": "n"}
    simulator.suno("generate/add-vocals", {**body, "callBackUrl": receiver.url})
    assert receiver.wait(2)[1]["data"]["callbackType"] == "failed"


def test_a_failed_song_has_nothing(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url, prompt="[[fail]]")
    song = receiver.wait(1)[0]["songs"][0]
    assert (song["status"], song["audio_url"], song["audio_hi_url"]) == ("failed", "", "")
    assert simulator.item(item_id)["status"] == "failed"


@pytest.mark.parametrize("code", [400004, 400005, 400006, 400007])
def test_tempolor_refuses_with_the_code(simulator: Simulator, code: int) -> None:
    body = {"prompt": f"[[refuse:{code}]]", "model": "TemPolor v4.5", "callback_url": NOBODY}
    answer = simulator.tempolor("song/generate", body)
    assert (answer.status_code, answer.json()["status"], answer.json()["data"]) == (200, code, {})


@pytest.mark.parametrize("code", [429, 430, 455])
def test_suno_refuses_with_the_code(simulator: Simulator, code: int) -> None:
    answer = simulator.suno("generate", simulator.generate_body(NOBODY, prompt=f"[[refuse:{code}]]"))
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (200, code, None)


def test_a_refusal_can_end_after_some_times(simulator: Simulator) -> None:
    body = simulator.generate_body(NOBODY, prompt="[[refuse:430:2]] [[silent]]")
    assert [simulator.suno("generate", body).json()["code"] for _ in range(3)] == [430, 430, 200]


def test_what_was_refused_is_listed_apart(simulator: Simulator) -> None:
    body = simulator.generate_body(NOBODY, prompt="[[refuse:455]] to be found")
    simulator.suno("generate", body)
    row = {"provider": "suno", "operation": "generate", "body": body, "answer": 455}
    report = simulator.report()
    assert report["refused"].count(row) == 1
    assert body not in [task["body"] for task in report["tasks"]]


def test_no_answer_still_makes_the_song(simulator: Simulator, receiver: Receiver) -> None:
    with pytest.raises(requests.ConnectionError):
        simulator.song(receiver.url, prompt="[[no-answer]] once")
    song = receiver.wait(3)[2]["songs"][0]
    assert song["status"] == "succeeded"
    assert simulator.task(song["item_id"])["body"]["prompt"] == "[[no-answer]] once"


def test_error_500_is_a_page_and_no_task(simulator: Simulator) -> None:
    answer = simulator.suno("generate", simulator.generate_body(NOBODY, prompt="[[error-500]]"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html")


def test_items_makes_several_tracks_of_one_submit(simulator: Simulator) -> None:
    body = {"prompt": "[[items:3]] [[silent]]", "model": "TemPolor v4.5", "callback_url": NOBODY}
    ids = simulator.tempolor("song/generate", body).json()["data"]["item_ids"]
    assert len(set(ids)) == 3
    assert len(simulator.tempolor("song/query", {"item_ids": ids}).json()["data"]["songs"]) == 3


def test_no_audio_finishes_without_links(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url, prompt="[[no-audio]]")
    track = receiver.wait(3)[2]["data"]["data"][0]
    assert {value for key, value in track.items() if "audio" in key} == {""}
    item = simulator.ready("[[no-audio]]")
    assert (item["status"], item["audio_url"], item["audio_hi_url"]) == ("succeeded", "", "")


def test_part_failed_has_the_mp3_and_no_wav(simulator: Simulator) -> None:
    item = simulator.ready("[[part-failed]]")
    assert (item["status"], item["audio_hi_status"], item["audio_hi_url"]) == (
        "part_failed",
        "sub_failed",
        "",
    )
    assert item["audio_url"]


def test_none_mp3_spoils_the_first_take_only(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url, prompt="[[none-mp3]]")
    first, second = receiver.wait(3)[2]["data"]["data"]
    assert first["audio_url"].endswith("/None.mp3")
    assert requests.get(first["audio_url"], timeout=PATIENCE).status_code == 403
    assert "/None.mp3" not in second["audio_url"]


def test_delay_makes_everything_later(simulator: Simulator) -> None:
    late = simulator.generate(NOBODY, prompt="[[silent]] [[delay:9000]]")
    soon = simulator.generate(NOBODY, prompt="[[silent]]")
    until(lambda: simulator.record(soon)["status"] == "SUCCESS")
    assert simulator.record(late)["status"] == "PENDING"


@pytest.mark.parametrize("stage", ["text", "first", "complete"])
def test_skip_leaves_one_callback_out(simulator: Simulator, receiver: Receiver, stage: str) -> None:
    task_id = simulator.generate(receiver.url, prompt=f"[[skip:{stage}]]")
    until(lambda: simulator.record(task_id)["status"] == "SUCCESS")
    row = simulator.finished(task_id, 2)
    assert stage not in [callback["stage"] for callback in row["callbacks"]]


def test_skip_leaves_out_a_callback_of_tempolor(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url, prompt="a harbour [[skip:audio_complete]]")
    events = [body["songs"][0]["event"] for body in receiver.wait(2)]
    assert sorted(events) == ["lrcsections_complete", "wav_complete"]
    assert simulator.item(item_id)["status"] == "succeeded"


def test_an_error_can_come_before_success(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url, prompt="[[error-then-success]]")
    text, error, complete = receiver.wait(3)
    assert [body["code"] for body in (text, error, complete)] == [200, 501, 200]
    record = simulator.record(task_id)
    assert (record["status"], record["errorCode"], len(record["response"]["sunoData"])) == (
        "SUCCESS",
        None,
        2,
    )


def test_an_error_can_come_after_success(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url, prompt="[[success-then-error]]")
    assert [body["code"] for body in receiver.wait(4)] == [200, 200, 200, 501]
    assert simulator.record(task_id)["status"] == "SUCCESS"


def test_tempolor_can_contradict_itself_too(simulator: Simulator, receiver: Receiver) -> None:
    first = simulator.song(receiver.url, prompt="a harbour [[error-then-success]]")
    states = [body["songs"][0]["status"] for body in receiver.wait(4)]
    assert (states[0], states[-1]) == ("failed", "succeeded")
    second = simulator.song(receiver.url, prompt="a harbour [[success-then-error]]")
    states = [body["songs"][0]["status"] for body in receiver.wait(8)[4:]]
    assert states[-2:] == ["succeeded", "failed"]
    assert {simulator.item(one)["status"] for one in (first, second)} == {"succeeded"}


def test_the_second_take_can_be_the_first_ones_file_at_first(
    simulator: Simulator, receiver: Receiver
) -> None:
    simulator.generate(receiver.url, prompt="[Verse]\nthe same [[same-file]]")
    takes = receiver.wait(3)[2]["data"]["data"]
    first = requests.get(takes[0]["audio_url"], timeout=PATIENCE).content
    tries = [requests.get(takes[1]["audio_url"], timeout=PATIENCE).content for _ in range(3)]
    assert [content == first for content in tries] == [True, True, False]


@pytest.mark.parametrize("word", ["corrupt", "half", "empty", "html"])
def test_a_fault_of_media_can_pass(simulator: Simulator, word: str) -> None:
    url = simulator.ready(f"[[{word}:1]]")["audio_url"]
    contents = [requests.get(url, timeout=PATIENCE).content for _ in range(3)]
    assert contents[0] != contents[1] == contents[2]


def test_a_word_for_a_later_operation_does_nothing_now(simulator: Simulator) -> None:
    assert not read_steering({"prompt": "[[wav/fail:500]]"}).words
    later = read_steering({"taskId": "x"}, {"prompt": "[[wav/fail:501]] [[slow]]"}, "wav")
    assert dict(later.words) == {"fail": "501"}
    assert without("a [[wav/fail]] b") == "a  b"


def test_words_are_read_from_any_text() -> None:
    steering = read_steering({"title": "A [[slow]]", "style": "[[redirect:http://x/]]", "instrumental": True})
    assert "slow" in steering
    assert steering.text("redirect") == "http://x/"


@pytest.mark.parametrize("text", ["[[unknown]]", "[slow]", "[[SLOW]]", "[[slow", "[[]]"])
def test_other_brackets_mean_nothing_and_stay(text: str) -> None:
    assert not read_steering({"prompt": text}).words
    assert without(text) == text


@pytest.mark.parametrize(
    ("text", "number"), [("[[fail:413]]", 413), ("[[fail:4:1]]", 4), ("[[fail]]", 7), ("[[fail:x]]", 7)]
)
def test_a_number_that_is_none_is_the_default(text: str, number: int) -> None:
    assert read_steering({"prompt": text}).number("fail", 7) == number
