"""Filters of lists: a value either filters or is refused in a sentence, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.forms.filters import TaskFilter
from tracks.forms.song_filter import SongFilter
from tracks.models import Task, Track

SONG = (
    *("q", "provider", "style", "model", "status", "review", "since"),
    *("parked", "tag", "playlist", "rating", "flag"),
)
TASK = ("status", "provider", "operation")
KNOWN = ["failed", "suno", "approved", "7", "generate", "true", "3", "cut_end", " "]
VALUES = st.text(max_size=600) | st.sampled_from(KNOWN)


def check(filters: SongFilter | TaskFilter, rows: Any, data: dict[str, str]) -> None:
    """Each given value is active, or refused with a sentence, or blank; refused ones leave no row."""
    found, active = filters.filtered(rows), filters.active()
    for name, value in data.items():
        assert (name in active) + (name in filters.errors) == (1 if value.strip() else 0), name
        assert f"selected>any {name}" not in str(filters[name]) or not value.strip()
    assert not filters.errors or found.query.is_empty()


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from(SONG), VALUES))
def test_any_filter_of_songs_works_or_is_refused(data: dict[str, str]) -> None:
    check(SongFilter(data, ["Waltz"], ["V5"]), Track.objects.all(), data)


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from(TASK), VALUES))
def test_any_filter_of_tasks_works_or_is_refused(data: dict[str, str]) -> None:
    check(TaskFilter(data), Task.objects.all(), data)


@pytest.mark.parametrize("value", ["autumn", "0", "9" * 30])
def test_what_is_no_playlist_is_refused_in_words(value: str) -> None:
    filters = SongFilter({"playlist": value})
    assert filters.errors["playlist"] == ["there is no such playlist. Choose another, or “any”."]
