"""Names that look the same are the same; what is nothing to see is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.names import name_key, name_problem, tidy_name

anything = st.text(st.characters(exclude_categories=[]), max_size=80)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Night Drive", "night drive"),
        ("Night Drive", "  night\t drive "),
        ("Night Drive", "Ｎｉｇｈｔ　Ｄｒｉｖｅ"),
        ("STRASSE", "straße"),
        ("café", "cafe\u0301"),
        ("ｶﾞ", "ガ"),
        ("night", "ni\u200bght"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_a_name_is_shown_as_it_was_written() -> None:
    assert tidy_name("  Straße\n im ＮＥＢＥＬ ") == "Straße im ＮＥＢＥＬ"


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00\x01", "\u202e "])
def test_what_is_nothing_to_see_is_no_name(text: str) -> None:
    assert "visible" in name_problem(text, 64)


def test_a_name_is_bounded_as_written_and_folded() -> None:
    assert name_problem("ß" * 32, 64) == ""
    assert "66 characters; at most 64" in name_problem("ß" * 33, 64)


@given(anything)
def test_any_valid_name_can_be_stored_and_is_stable(text: str) -> None:
    if name_problem(text, 64):
        return
    name = tidy_name(text)
    name.encode()
    assert "\x00" not in name
    assert tidy_name(name) == name
    assert name_key(name) == name_key(name_key(text)) == name_key(text)
    assert max(len(name), len(name_key(text))) <= 64
