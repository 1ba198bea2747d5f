"""Sounds that are compared are equally loud, and none is made louder than it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.loudness import MIN_LUFS, TARGET_LUFS, matched_loudness

music = st.floats(MIN_LUFS, 0)


@given(st.lists(music, min_size=1, max_size=8))
def test_none_is_made_louder_and_the_softest_decides(loudnesses: list[float]) -> None:
    matched = matched_loudness(loudnesses)
    assert matched == min([TARGET_LUFS, *loudnesses])


@given(st.lists(music, max_size=3))
def test_silence_and_what_is_not_measured_cannot_be_matched(loudnesses: list[float]) -> None:
    assert matched_loudness([*loudnesses, None]) is None
    assert matched_loudness([*loudnesses, -70.0]) is None


@pytest.mark.parametrize(
    ("loudnesses", "expected"), [([-9.0, -11.0], -14.0), ([-9.0, -17.5], -17.5), ([], None)]
)
def test_it_is_that_of_streaming_services_or_softer(loudnesses: list[float], expected: float | None) -> None:
    assert matched_loudness(loudnesses) == expected
