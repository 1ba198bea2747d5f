"""Playlists, tags and saved searches in the admin: found by name, shown with their tracks, never changed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.support.admin_rows import change_url, list_url, listed, page
from tests.support.clients import MayOnly
from tests.support.factories import make_staff, make_track
from tracks.models import Tag
from tracks.services.playlists import add_to_playlist, create_playlist
from tracks.services.searches import save_search
from tracks.services.tags import set_tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> User:
    return make_staff("ada")


def test_they_are_found_by_name_and_show_their_tracks(boss: Client, ada: User) -> None:
    first, second = make_track(title="First song"), make_track(title="Second song")
    night, _ = create_playlist("Ｎight Drive", "For the <way> home", ada), create_playlist("Other", "", ada)
    add_to_playlist(night.pk, [second.pk, first.pk], ada)
    set_tags(first.pk, ["Summer"], ada)
    assert listed(boss.get(list_url("tracks_playlist", "q=NIGHT"))) == [night.pk]
    text = page(boss.get(change_url(night)))
    assert text.index("Second song") < text.index("First song")
    assert "For the &lt;way&gt; home" in text
    assert "ada" in text
    assert "First song" in page(boss.get(change_url(Tag.objects.get())))
    search = save_search("Good ones", {"rating": "4"}, ada)
    assert "&quot;rating&quot;" in page(boss.get(change_url(search)))


def test_each_leads_to_its_place_on_the_site(boss: Client, ada: User) -> None:
    night, search = create_playlist("Night", "", ada), save_search("Good ones", {"rating": "4"}, ada)
    set_tags(make_track().pk, ["Late summer"], ada)
    for row, address in (
        (night, f"/playlists/{night.pk}/"),
        (search, "/?rating=4"),
        (Tag.objects.get(), "/?tag=Late+summer"),
    ):
        assert f'href="{address}"' in page(boss.get(change_url(row)))


@pytest.mark.parametrize("model", ["tracks_playlist", "tracks_tag", "tracks_savedsearch"])
def test_nobody_adds_changes_or_deletes_them_here(boss: Client, ada: User, model: str) -> None:
    rows = {
        "tracks_playlist": create_playlist("Drive", "", ada),
        "tracks_savedsearch": save_search("Good", {}, ada),
    }
    set_tags(make_track().pk, ["Summer"], ada)
    row = rows.get(model) or Tag.objects.get()
    assert boss.get(reverse(f"admin:{model}_add")).status_code == 403
    assert boss.post(change_url(row), {"name": "x"}).status_code == 403
    assert boss.post(change_url(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_who_may_view_sees_them(may_only: MayOnly, ada: User) -> None:
    create_playlist("Drive", "", ada)
    assert "Drive" in page(may_only("view_playlist").get(list_url("tracks_playlist")))
