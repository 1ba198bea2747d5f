"""The list asks what changed, and is told in a few hundred bytes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Event, Track
from tracks.services.events import record_event
from tracks.services.review import edit

# The feed of events holds back what a transaction that is still open has written.
pytestmark = pytest.mark.django_db(transaction=True)


def ask(staff: Client, **query: Any) -> dict[str, Any]:
    answer = staff.get("/changes.json", {name: str(value) for name, value in query.items()})
    assert answer.status_code == 200
    assert len(answer.content) < 600
    found: dict[str, Any] = answer.json()
    return found


def cursor_of(staff: Client) -> tuple[str, str]:
    [library] = Page(staff.get("/")).with_attribute("data-cursor")
    return str(library["data-cursor"]), str(library["data-newest"])


def test_a_quiet_list_is_told_so(staff: Client) -> None:
    song = make_song()
    cursor, newest = cursor_of(staff)
    quiet = ask(staff, after=cursor, ids=song.pk, newest=newest)
    assert quiet == {"cursor": int(cursor), "changed": [], "tasks": [], "new": None}


def test_what_changed_of_what_is_shown_is_named(staff: Client, ada: User) -> None:
    shown, other, waiting = make_song(), make_song(), make_task()
    cursor, newest = cursor_of(staff)
    for song in (shown, other):
        edit(song.pk, {"review": "approved"}, "bob")
    record_event("task.status", waiting, data={})
    found = ask(staff, after=cursor, ids=shown.pk, tasks=f"{waiting.pk},77", newest=newest)
    assert (found["changed"], found["tasks"], found["new"]) == ([shown.pk], [waiting.pk], 0)
    again = ask(staff, after=found["cursor"], ids=shown.pk, newest=newest)
    assert (again["cursor"], again["changed"]) == (found["cursor"], [])


def test_new_songs_are_counted_by_request_and_by_the_filters(staff: Client) -> None:
    old = make_song()
    cursor, newest = cursor_of(staff)
    task = make_task()
    made = [make_track(task, position=place, review="approved") for place in range(2)]
    made += [make_track(), make_track(old.task, position=1, title="a later take of what is shown")]
    for song in made:
        record_event("track.created", song.task, track=song)
    assert ask(staff, after=cursor, newest=newest)["new"] == 2
    assert ask(staff, after=cursor, newest=newest, review="approved")["new"] == 1


def test_the_answer_stays_small_and_asks_little(staff: Client) -> None:
    song = make_song()
    cursor, newest = cursor_of(staff)
    Event.objects.bulk_create(Event(kind="track.changed", task=song.task, track=song) for _ in range(700))
    Track.objects.bulk_create(Track(task=make_task(), provider="suno") for _ in range(120))
    with CaptureQueriesContext(connection) as captured:
        found = ask(staff, after=cursor, ids=song.pk, newest=newest)
    assert found["new"] == 100
    # Four find out who asks; PostgreSQL is asked which transactions are still open, too.
    assert len(captured) <= 7
    assert ask(staff, after=found["cursor"], ids=song.pk)["changed"] == [song.pk]


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"ids": "1,,-3,x"}, {"newest": "9" * 30}, {"status": "bogus"}]
)
def test_nonsense_is_answered_too(staff: Client, query: dict[str, str]) -> None:
    make_song()
    ask(staff, **query)
