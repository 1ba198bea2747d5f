"""What may be sent: each operation's fields and the rules between them."""

from __future__ import annotations

from typing import Any

import pytest

from tracks.providers.operations import Operation, Params
from tracks.providers.suno.operations import OPERATIONS as SUNO
from tracks.providers.tempolor.operations import OPERATIONS as TEMPOLOR

SONG = {"prompt": "calm harbour", "model": "TemPolor v4.5"}
SIMPLE = {"customMode": False, "instrumental": False, "model": "V5", "prompt": "calm harbour"}
CUSTOM = {
    "customMode": True,
    "instrumental": False,
    "model": "V5",
    "prompt": "la",
    "style": "pop",
    "title": "T",
}
EXTEND = {
    "uploadUrl": "https://x.example/a.mp3",
    "defaultParamFlag": True,
    "instrumental": False,
    "model": "V5",
    "continueAt": 60,
    "prompt": "la",
    "style": "pop",
    "title": "T",
}
VOCALS = {
    "uploadUrl": "https://x.example/a.mp3",
    "prompt": "la",
    "title": "T",
    "style": "pop",
    "negativeTags": "metal",
}
GOOD = [
    (TEMPOLOR["generate"], SONG),
    (TEMPOLOR["instrumental"], {"prompt": "tide", "model": "TemPolor i3.5"}),
    (SUNO["generate"], SIMPLE),
    (SUNO["generate"], CUSTOM),
    (SUNO["upload-extend"], EXTEND),
    (SUNO["add-vocals"], VOCALS),
]


def wrong(operation: Operation, params: Params) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in operation.problems(params)]


def without(params: Params, *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


@pytest.mark.parametrize("operation", [*TEMPOLOR.values(), *SUNO.values()])
def test_what_is_offered_says_where_it_stands_at_the_provider(operation: Operation) -> None:
    assert operation.submit.startswith("/")
    assert operation.query.startswith("/")
    assert operation.doc.startswith("https://")
    assert operation.stages


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_good_params_pass(operation: Operation, params: Params) -> None:
    assert wrong(operation, params) == []


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_a_missing_field_is_named(operation: Operation, params: Params) -> None:
    for field in operation.fields:
        if field.required:
            assert wrong(operation, without(params, field.name)) == [(field.name, "required")]


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_an_over_long_text_is_named(operation: Operation, params: Params) -> None:
    for field in operation.fields:
        if field.max_length and not field.choices:
            bad = {**params, field.name: "https://" + "x" * field.max_length}
            assert (field.name, "max_length") in wrong(operation, bad)


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_the_callback_field_is_ours(operation: Operation, params: Params) -> None:
    assert wrong(operation, {**params, operation.callback_field: "https://x.example/"}) == [
        (operation.callback_field, "invalid")
    ]


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_a_model_that_we_do_not_know_is_passed_on(operation: Operation, params: Params) -> None:
    assert wrong(operation, {**params, "model": "V9_NEW"}) == []


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_every_field_explains_itself(operation: Operation, params: Params) -> None:
    for field in operation.fields:
        assert field.label
        assert field.help.endswith(".")


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
    ],
)
def test_what_tempolor_takes_besides(more: Params) -> None:
    assert wrong(TEMPOLOR["generate"], {**SONG, **more}) == []


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        (without(SIMPLE, "prompt"), [("prompt", "required")]),
        ({**SIMPLE, "prompt": " "}, [("prompt", "required")]),
        ({**SIMPLE, "prompt": "x" * 500}, []),
        ({**SIMPLE, "prompt": "x" * 501}, [("prompt", "max_length")]),
        (without(CUSTOM, "style", "title"), [("style", "required"), ("title", "required")]),
        (without(CUSTOM, "prompt"), [("prompt", "required")]),
        ({**without(CUSTOM, "prompt"), "instrumental": True}, []),
        ({**CUSTOM, "prompt": "x" * 5000, "style": "x" * 1000, "title": "x" * 80}, []),
        ({**CUSTOM, "title": "x" * 81}, [("title", "max_length")]),
        ({**CUSTOM, "model": "V4", "prompt": "x" * 3000, "style": "x" * 200}, []),
        (
            {**CUSTOM, "model": "V4", "prompt": "x" * 3001, "style": "x" * 201},
            [("prompt", "max_length"), ("style", "max_length")],
        ),
        ({**CUSTOM, "styleWeight": 1.01}, [("styleWeight", "max_value")]),
        ({**CUSTOM, "vocalGender": "x"}, [("vocalGender", "invalid_choice")]),
        ({**CUSTOM, "personaModel": "voice_persona", "personaId": "p", "audioWeight": 0.65}, []),
    ],
)
def test_sunos_rules_for_a_song(params: Params, problems: list[tuple[str, str]]) -> None:
    assert wrong(SUNO["generate"], params) == problems


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({**EXTEND, "continueAt": 0}, [("continueAt", "min_value")]),
        (without(EXTEND, "style", "title"), [("style", "required"), ("title", "required")]),
        (without(EXTEND, "prompt"), [("prompt", "required")]),
        ({**without(EXTEND, "prompt"), "instrumental": True}, []),
        ({**without(EXTEND, "prompt", "style", "title"), "defaultParamFlag": False}, []),
        ({**EXTEND, "title": "x" * 100}, []),
        ({**EXTEND, "title": "x" * 81, "model": "V4_5ALL"}, [("title", "max_length")]),
        ({**EXTEND, "uploadUrl": "a.mp3"}, [("uploadUrl", "invalid")]),
    ],
)
def test_sunos_rules_for_an_extension(params: Params, problems: list[tuple[str, str]]) -> None:
    assert wrong(SUNO["upload-extend"], params) == problems
