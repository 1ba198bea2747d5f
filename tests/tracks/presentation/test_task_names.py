"""A task is named by its songs, else by what was ordered, and never by tagged lyrics."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.models import Task, Track
from tracks.presentation.task_names import MAX_NAME, task_name

WORDS = "[Verse]\nOne small line upon the sea\n[Chorus]\nAnd one more"


def task(**params: Any) -> Task:
    return Task(provider="suno", operation="generate", params=params)


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"title": "Harbour Lights", "prompt": WORDS, "style": "folk"}, "Harbour Lights"),
        ({"prompt": "a lullaby for a lighthouse", "style": "folk"}, "a lullaby for a lighthouse"),
        ({"prompt": WORDS, "style": "slow folk"}, "slow folk"),
        ({"prompt": "Two lines\nwithout tags", "style": "slow folk"}, "slow folk"),
        ({"prompt": WORDS}, "One small line upon the sea"),
        ({"prompt": "[Instrumental]"}, "Song"),
        ({"title": " ", "prompt": None, "model": "V5"}, "Song"),
        ({"prompt": "word " * 40}, ("word " * 40)[: MAX_NAME - 1].rstrip() + "…"),
    ],
)
def test_a_task_is_named_by_what_says_most(params: dict[str, Any], name: str) -> None:
    assert task_name(task(**params)) == name


def test_the_title_of_the_song_comes_first() -> None:
    songs = [Track(title=""), Track(title="Low Tide")]
    assert task_name(task(title="Harbour Lights", prompt=WORDS), songs) == "Low Tide"


VALUES = st.text(max_size=200) | st.none() | st.booleans() | st.integers()


@given(st.dictionaries(st.sampled_from(["title", "prompt", "style", "lyrics", "tags", "odd"]), VALUES))
def test_a_name_is_one_short_line_without_tags(params: dict[str, Any]) -> None:
    name = task_name(task(**params))
    assert 0 < len(name) <= MAX_NAME
    assert "\n" not in name
    assert not re.search(r"\[[^\[\]]*\]", name)


@given(st.none() | st.lists(st.text()) | st.text())
def test_parameters_of_an_odd_shape_still_have_a_name(params: Any) -> None:
    assert task_name(Task(provider="gone", operation="odd-one", params=params)) == "Odd one"
