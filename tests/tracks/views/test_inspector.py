"""One song beside the list: what it is, how it is, its words and its takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.clients import session_client
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Asset

pytestmark = pytest.mark.django_db


def test_it_shows_the_song_its_words_and_its_takes(staff: Client) -> None:
    task = make_task(status="succeeded")
    song, other = make_song(task, notes="Too loud"), make_song(task, position=1)
    make_lines(song, "verse", ("Moonlight guides", 1000, 2000))
    Asset.objects.filter(track=song, kind="audio").update(loudness_lufs=-14.06)
    page = Page(staff.get(f"/tracks/{song.pk}/inspector/"))
    for told in ("Owl's Moonlit Waltz", "take A of 2", "−14.1 LUFS", "an owl's dance", "Too loud"):
        assert told in page.words
    assert [one["data-from"] for one in page.with_attribute("data-from")] == ["1"]
    assert [one["data-take"] for one in page.with_attribute("data-take")] == [str(song.pk), str(other.pk)]
    assert f"/tracks/{song.pk}/compare/{other.pk}/" in page.html
    assert page.with_attribute("data-play") == []


def test_a_song_to_come_is_shown_as_far_as_it_is_known(staff: Client) -> None:
    song = make_track(status="pending", title="")
    assert "none yet" in Page(staff.get(f"/tracks/{song.pk}/inspector/")).words
    assert staff.get("/tracks/99/inspector/").status_code == 404


def test_more_takes_take_no_more_queries(staff: Client) -> None:
    task = make_task(status="succeeded")
    song = make_song(task)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(f"/tracks/{song.pk}/inspector/").status_code == 200
        return len(captured)

    few = count()
    for position in range(1, 6):
        make_lines(make_song(task, position=position), ("one", 0, 1000))
    assert count() <= few + 1


def test_it_shows_the_notes_at_their_moments_and_the_general_note(staff: Client) -> None:
    song = make_song(notes="Too loud")
    for at_ms, text in ((9_500, "Breath is cut"), (None, "Lovely"), (2_000, "Late")):
        song.track_notes.create(at_ms=at_ms, text=text, by="ada")
    page = Page(staff.get(f"/tracks/{song.pk}/inspector/"))
    assert "Notes 3 Open Play from 0:02 Late Play from 0:09 Breath is cut all Lovely" in page.words
    assert "General note Edit Too loud" in page.words
    moments = [(one["data-note-at"], one["href"]) for one in page.with_attribute("data-note-at")]
    assert moments == [("2", f"/tracks/{song.pk}/?t=2"), ("9.5", f"/tracks/{song.pk}/?t=9.5")]


def test_who_may_not_review_is_offered_no_general_note(db: None) -> None:
    viewer = session_client(make_staff("vic", "viewer"))
    words = Page(viewer.get(f"/tracks/{make_song().pk}/inspector/")).words
    assert "Notes 0 Open None yet." in words
    assert "General note" not in words
