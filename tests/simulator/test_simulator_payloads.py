"""What the simulator sends has the keys and JSON types of the documented bodies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.simulator.simulator_client import Receiver, Simulator

DOCUMENTED = Path(__file__).resolve().parents[1] / "payloads" / "simulator"
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
