"""Marks that turn the direction of writing are shown on pages and in the admin; the API is exact."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.support.admin_rows import change_url, list_url
from tests.support.songs import make_song
from tracks.models import Event

pytestmark = pytest.mark.django_db
MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
TITLE = f"song{MARKS}3pm.exe"


def raw_marks(html: str) -> list[str]:
    return [f"{ord(mark):04x}" for mark in MARKS if mark in html]


@pytest.mark.parametrize("address", ["/", "/?q=song", "/tracks/{track}/", "/tasks/{task}/", "/tasks/"])
def test_no_page_has_the_marks_of_a_title(staff: Client, address: str) -> None:
    song = make_song(title=TITLE, style=TITLE, prompt=TITLE)
    Event.objects.create(kind="track.created", task=song.task, track=song, data={"title": TITLE})
    html = staff.get(address.format(track=song.pk, task=song.task_id)).content.decode()
    assert raw_marks(html.replace(f'value="{TITLE}"', "")) == []
    assert "\\u202a" in html


def test_the_pages_of_a_songs_relatives_have_none(staff: Client) -> None:
    song = make_song(title=TITLE)
    other = make_song(song.task, title=TITLE, position=1)
    for address in (
        f"/tracks/{other.pk}/compare/{song.pk}/",
        f"/tracks/{other.pk}/",
        f"/tasks/new/?provider=tempolor&operation=stems&source={song.pk}",
    ):
        html = staff.get(address).content.decode()
        assert raw_marks(html.replace(f'value="{TITLE}"', "")) == []


def test_the_field_that_edits_a_title_is_a_direction_of_its_own(staff: Client) -> None:
    html = staff.get(f"/tracks/{make_song(title=TITLE).pk}/").content.decode()
    assert f'dir="auto" value="{TITLE}"' in html


def test_the_admin_has_none_either(boss: Client) -> None:
    song = make_song(title=TITLE)
    pages = [list_url("tracks_track"), list_url("tracks_asset"), change_url(song), change_url(song.task)]
    for address in [*pages, change_url(song.assets.all()[0])]:
        html = boss.get(address).content.decode()
        assert raw_marks(html.replace(f'value="{TITLE}"', "")) == []
        assert "\\u202e" in html


def test_the_api_gives_the_title_as_it_is(api: APIClient) -> None:
    assert api.get(f"/api/v1/tracks/{make_song(title=TITLE).pk}/").json()["title"] == TITLE
