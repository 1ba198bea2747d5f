"""What may be sent: each operation's fields and the rules between them."""

from __future__ import annotations

import pytest

from tests.support.operation_samples import wrong
from tracks.providers.operations import Params
from tracks.providers.tempolor.operations import OPERATIONS as TEMPOLOR

SONG = {"prompt": "calm harbour", "model": "TemPolor v4.5"}


@pytest.mark.parametrize("start", [600.0001, 600.0000000000001, 9.999999, 1e14, -0.25])
def test_a_number_is_shown_with_all_its_digits(start: float) -> None:
    (problem,) = TEMPOLOR["extend"].problems({"item_id": "9001", "start_time": start})
    assert float(problem.sentence.split()[2].rstrip(";")) == start


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"action": "upload_cover"}, ("upload_audio_url", "required")),
        ({"upload_audio_url": "https://x.example/a.mp3"}, ("action", "required")),
        ({"action": "sing", "upload_audio_url": "https://x.example/a.mp3"}, ("action", "invalid_choice")),
        ({"action": "upload_cover", "upload_audio_url": "a.mp3"}, ("upload_audio_url", "invalid")),
        ({"prompt": "x" * 1001}, ("prompt", "max_length")),
        ({"lyrics": "x" * 3001}, ("lyrics", "max_length")),
        ({"instrumental": "yes"}, ("instrumental", "invalid")),
        ({"duration": 90}, ("duration", "unknown")),
    ],
)
def test_tempolors_rules(more: Params, problem: tuple[str, str]) -> None:
    assert wrong(TEMPOLOR["generate"], {**SONG, **more}) == [problem]


@pytest.mark.parametrize(
    "more",
    [
        {"action": "upload_cover", "upload_audio_url": "https://x.example/a.mp3"},
        {"voice_id": "SV000013", "lyrics": "x" * 3000},
        {"instrumental": True},
        {"voice_id": None, "lyrics": None},
    ],
)
def test_what_tempolor_takes_besides(more: Params) -> None:
    assert wrong(TEMPOLOR["generate"], {**SONG, **more}) == []
