"""Comparing two lists of words: what difflib finds, in a fraction of its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from hypothesis import example, given
from hypothesis import strategies as st

from tracks.domain.lyrics.blocks import Step, matching_steps

# Few different words, so that they repeat: then there is something to choose.
WORDS = st.integers(1, 5).flatmap(lambda count: st.lists(st.sampled_from("abcde"[:count]), max_size=40))
MIN_RATIO = 5


def by_difflib(ours: Sequence[str], theirs: Sequence[str]) -> list[Step]:
    return list(SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes())


@given(WORDS, WORDS)
@example([], [])
@example(["a"], [])
@example(list("abcab"), list("cababc"))
def test_the_steps_are_those_of_difflib(ours: list[str], theirs: list[str]) -> None:
    assert matching_steps(ours, theirs) == by_difflib(ours, theirs)


@given(WORDS.filter(len), st.lists(st.tuples(st.integers(0, 100), st.sampled_from("abcxyz")), max_size=8))
def test_so_they_are_where_a_text_was_edited(ours: list[str], edits: list[tuple[int, str]]) -> None:
    long = ours * 4
    theirs = list(long)
    for place, word in edits:
        theirs[place % len(theirs)] = word
    assert matching_steps(long, theirs) == by_difflib(long, theirs)


def seconds(compare: Callable[..., object], *lists: list[str]) -> float:
    begin = time.process_time()
    compare(*lists)
    return time.process_time() - begin


def test_words_that_differ_line_for_line_take_a_fifth_of_its_time() -> None:
    """Both in one run, so that the machine does not count; it was a twentieth when this was written."""
    ours = ["la" if place % 2 else f"ours {place}" for place in range(600)]
    theirs = ["la" if place % 2 else f"theirs {place}" for place in range(600)]
    assert seconds(by_difflib, ours, theirs) > MIN_RATIO * seconds(matching_steps, ours, theirs)
