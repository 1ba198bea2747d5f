"""What may be sent: each operation's fields and the rules between them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.operation_samples import sample
from tests.support.payloads import anything
from tracks.providers.operations import Operation, Params, SourceFacts
from tracks.providers.suno.operations import OPERATIONS as SUNO
from tracks.providers.tempolor.operations import OPERATIONS as TEMPOLOR

SONG = {"prompt": "calm harbour", "model": "TemPolor v4.5"}
EVERY = [*TEMPOLOR.values(), *SUNO.values()]
every_operation = pytest.mark.parametrize("operation", EVERY, ids=lambda operation: operation.submit)


def wrong(operation: Operation, params: Params) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in operation.problems(params)]


def without(params: Params, *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


@every_operation
def test_what_is_offered_says_where_it_stands_at_the_provider(operation: Operation) -> None:
    assert operation.submit.startswith("/")
    assert operation.query.startswith("/")
    assert operation.doc.startswith("https://")
    assert operation.stages


@every_operation
def test_good_params_pass(operation: Operation) -> None:
    assert wrong(operation, sample(operation)) == []


@every_operation
def test_a_missing_field_is_named(operation: Operation) -> None:
    params = sample(operation)
    for field in operation.fields:
        if field.required:
            assert wrong(operation, without(params, field.name)) == [(field.name, "required")]


@every_operation
def test_an_over_long_text_is_named(operation: Operation) -> None:
    for field in operation.fields:
        if field.max_length and not field.choices:
            bad = {**sample(operation), field.name: "https://" + "x" * field.max_length}
            assert (field.name, "max_length") in wrong(operation, bad)


@every_operation
def test_the_callback_field_is_ours(operation: Operation) -> None:
    assert wrong(operation, {**sample(operation), operation.callback_field: "https://x.example/"}) == [
        (operation.callback_field, "invalid")
    ]


@every_operation
def test_what_is_no_parameter_is_named(operation: Operation) -> None:
    assert wrong(operation, {**sample(operation), "tempo": 120}) == [("tempo", "unknown")]


@every_operation
def test_a_word_of_a_growing_vocabulary_is_passed_on(operation: Operation) -> None:
    growing = {field.name: "NEW9" for field in operation.fields if field.vocabulary}
    assert wrong(operation, {**sample(operation), **growing}) == []


@every_operation
def test_every_field_explains_itself(operation: Operation) -> None:
    for field in operation.fields:
        assert field.label
        assert field.help.endswith(".")


@every_operation
@given(data=st.data())
def test_any_params_are_judged(operation: Operation, data: st.DataObject) -> None:
    """Whatever comes in as JSON, the judgement names fields and raises nothing."""
    names = [field.name for field in operation.fields]
    changed = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), anything, max_size=4))
    source = data.draw(
        st.none() | st.builds(SourceFacts, st.none() | st.integers(1, 10**7), st.text(max_size=3))
    )
    for problem in operation.problems({**sample(operation), **changed}, source):
        assert problem.field in {*names, *changed}
        assert problem.detail.endswith(".")


@pytest.mark.parametrize("start", [600.0001, 600.0000000000001, 9.999999, 1e14, -0.25])
def test_a_number_is_told_with_all_its_digits(start: float) -> None:
    (problem,) = TEMPOLOR["extend"].problems({"item_id": "9001", "start_time": start})
    assert float(problem.detail.split()[2].rstrip(";")) == start


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
