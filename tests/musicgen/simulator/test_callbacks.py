"""Delivery of callbacks: what counts as taken, what is tried again, and when it ends."""

from __future__ import annotations

import pytest

from tests.support.simulator_client import NOBODY, Receiver, Simulator
from tests.support.waiting import until


def test_a_taken_callback_is_sent_once(simulator: Simulator, receiver: Receiver) -> None:
    row = simulator.finished(simulator.generate(receiver.url), 3)
    assert [len(callback["tries"]) for callback in row["callbacks"]] == [1, 1, 1]
    assert (row["callbacks_sent"], len(receiver.bodies)) == (3, 3)


def test_callbacks_are_json_and_carry_no_key(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url)
    receiver.wait(1)
    assert receiver.headers[0]["Content-Type"] == "application/json"
    assert "Authorization" not in receiver.headers[0]


@pytest.mark.parametrize("answer", [(503, "busy"), (302, ""), (204, "")])
def test_what_is_not_200_is_tried_again_with_the_same_bytes(
    simulator: Simulator, receiver: Receiver, answer: tuple[int, str]
) -> None:
    receiver.answers = [answer]
    row = simulator.finished(simulator.song(receiver.url), 3)
    assert row["callbacks_sent"] == 4
    assert len(set(receiver.bodies)) == 3


@pytest.mark.parametrize("text", ["", "Success", "success\n", '"success"', '{"status": "received"}'])
def test_tempolor_wants_exactly_success(simulator: Simulator, receiver: Receiver, text: str) -> None:
    receiver.answers = [(200, text)]
    assert simulator.finished(simulator.song(receiver.url), 3)["callbacks_sent"] == 4


def test_suno_takes_any_200(simulator: Simulator, receiver: Receiver) -> None:
    receiver.usual = (200, '{"status": "received"}')
    assert simulator.finished(simulator.generate(receiver.url), 3)["callbacks_sent"] == 3


def test_after_three_more_tries_it_gives_up(simulator: Simulator, receiver: Receiver) -> None:
    receiver.usual = (500, "no")
    row = simulator.finished(simulator.song(receiver.url), 3)
    assert [(callback["state"], len(callback["tries"])) for callback in row["callbacks"]] == [
        ("given up", 4)
    ] * 3


def test_nobody_at_home_counts_as_a_failed_try(simulator: Simulator) -> None:
    row = simulator.finished(simulator.song(NOBODY), 3)
    assert {attempt["status"] for callback in row["callbacks"] for attempt in callback["tries"]} == {None}


def test_suno_then_reports_a_callback_exception_with_the_music(
    simulator: Simulator, receiver: Receiver
) -> None:
    receiver.usual = (500, "no")
    task_id = simulator.generate(receiver.url)
    until(lambda: simulator.record(task_id)["status"] == "CALLBACK_EXCEPTION")
    assert all(track["audioUrl"] for track in simulator.record(task_id)["response"]["sunoData"])
