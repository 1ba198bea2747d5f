"""One row for all takes of a request: none lost, none twice, in any order and under any filter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.factories import make_task, make_track
from tracks.lib.keyset import ORDERINGS, page_of
from tracks.models import Task, Track
from tracks.queries.stacks import leaders, takes_of

pytestmark = pytest.mark.django_db

TAKE = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "a", "B", "雨"]),
        "rating": st.sampled_from([None, 0, 3, 5]),
        "duration_ms": st.sampled_from([None, 1000, 2000]),
        "created_at": st.none(),
        "review": st.sampled_from(["new", "approved"]),
    }
)
WAYS = [way + name for name in ORDERINGS for way in ("", "-")]


def make_requests(requests: list[list[dict[str, Any]]]) -> None:
    Task.objects.all().delete()
    for takes in requests:
        task = make_task()
        for position, take in enumerate(takes):
            make_track(task, position=position, **take)


def walked(songs: Any, ordering: str, size: int) -> list[Track]:
    found, cursor = [], None
    while True:
        page = page_of(leaders(songs, ordering), ordering, cursor, size)
        found += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(TAKE, min_size=1, max_size=4), max_size=6),
    st.sampled_from(WAYS),
    st.integers(1, 4),
    st.booleans(),
)
def test_each_request_is_one_row_with_all_of_its_takes(
    requests: list[list[dict[str, Any]]], ordering: str, size: int, is_filtered: bool
) -> None:
    make_requests(requests)
    songs = Track.objects.filter(review="new") if is_filtered else Track.objects.all()
    rows = walked(songs, ordering, size)
    tasks = [row.task_id for row in rows]
    takes = takes_of(songs, tasks)
    assert len(set(tasks)) == len(tasks)
    assert sorted(pk for pks in takes.values() for pk in pks) == sorted(songs.values_list("pk", flat=True))
    assert all(row.pk in takes[row.task_id] for row in rows)


def test_the_first_take_stands_for_all_in_a_list_by_age() -> None:
    make_requests([[{}, {}, {}], [{}, {}]])
    for ordering in ("id", "-id"):
        assert [row.position for row in leaders(Track.objects.all(), ordering)] == [0, 0]


def test_the_best_take_stands_for_all_in_a_list_by_stars() -> None:
    make_requests([[{"rating": 1}, {"rating": 5}, {"rating": None}], [{"rating": None}, {"rating": 0}]])
    best = leaders(Track.objects.all(), "-rating").order_by("task_id")
    assert [row.rating for row in best] == [5, 0]
    least = leaders(Track.objects.all(), "rating").order_by("task_id")
    assert [row.rating for row in least] == [1, 0]


def test_a_filter_that_one_take_matches_leaves_that_take_alone() -> None:
    make_requests([[{"review": "rejected"}, {"review": "approved"}]])
    approved = Track.objects.filter(review="approved")
    [row] = leaders(approved, "-id")
    assert row.position == 1
    assert takes_of(approved, [row.task_id]) == {row.task_id: [row.pk]}
