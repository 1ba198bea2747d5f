"""Every code of TemPolor, and words that people see."""

from __future__ import annotations

from typing import Any

import pytest

from tracks.providers.tempolor import faults

KINDS = {
    400001: "upstream",
    400002: "auth",
    400003: "input",
    400004: "content",
    400005: "credit",
    400006: "busy",
    400007: "busy",
    400008: "not_found",
    400009: "upstream",
    400010: "input",
    400011: "input",
    400012: "unknown",
    500000: "unknown",
}


@pytest.mark.parametrize(("code", "kind"), KINDS.items())
def test_every_code(code: int, kind: str) -> None:
    fault = faults.of_answer(code, "")
    assert (fault.code, fault.kind) == (str(code), kind)
    assert fault.message.endswith(".")
    assert fault.advice.endswith(".")


def test_the_providers_sentence_comes_first() -> None:
    assert faults.of_answer(400003, "callback_url is empty").message == "callback_url is empty"


def test_the_advice_for_a_full_queue_is_to_wait() -> None:
    assert "sent again by itself" in faults.of_answer(400007, "").advice


def test_the_key_is_named_where_it_is_refused() -> None:
    assert "TEMPOLOR_API_KEY" in faults.of_answer(400002, "").advice


@pytest.mark.parametrize("message", [None, 5, {}, "", "\x00"])
def test_words_that_are_none_are_replaced_by_ours(message: Any) -> None:
    assert faults.of_failed_song(message).message == "TemPolor could not make this song."
