"""What the fake providers do not take: too many requests, too many tasks, models they do not have."""

from __future__ import annotations

import pytest

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator, Start
from tests.support.waiting import PATIENCE, until

SONG: Json = {"prompt": "p [[silent]]", "model": "TemPolor v4.5", "callback_url": NOBODY}


@pytest.fixture(scope="module")
def strict(start_simulator: Start) -> Simulator:
    """Three requests a minute, each provider for itself."""
    _process, line = start_simulator("--rate", "3/60")
    return Simulator(line.removeprefix("simulator: ").strip())


def test_above_the_rate_both_refuse_and_say_when_to_come_back(strict: Simulator) -> None:
    for _ in range(3):
        assert strict.suno_get("generate/credit").json()["code"] == 200
        assert strict.tempolor("account/billing", {}).json()["status"] == 200000
    suno, tempolor = strict.suno_get("generate/credit"), strict.tempolor("account/billing", {})
    assert (suno.json()["code"], tempolor.json()["status"]) == (430, 400006)
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in (suno, tempolor))
    rows = strict.requests()
    assert [row["refused"] for row in rows] == [False] * 6 + [True] * 2
    assert {row["provider"] for row in rows} == {"suno", "tempolor"}
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_kie_calls_it_429(start_simulator: Start) -> None:
    _process, line = start_simulator("--rate", "1/60", "--dialect", "kie")
    kie = Simulator(line.removeprefix("simulator: ").strip())
    assert [kie.suno_get("chat/credit").json()["code"] for _ in range(2)] == [200, 429]


def test_a_full_queue_takes_no_more_until_one_is_finished(start_simulator: Start) -> None:
    _process, line = start_simulator("--parallel", "2", "--speed", "40")
    full = Simulator(line.removeprefix("simulator: ").strip())
    answers = [full.tempolor("song/generate", SONG).json()["status"] for _ in range(3)]
    assert answers == [200000, 200000, 400007]
    until(lambda: full.tempolor("song/generate", SONG).json()["status"] == 200000)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("song/generate", {**SONG, "model": "TemPolor v99"}),
        ("instrumental/generate", {**SONG, "model": "TemPolor v4.5"}),
        ("lyrics/generate", {"prompt": "p", "song_model": "none", "callback_url": NOBODY}),
        ("song/generate", {**SONG, "action": "upload_cover", "upload_audio_url": "https://a.example/a.mp3"}),
    ],
)
def test_a_model_that_cannot_do_it_is_400010(simulator: Simulator, path: str, body: Json) -> None:
    assert simulator.tempolor(path, body).json()["status"] == 400010


def test_a_cover_by_a_model_that_can(simulator: Simulator, receiver: Receiver) -> None:
    cover = {"action": "upload_cover", "upload_audio_url": "https://a.example/a.mp3"}
    body = {"prompt": "jazz", "model": "TemPolor v4.6", "callback_url": receiver.url, **cover}
    assert simulator.tempolor("song/generate", body).json()["status"] == 200000


@pytest.mark.parametrize("option", ["20", "0/0", "-1/5", "a/b"])
def test_a_rate_that_is_none_is_refused(start_simulator: Start, option: str) -> None:
    process, line = start_simulator(f"--rate={option}")
    assert (process.wait(PATIENCE), line) == (2, "")
