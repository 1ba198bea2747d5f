"""Every code of Suno API in every column, and words that people see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.suno_bodies import read
from tracks.domain.updates import ErrorKind, Fault
from tracks.providers.suno import faults

COLUMNS = """
    400  content    content    input    input
    401  auth       auth       auth     auth
    402  credit     credit     credit   credit
    404  not_found  not_found  not_found not_found
    405  rate       rate       rate     unknown
    408  upstream   upstream   upstream upstream
    409  input      input      input    input
    413  copyright  copyright  input    input
    422  input      input      input    input
    429  credit     rate       credit   rate
    430  rate       rate       rate     unknown
    433  unknown    unknown    unknown  unknown
    451  upstream   upstream   upstream upstream
    455  busy       busy       busy     busy
    500  upstream   upstream   upstream upstream
    501  upstream   upstream   upstream upstream
    505  input      input      input    input
    531  upstream   upstream   upstream upstream
    999  unknown    unknown    unknown  unknown
"""
ROWS = [(int(code), *kinds) for code, *kinds in map(str.split, COLUMNS.strip().splitlines())]


def fault_of(body: Any, dialect: str = "sunoapi") -> Fault:
    fault = read(body, dialect).error
    assert fault is not None
    return fault


@pytest.mark.parametrize(("code", "sunoapi", "kie", "_answer_sunoapi", "_answer_kie"), ROWS)
def test_every_code_in_a_callback(
    code: int, sunoapi: str, kie: str, _answer_sunoapi: str, _answer_kie: str
) -> None:
    body = {"code": code, "msg": "said", "data": {"callbackType": "error", "task_id": "aa11"}}
    assert fault_of(body).kind == sunoapi
    assert fault_of(body, "kie").kind == kie


@pytest.mark.parametrize(("code", "_sunoapi", "_kie", "answer_sunoapi", "answer_kie"), ROWS)
def test_every_code_in_an_answer(
    code: int, _sunoapi: str, _kie: str, answer_sunoapi: str, answer_kie: str
) -> None:
    assert faults.of_answer(code, "said", "sunoapi").kind == answer_sunoapi
    assert faults.of_answer(code, "said", "kie").kind == answer_kie


@pytest.mark.parametrize("dialect", ["sunoapi", "kie"])
@pytest.mark.parametrize(("code", *"abcd"), ROWS)
def test_every_fault_has_an_advice(dialect: str, code: int, a: str, b: str, c: str, d: str) -> None:
    for fault in (faults.of_answer(code, None, dialect), faults.of_task(code, None, dialect)):
        assert fault.code == str(code)
        assert fault.message.endswith(".")
        assert fault.advice.endswith(".")


@pytest.mark.parametrize("dialect", ["sunoapi", "kie"])
@pytest.mark.parametrize(("code", *"abcd"), ROWS)
def test_a_reason_fits_what_is_no_song_too(dialect: str, code: int, a: str, b: str, c: str, d: str) -> None:
    for fault in (faults.of_answer(code, None, dialect), faults.of_task(code, None, dialect)):
        assert "song" not in fault.message


@pytest.mark.parametrize("code", [400, 409])
def test_a_refused_submit_that_names_a_task_exists_already(code: int) -> None:
    fault = faults.of_answer(code, "", "kie", "aa10")
    assert (fault.kind, fault.message) == (ErrorKind.INPUT, "The provider made this already.")


def test_413_at_the_stage_failed_is_too_long() -> None:
    body = {"code": 413, "msg": "", "data": {"callbackType": "failed", "task_id": "aa11"}}
    assert fault_of(body).kind is ErrorKind.INPUT


def test_413_at_the_stage_error_names_the_upload() -> None:
    fault = faults.of_task(413, "", "kie", "error")
    assert fault.advice == "The upload matches an existing work; use another recording."


def test_the_advice_for_531_has_that_the_credits_came_back() -> None:
    assert faults.of_task(531, "", "sunoapi").advice == "The credits came back; send it again."


def test_429_names_what_the_host_means() -> None:
    assert "api.sunoapi.org means by 429: not enough credits" in faults.of_answer(429, "", "sunoapi").advice
    assert "kie.ai means by 429: too many requests" in faults.of_answer(429, "", "kie").advice


def test_the_key_is_named_where_it_is_refused() -> None:
    assert "SUNO_API_KEY" in faults.of_answer(401, "", "kie").advice


def test_what_exists_already_names_the_older_task() -> None:
    assert faults.of_answer(409, "", "sunoapi", "aa10").advice.endswith("The older task is aa10.")


def test_a_failure_without_a_code_is_upstream() -> None:
    body = {"code": 200, "msg": "It broke.", "data": {"callbackType": "error", "task_id": "aa11"}}
    fault = fault_of(body)
    assert (fault.kind, fault.code, fault.message) == (ErrorKind.UPSTREAM, "", "It broke.")


def test_the_providers_sentence_is_one_short_line_without_links() -> None:
    said = "Could not load\nhttps://home.example/callbacks/suno/secret-token/?a=1 today" + " x" * 500
    message = faults.of_task(451, said, "sunoapi").message
    assert message.startswith("Could not load https://home.example/… today x")
    assert len(message) == 500
