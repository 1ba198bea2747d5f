"""Marks that turn the direction of writing are shown on pages and in the admin; the API is exact."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.support.admin_rows import change_url, list_url
from tests.support.factories import make_asset, make_task, make_track
from tests.support.songs import make_archived_asset, make_song
from tracks.models import Event, Track

pytestmark = pytest.mark.django_db
MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
TITLE = f"song{MARKS}3pm.exe"


def raw_marks(html: str) -> list[str]:
    """Where a mark stands in the page, but for the values of fields and options, which are exact."""
    text = re.sub(r'value="[^"]*"', "", html)
    return [text[max(0, found.start() - 60) : found.start()] for found in re.finditer(f"[{MARKS}]+", text)]


@pytest.mark.parametrize("address", ["/", "/?q=song", "/tracks/{track}/", "/tasks/{task}/", "/tasks/"])
def test_no_page_has_the_marks_of_a_title(staff: Client, address: str) -> None:
    song = make_song(title=TITLE, style=TITLE, prompt=TITLE)
    Event.objects.create(kind="track.created", task=song.task, track=song, data={"title": TITLE})
    html = staff.get(address.format(track=song.pk, task=song.task_id)).content.decode()
    assert raw_marks(html) == []
    assert "\\u202a" in html


# An id and a reason as a provider may give them.
WORDS = f"word{MARKS}"


def song_in_the_providers_words() -> Track:
    """A song of a failed task, with marks in all that the provider stated."""
    faults = {"error_message": WORDS, "error_code": WORDS, "error_advice": WORDS, "error_kind": "unknown"}
    task = make_task(status="failed", external_id=f"t{MARKS}", **faults)
    song = make_song(task, title=TITLE, model=WORDS, external_id=f"c{MARKS}")
    make_asset(song, kind="stem", label=WORDS, status="failed", error=WORDS, refused_reason=WORDS)
    make_archived_asset(song, kind="stem", label=f"other{WORDS}", content_type=WORDS)
    return song


@pytest.mark.parametrize("status", ["ready", "failed"])
def test_no_page_has_the_marks_of_a_providers_words(staff: Client, status: str) -> None:
    song = song_in_the_providers_words()
    song.status = status
    song.save()
    made = make_task(status="failed", source_track=song, error_message=WORDS)
    make_track(made, kind="files", model=WORDS)
    polled = make_task(poll_error=WORDS)
    silent = make_track(polled, status="failed", model=WORDS)
    for address in (
        "/",
        "/tasks/",
        f"/tracks/{song.pk}/",
        f"/tracks/{silent.pk}/",
        f"/tasks/{song.task_id}/",
        f"/tasks/{polled.pk}/",
        f"/tasks/new/?provider=tempolor&operation=stems&source={song.pk}",
    ):
        html = staff.get(address).content.decode()
        assert (address, raw_marks(html)) == (address, [])
    assert "The latest poll failed: Word\\u202a" in staff.get(f"/tasks/{polled.pk}/").content.decode()


def test_the_admin_has_no_marks_of_a_providers_words(boss: Client) -> None:
    song = song_in_the_providers_words()
    polled = make_task(poll_error=WORDS)
    rows = [song, song.task, polled, *song.assets.all()]
    lists = [list_url("tracks_track"), list_url("tracks_asset"), list_url("tracks_task")]
    for address in [*lists, *map(change_url, rows)]:
        html = boss.get(address).content.decode()
        assert (address, raw_marks(html)) == (address, [])


def test_the_pages_of_a_songs_relatives_have_none(staff: Client) -> None:
    song = make_song(title=TITLE)
    other = make_song(song.task, title=TITLE, position=1)
    for address in (
        f"/tracks/{other.pk}/compare/{song.pk}/",
        f"/tracks/{other.pk}/",
        f"/tasks/new/?provider=tempolor&operation=stems&source={song.pk}",
    ):
        html = staff.get(address).content.decode()
        assert raw_marks(html) == []


def test_the_field_that_edits_a_title_is_a_direction_of_its_own(staff: Client) -> None:
    html = staff.get(f"/tracks/{make_song(title=TITLE).pk}/").content.decode()
    assert f'dir="auto" value="{TITLE}"' in html


def test_the_admin_has_none_either(boss: Client) -> None:
    song = make_song(title=TITLE)
    pages = [list_url("tracks_track"), list_url("tracks_asset"), change_url(song), change_url(song.task)]
    for address in [*pages, change_url(song.assets.all()[0])]:
        html = boss.get(address).content.decode()
        assert raw_marks(html) == []
        assert "\\u202e" in html


def test_the_api_gives_the_title_as_it_is(api: APIClient) -> None:
    assert api.get(f"/api/v1/tracks/{make_song(title=TITLE).pk}/").json()["title"] == TITLE
