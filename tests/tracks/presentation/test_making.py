"""The menu of what can be made from a track."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.factories import make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.presentation.making import making

pytestmark = pytest.mark.django_db


def test_a_song_of_suno_has_three_verbs_and_the_rest() -> None:
    song = make_song(make_task(provider="suno", status="succeeded"))
    found = making(song)
    assert [one.name for one in found.verbs] == ["Extend", "Replace a section", "Cover"]
    assert f"provider=suno&operation=replace-section&source={song.pk}" in found.verbs[1].url
    assert found.rest[-1].url == f"/tasks/new/?like={song.task_id}"
    assert not {one.url for one in found.verbs} & {one.url for one in found.rest}


def test_a_song_of_another_provider_is_covered_by_its_own_first() -> None:
    found = making(make_song())
    assert [one.name for one in found.verbs] == ["Extend", "Cover"]
    assert "provider=tempolor&operation=generate" in found.verbs[1].url


def test_a_song_that_is_not_finished_offers_nothing_to_make_of_it() -> None:
    assert [one.name for one in making(make_track(status="pending")).verbs] == []


def test_lyrics_can_be_sung(staff: Client) -> None:
    text = make_track(kind="lyrics", archive="none", title="Owls", lyrics_text="[verse]\nOwls dance")
    found = making(text)
    assert {one.name for one in found.verbs} == {"Sing it, TemPolor", "Sing it, Suno"}
    for verb in found.verbs:
        assert verb.url in Page(staff.get(f"/tracks/{text.pk}/")).html.replace("&amp;", "&")
        assert "Owls dance" in Page(staff.get(verb.url)).html
