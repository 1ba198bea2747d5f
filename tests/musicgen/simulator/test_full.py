"""`--full`: the repertoire's songs over HTTP, each with its habits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from musicgen.simulator.music.repertoire import words
from musicgen.simulator.server import Options, Server
from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator
from tests.support.waiting import until


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("media")
    server = Server("127.0.0.1", 0, Path(folder), Options(speed=160, lazy=True, full=True))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Simulator(server.address)
    server.shutdown()
    thread.join()
    server.server_close()


def takes(full: Simulator, task_id: str) -> list[Json]:
    until(lambda: full.record(task_id)["status"] == "SUCCESS")
    return list(full.record(task_id)["response"]["sunoData"])


def test_takes_have_lengths_of_their_own_and_covers_of_the_songs_format(full: Simulator) -> None:
    made = takes(full, full.generate(NOBODY, prompt=words("oh"), style="hyperpop"))
    assert len({take["duration"] for take in made}) == 2
    assert all(take["duration"] > 45 and ".png?" in take["imageUrl"] for take in made)


def test_a_song_without_a_cover_has_no_link_of_one(full: Simulator) -> None:
    made = takes(full, full.generate(NOBODY, prompt=words("first-train"), style="guitars"))
    assert [take["imageUrl"] for take in made] == ["", ""]


def test_a_line_of_somebody_elses_is_refused_until_it_is_changed(full: Simulator) -> None:
    refused = full.generate(NOBODY, prompt=words("glass-elevator"))
    until(lambda: full.record(refused)["status"] == "SENSITIVE_WORD_ERROR")
    mended = words("glass-elevator").replace("somebody's before", "mine to the core")
    assert takes(full, full.generate(NOBODY, prompt=mended))


def test_one_request_of_tempolor_makes_several_songs(full: Simulator) -> None:
    body = {"model": "TemPolor v4.6", "prompt": "city pop", "lyrics": words("winter-ticket")}
    answer = full.tempolor("song/generate", {**body, "callback_url": NOBODY}).json()
    assert len(answer["data"]["item_ids"]) == 3


def test_late_timing_comes_after_all_else(simulator: Simulator, receiver: Receiver) -> None:
    simulator.song(receiver.url, prompt="[[late-timing:200]]")
    events = [body["songs"][0]["event"] for body in receiver.wait(3)]
    assert events == ["audio_complete", "wav_complete", "lrcsections_complete"]
    assert receiver.wait(3)[1]["songs"][0]["lyrics_sections"] == []
