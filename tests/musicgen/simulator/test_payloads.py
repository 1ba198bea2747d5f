"""What the simulator sends has the keys and JSON types of the documented bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.paths import PAYLOADS
from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator
from tests.support.waiting import until

DOCUMENTED = PAYLOADS / "simulator"
TYPES = {bool: "bool", int: "integer", float: "number", str: "string", type(None): "null"}


def tree(value: Any) -> Any:
    """Keys and types without the values; a list is its entries' trees, each once."""
    if isinstance(value, dict):
        return {key: tree(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(tree(inner), sort_keys=True) for inner in value})
    return TYPES[type(value)]


def documented(name: str) -> Any:
    return tree(json.loads((DOCUMENTED / name).read_text(encoding="utf-8")))


def test_the_tree_of_a_list_holds_each_kind_of_entry() -> None:
    assert tree([{"a": 1}, {"a": 2}, {"a": "x"}]) == ['{"a": "integer"}', '{"a": "string"}']


def test_tempolor_song_callback(simulator: Simulator, receiver: Receiver) -> None:
    simulator.song(receiver.url)
    assert tree(receiver.wait(3)[2]) == documented("tempolor_song_callback.json")


def test_tempolor_song_query(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url)
    receiver.wait(3)
    answer = simulator.tempolor("song/query", {"item_ids": [item_id]}).json()
    assert tree(answer) == documented("tempolor_song_query.json")


def test_tempolor_submit(simulator: Simulator, receiver: Receiver) -> None:
    body = {"prompt": "p [[silent]]", "model": "TemPolor v4.5", "callback_url": receiver.url}
    answer = simulator.tempolor("song/generate", body).json()
    assert tree(answer) == documented("tempolor_submit.json")


def test_tempolor_instrumental(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.instrumental(receiver.url)
    assert tree(receiver.wait(2)[1]) == documented("tempolor_instrumental_callback.json")
    answer = simulator.tempolor("instrumental/query", {"item_ids": [item_id]}).json()
    assert tree(answer) == documented("tempolor_instrumental_query.json")


def test_suno_callbacks(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url)
    text, first, complete = receiver.wait(3)
    assert tree(text) == documented("suno_text.json")
    assert tree(first) == tree(complete) == documented("suno_complete.json")


def test_suno_submit_and_details(simulator: Simulator, receiver: Receiver) -> None:
    answer = simulator.suno("generate", simulator.generate_body(receiver.url)).json()
    assert tree(answer) == documented("suno_submit.json")
    receiver.wait(3)
    details = simulator.suno_get("generate/record-info", taskId=answer["data"]["taskId"]).json()
    assert tree(details) == documented("suno_record_info.json")


def test_suno_failure(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.generate(receiver.url, prompt="[[fail:531]]")
    assert tree(receiver.wait(2)[1]) == documented("suno_failed.json")
    details = simulator.suno_get("generate/record-info", taskId=task_id).json()
    assert tree(details) == documented("suno_record_info_failed.json")


def test_suno_credit(simulator: Simulator) -> None:
    assert tree(simulator.suno_get("generate/credit").json()) == documented("suno_credit.json")


def test_tempolor_billing(simulator: Simulator) -> None:
    assert tree(simulator.tempolor("account/billing", {}).json()) == documented("tempolor_billing.json")


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("lyrics", "lyrics/generate", {"prompt": "about a harbour"}),
        ("stems", "stems", {"url": "https://recordings.example/harbour.mp3"}),
    ],
)
def test_tempolor_extras(simulator: Simulator, receiver: Receiver, kind: str, path: str, body: Json) -> None:
    answer = simulator.tempolor(path, {**body, "callback_url": receiver.url}).json()
    assert tree(answer) == documented("tempolor_submit.json")
    assert tree(receiver.wait(1)[0]) == documented(f"tempolor_{kind}_callback.json")
    query = simulator.tempolor(f"{kind}/query", {"item_ids": answer["data"]["item_ids"]}).json()
    assert tree(query) == documented(f"tempolor_{kind}_query.json")


def of_song(simulator: Simulator, path: str) -> Json:
    """What an operation that is made from a song wants, with a new song for it."""
    song = simulator.made()
    if path == "suno/cover/generate":
        return {"taskId": song["taskId"]}
    return {"taskId": song["taskId"], "audioId": song["id"]}


EXTRAS = [
    ("wav", "wav/generate", "wav/record-info"),
    ("vocal_removal", "vocal-removal/generate", "vocal-removal/record-info"),
    ("cover_image", "suno/cover/generate", "suno/cover/record-info"),
    ("video", "mp4/generate", "mp4/record-info"),
]


