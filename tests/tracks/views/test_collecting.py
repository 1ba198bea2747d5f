"""Tags, playlists and saved searches by the forms of pages, as they work without scripts."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Playlist, SavedSearch, Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(db: None) -> Track:
    return make_song(title="Harbour Lights")


def post(staff: Client, song: Track, **fields: str) -> str:
    return Page(staff.post(f"/tracks/{song.pk}/", fields, follow=True)).words


def test_the_tags_of_a_song_are_those_of_the_field(staff: Client, song: Track) -> None:
    assert "slow" in post(staff, song, do="tags", tags="slow, duet,, SLOW")
    assert sorted(song.tags.values_list("name", flat=True)) in (["SLOW", "duet"], ["duet", "slow"])
    post(staff, song, do="tags", tags="")
    assert not song.tags.exists()


@pytest.mark.parametrize("tags", ["x" * 65, ", ".join(f"tag {n}" for n in range(101)), "ok, \u200b"])
def test_tags_that_cannot_be_are_told_and_change_nothing(staff: Client, song: Track, tags: str) -> None:
    post(staff, song, do="tags", tags="slow")
    answer = Page(staff.post(f"/tracks/{song.pk}/", {"do": "tags", "tags": tags}, follow=True))
    assert [one for one in answer.with_attribute("role") if one["role"] == "alert"]
    assert list(song.tags.values_list("name", flat=True)) == ["slow"]


def test_a_song_goes_into_a_new_playlist_and_out_again(staff: Client, song: Track) -> None:
    assert "is in the playlist “Night”" in post(staff, song, do="playlist", name="Night")
    playlist = Playlist.objects.get()
    assert "already" in post(staff, song, do="playlist", playlist=str(playlist.pk))
    assert "no longer in the playlist" in post(staff, song, do="playlist-remove", playlist=str(playlist.pk))
    assert not playlist.entries.exists()


def test_no_playlist_or_a_name_that_is_taken_is_told(staff: Client, song: Track) -> None:
    assert "Choose a playlist" in post(staff, song, do="playlist")
    post(staff, song, do="playlist", name="Night")
    assert "There is a playlist “NIGHT” already" in post(staff, song, do="playlist", name="NIGHT")
    assert Playlist.objects.count() == 1


def save(staff: Client, name: str, query: str, back: str = "/") -> str:
    fields = {"do": "save", "name": name, "query": query, "next": back}
    return Page(staff.post("/searches/", fields, follow=True)).words


def test_a_search_is_saved_shown_in_the_rail_and_deleted(staff: Client, song: Track) -> None:
    assert "Harbours" in save(staff, "Harbours", "q=harbour&ordering=title&as=covers&cursor=x")
    search = SavedSearch.objects.get()
    assert search.query == {"q": "harbour", "ordering": "title"}
    page = Page(staff.get("/?q=harbour&ordering=title"))
    assert "Delete this saved search" in page.words
    staff.post("/searches/", {"do": "delete", "search": str(search.pk)})
    again = staff.post("/searches/", {"do": "delete", "search": str(search.pk)})
    assert again.status_code == 302
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("query", ["", "as=covers", "status=bogus", "q=" + "x" * 501])
def test_a_search_that_shows_nothing_of_its_own_is_not_saved(staff: Client, query: str) -> None:
    assert "cannot be saved" in save(staff, "Mine", query)
    assert not SavedSearch.objects.exists()


def test_two_saved_searches_do_not_share_a_name(staff: Client) -> None:
    save(staff, "Mine", "q=one")
    assert "There is a saved search “mine” already" in save(staff, "mine", "q=two")


@pytest.mark.parametrize("fields", [{"do": "sell"}, {}])
def test_an_unknown_action_changes_nothing(staff: Client, fields: dict[str, str]) -> None:
    assert staff.post("/searches/", fields).status_code == 400


def test_the_way_back_is_ours(staff: Client) -> None:
    fields = {"do": "save", "name": "Mine", "query": "q=one", "next": "https://elsewhere.example/"}
    assert staff.post("/searches/", fields)["Location"] == "/"
