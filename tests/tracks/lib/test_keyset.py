"""Keyset pages against a plain sorted list: every row once, both ways, whatever the values."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_task
from tracks.lib.keyset import ORDERINGS, BadCursor, BadOrdering, Page, page_of
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL's plans")

START = datetime(2026, 1, 1, tzinfo=UTC)
BOTH_WAYS = [way + name for name in ORDERINGS for way in ("", "-")]
orderings = st.sampled_from(BOTH_WAYS)
songs = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["", "a", "B", "b|c", "é\\", "月"]),
        "rating": st.none() | st.integers(0, 5),
        "duration_ms": st.none() | st.integers(0, 3),
        "created_at": st.none()
        | st.sampled_from([START + timedelta(microseconds=n) for n in (0, 1, 500_000)]),
    }
)


def make_songs(values: list[dict[str, Any]]) -> list[Track]:
    task = Task.objects.first() or make_task()
    return Track.objects.bulk_create([Track(task=task, provider="suno", **one) for one in values])


def in_order(tracks: list[Track], ordering: str) -> list[int]:
    """Nulls last and the id as tie-break, without any database."""
    column = ORDERINGS[ordering.lstrip("-")]
    known = [track for track in tracks if getattr(track, column) is not None]
    blank = [track for track in tracks if getattr(track, column) is None]
    falls = ordering.startswith("-")
    known.sort(key=lambda track: (getattr(track, column), track.pk), reverse=falls)
    blank.sort(key=lambda track: track.pk, reverse=falls)
    return [track.pk for track in known + blank]


def forward(ordering: str, size: int) -> Iterator[Page[Track]]:
    page = page_of(Track.objects.all(), ordering, None, size)
    yield page
    while page.next_cursor:
        page = page_of(Track.objects.all(), ordering, page.next_cursor, size)
        yield page


def backward(page: Page[Track], ordering: str, size: int) -> Iterator[Page[Track]]:
    yield page
    while page.previous_cursor:
        page = page_of(Track.objects.all(), ordering, page.previous_cursor, size)
        yield page


def ids(page: Page[Track]) -> list[int]:
    return [track.pk for track in page.rows]


several = examples(150, HealthCheck.function_scoped_fixture)


@several
@given(st.lists(songs, max_size=12), orderings, st.integers(1, 5))
def test_pages_are_the_sorted_list_cut_up(values: list[dict[str, Any]], ordering: str, size: int) -> None:
    Track.objects.all().delete()
    wanted = in_order(make_songs(values), ordering)
    pages = list(forward(ordering, size))
    assert [ids(page) for page in pages] == [wanted[n : n + size] for n in range(0, len(wanted) or 1, size)]


@several
@given(st.lists(songs, min_size=1, max_size=12), orderings, st.integers(1, 5))
def test_the_way_back_meets_the_same_rows(values: list[dict[str, Any]], ordering: str, size: int) -> None:
    Track.objects.all().delete()
    make_songs(values)
    there = list(forward(ordering, size))
    back = list(backward(there[-1], ordering, size))
    assert [ids(page) for page in reversed(back)] == [ids(page) for page in there]
    assert all(page.next_cursor for page in back[1:])


@several
@given(st.lists(songs, min_size=4, max_size=8), st.lists(songs, max_size=4), orderings, st.integers(1, 3))
def test_rows_added_meanwhile_displace_none(
    values: list[dict[str, Any]], newer: list[dict[str, Any]], ordering: str, size: int
) -> None:
    Track.objects.all().delete()
    first = in_order(make_songs(values), ordering)
    seen = []
    for page in forward(ordering, size):
        seen += ids(page)
        make_songs(newer[:1])
        newer = newer[1:]
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in first] == first


@several
@given(st.lists(songs, min_size=3, max_size=8), orderings, st.data())
def test_rows_deleted_meanwhile_hide_no_other(
    values: list[dict[str, Any]], ordering: str, data: st.DataObject
) -> None:
    Track.objects.all().delete()
    wanted = in_order(make_songs(values), ordering)
    page = page_of(Track.objects.all(), ordering, None, 2)
    gone = data.draw(st.sets(st.sampled_from(wanted)))
    Track.objects.filter(pk__in=gone).delete()
    onward = page_of(Track.objects.all(), ordering, page.next_cursor, 100)
    assert ids(onward) == [pk for pk in wanted[2:] if pk not in gone]


@pytest.mark.parametrize("ordering", BOTH_WAYS)
def test_an_emptied_page_leads_back_to_all_that_is_left(ordering: str) -> None:
    wanted = in_order(make_songs([{}] * 3), ordering)
    cursor = page_of(Track.objects.all(), ordering, None, 2).next_cursor
    Track.objects.filter(pk=wanted[2]).delete()
    empty = page_of(Track.objects.all(), ordering, cursor, 2)
    assert (empty.rows, empty.next_cursor) == ([], None)
    assert ids(page_of(Track.objects.all(), ordering, empty.previous_cursor, 2)) == wanted[:2]


@pytest.mark.parametrize("ordering", BOTH_WAYS)
def test_the_last_page_leads_forward_again_when_rows_come(ordering: str) -> None:
    make_songs([{}] * 3)
    *_, last = forward(ordering, 2)
    first = page_of(Track.objects.all(), ordering, last.previous_cursor, 2)
    assert first.previous_cursor is None
    assert ids(page_of(Track.objects.all(), ordering, first.next_cursor, 2)) == ids(last)


def test_an_empty_list_is_one_empty_page() -> None:
    assert page_of(Track.objects.all(), "-id", None, 10) == Page([], None, None)
    assert page_of(Track.objects.none(), "title", None, 10) == Page([], None, None)


def test_a_filtered_list_stays_filtered() -> None:
    make_songs([{"rating": n, "title": "ab"[n % 2]} for n in range(6)])
    only_b = Track.objects.filter(title="b").select_related("task").prefetch_related("lines")
    page = page_of(only_b, "-rating", None, 2)
    rest = page_of(only_b, "-rating", page.next_cursor, 2)
    assert [track.rating for track in page.rows + rest.rows] == [5, 3, 1]


def test_other_models_are_paged_by_their_own_columns() -> None:
    tasks = [make_task(operation=name) for name in "bac"]
    page = page_of(Task.objects.all(), "-what", None, 1, {"what": "operation"})
    assert page.rows == [tasks[2]]
    page = page_of(Task.objects.all(), "-what", page.next_cursor, 1, {"what": "operation"})
    assert page.rows == [tasks[0]]


# --- Cursors ----------------------------------------------------------------------------------------------
def cursor_of(plain: str) -> str:
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def test_cursors_are_safe_in_an_address() -> None:
    make_songs([{"title": "é/?&=+ 月" * 50}] * 3)
    page = page_of(Track.objects.all(), "title", None, 1)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", page.next_cursor or "")
    assert len(page_of(Track.objects.all(), "title", page.next_cursor, 9).rows) == 2


@pytest.mark.parametrize(
    ("ordering", "cursor"),
    [
        ("-id", "nonsense"),
        ("-id", "ü"),
        ("-id", "\0"),
        ("-id", "=" * 7),
        ("-id", "A" * 100_000),
        ("-id", "AAAA"),
        ("-id", cursor_of(">|-id|1")),
        ("-id", cursor_of("!|-id|1|=1")),
        ("-id", cursor_of(">|id|1|=1")),
        ("-id", cursor_of(">|-id|x|=1")),
        ("-id", cursor_of(f">|-id|{2**63}|=1")),
        ("-id", cursor_of(f">|-id|{'9' * 3000}|=1")),
        ("-id", cursor_of(">|-id|1|")),
        ("title", cursor_of(">|title|1|")),
        ("title", cursor_of(">|title|1|=a\0")),
        ("title", cursor_of(">|title|1|=" + "a" * 501)),
        ("rating", cursor_of(">|rating|1|=x")),
        ("rating", cursor_of(f">|rating|1|={10**12}")),
        ("created_at", cursor_of(">|created_at|1|=yesterday")),
        ("created_at", cursor_of(">|created_at|1|=0001-01-01T00:00:00+14:00")),
        ("created_at", cursor_of(">|created_at|1|=2026-13-01T00:00:00+00:00")),
    ],
)
def test_a_cursor_that_makes_no_sense_is_refused(ordering: str, cursor: str) -> None:
    with pytest.raises(BadCursor, match="Begin again without it"):
        page_of(Track.objects.all(), ordering, cursor, 10)


@several
@given(st.text(max_size=40) | st.text(max_size=20).map(lambda text: cursor_of(">|rating|1|=" + text)))
def test_any_cursor_gives_a_page_or_is_refused(cursor: str) -> None:
    try:
        page_of(Track.objects.all(), "rating", cursor, 3)
    except BadCursor:
        return


@pytest.mark.parametrize("ordering", ["", "-", "--id", "pk", "search_text", "task__id", "?", "duration_ms"])
def test_an_unknown_ordering_is_refused(ordering: str) -> None:
    with pytest.raises(BadOrdering, match="rating"):
        page_of(Track.objects.all(), ordering, None, 10)


# --- Cost -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ordering", BOTH_WAYS)
def test_a_page_is_one_query(ordering: str, django_assert_num_queries: Any) -> None:
    make_songs([{"duration_ms": n, "rating": n % 6, "created_at": START} for n in range(9)])
    with django_assert_num_queries(1):
        page = page_of(Track.objects.all(), ordering, None, 3)
    with django_assert_num_queries(1):
        page = page_of(Track.objects.all(), ordering, page.next_cursor, 3)
    with django_assert_num_queries(1):
        page_of(Track.objects.all(), ordering, page.previous_cursor, 3)


def test_where_values_end_a_page_takes_a_second_query(django_assert_num_queries: Any) -> None:
    make_songs([{"rating": rating} for rating in (1, 2, None, None)])
    page = page_of(Track.objects.all(), "rating", None, 1)
    with django_assert_num_queries(2):
        assert len(page_of(Track.objects.all(), "rating", page.next_cursor, 2).rows) == 2


def plan(ordering: str, cursor: str | None) -> str:
    with (
        CaptureQueriesContext(
            connection,
        ) as asked,
        connection.cursor() as sql,
    ):
        page_of(Track.objects.all(), ordering, cursor, 3)
        sql.execute("SET LOCAL enable_seqscan = off")
        sql.execute("EXPLAIN " + asked.captured_queries[0]["sql"])
        return "\n".join(line for (line,) in sql.fetchall())


@on_postgresql
@pytest.mark.parametrize("ordering", [name for name in BOTH_WAYS if "id" not in name])
@pytest.mark.parametrize("place", ["values", "blanks"])
def test_a_deep_page_reads_one_range_of_its_index(ordering: str, place: str) -> None:
    songs = [{"duration_ms": n, "rating": n % 6, "created_at": START, "title": str(n)} for n in range(300)]
    make_songs(songs + [{} for _ in range(300)])
    with connection.cursor() as sql:
        sql.execute("ANALYZE tracks_track")
    *_, page = islice(forward(ordering, 50), 3 if place == "values" else 9)
    for cursor in (page.next_cursor, page.previous_cursor):
        found = plan(ordering, cursor)
        column = ORDERINGS[ordering.lstrip("-")]
        index = f"track_{column}_{'down' if ordering.startswith('-') else 'up'}"
        assert f"using {index}" in found, found
        assert "Index Cond" in found, found
        assert "Sort" not in found, found