@pytest.mark.parametrize(("name", "submit", "details"), EXTRAS)
def test_suno_extras(simulator: Simulator, receiver: Receiver, name: str, submit: str, details: str) -> None:
    task_id = simulator.begin(submit, receiver.url, **of_song(simulator, submit))
    callback = f"suno_{name}_{'two' if name == 'vocal_removal' else 'complete'}.json"
    assert tree(receiver.wait(1)[0]) == documented(callback)
    assert tree(simulator.details(details, task_id)) == documented(f"suno_{name}_details.json")


def test_suno_split_parts(simulator: Simulator, receiver: Receiver) -> None:
    song = of_song(simulator, "vocal-removal/generate")
    simulator.begin("vocal-removal/generate", receiver.url, **song, type="split_stem")
    assert tree(receiver.wait(1)[0]) == documented("suno_vocal_removal_split.json")


def test_suno_lyrics(simulator: Simulator, receiver: Receiver) -> None:
    task_id = simulator.begin("lyrics", receiver.url, prompt="a harbour at night")
    assert tree(receiver.wait(1)[0]) == documented("suno_lyrics_complete.json")
    assert tree(simulator.details("lyrics/record-info", task_id)) == documented("suno_lyrics_details.json")


@pytest.mark.parametrize(
    ("name", "submit"),
    [("cover_image", "suno/cover/generate"), ("video", "mp4/generate"), ("lyrics", "lyrics")],
)
def test_suno_extras_that_fail(simulator: Simulator, receiver: Receiver, name: str, submit: str) -> None:
    if name == "lyrics":
        body: Json = {"prompt": "[[fail]]"}
    else:
        scoped = {"cover_image": "cover-image", "video": "video"}[name]
        song = simulator.made(f"[[{scoped}/fail]]")
        body = {"taskId": song["taskId"]} | ({"audioId": song["id"]} if name == "video" else {})
    simulator.begin(submit, receiver.url, **body)
    failed = receiver.wait(1)[0]
    expected = json.loads((DOCUMENTED / f"suno_{name}_failed.json").read_text())
    assert tree(failed) == tree(expected)
    assert failed["code"] == expected["code"]


def test_a_second_cover_image_names_the_first_task(simulator: Simulator) -> None:
    song = simulator.made()
    simulator.begin("suno/cover/generate", taskId=song["taskId"])
    answer = simulator.ask("suno/cover/generate", taskId=song["taskId"])
    assert tree(answer) == documented("suno_cover_image_repeat.json")


def test_suno_replaced_section(simulator: Simulator, receiver: Receiver) -> None:
    song = simulator.made()
    own = {"prompt": "waves", "tags": "jazz", "title": "T", "infillStartS": 1, "infillEndS": 7.5}
    body = {"taskId": song["taskId"], "audioId": song["id"], **own}
    simulator.begin("generate/replace-section", receiver.url, **body)
    assert tree(receiver.wait(1)[0]) == documented("suno_replace_section_complete.json")
    simulator.begin("generate/replace-section", receiver.url, **{**body, "prompt": "[[fail:501]]"})
    assert tree(receiver.wait(2)[1]) == documented("suno_replace_section_failed.json")


def test_suno_word_timing(simulator: Simulator) -> None:
    song = simulator.made()
    body = {"taskId": song["taskId"], "audioId": song["id"]}
    answer = simulator.suno("generate/get-timestamped-lyrics", body).json()
    assert tree(answer) == documented("suno_words.json")


def test_kie_music(kie: Simulator, receiver: Receiver) -> None:
    kie.generate(receiver.url)
    assert tree(receiver.wait(3)[2]) == documented("kie_complete.json")
    body = {"uploadUrl": NOBODY, "prompt": "p", "title": "t", "style": "s", "negativeTags": "n"}
    kie.begin("generate/add-vocals", receiver.url, **body)
    until(lambda: len(receiver.bodies) >= 6)
    assert tree(receiver.wait(6)[5]) == documented("kie_add_vocals_complete.json")


def test_kie_lyrics(kie: Simulator, receiver: Receiver) -> None:
    kie.begin("lyrics", receiver.url, prompt="a harbour at night")
    assert tree(receiver.wait(1)[0]) == documented("kie_lyrics_complete.json")


@pytest.mark.parametrize(("name", "submit", "details"), [row for row in EXTRAS if row[0] != "cover_image"])
def test_kie_extras(kie: Simulator, receiver: Receiver, name: str, submit: str, details: str) -> None:
    task_id = kie.begin(submit, receiver.url, **of_song(kie, submit))
    answer = kie.details(details, task_id)
    assert tree(answer) == documented(f"kie_{name}_details.json")
    if name == "vocal_removal":
        assert tree(receiver.wait(1)[0]) == documented("kie_vocal_removal_two.json")
