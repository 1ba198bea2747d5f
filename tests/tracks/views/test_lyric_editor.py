"""The lyric editor without scripts: a text that is saved, and versions that are restored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.support.clients import session_client
from tests.support.factories import make_lines, make_staff, make_track
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.domain.updates import Cue, CueKind
from tracks.models import LyricLine, Track
from tracks.services.lyrics import save_version

pytestmark = pytest.mark.django_db
WORDS = [[1000, 1400, "Owls"], [1500, 3000, "dance"]]


@pytest.fixture
def song() -> Track:
    song = make_song(prompt="", lyrics_text="[verse]\nOwls dance\nin the moonlight")
    make_lines(song, "verse", ("Owls dance", 1000, 3000), ("in the moonlight", 3000, 5000))
    LyricLine.objects.filter(track=song, position=1).update(words=WORDS)
    return song


@pytest.fixture
def curator() -> Client:
    return session_client(make_staff(role="curator"))


def address(song: Track) -> str:
    return f"/tracks/{song.pk}/lyrics/edit/"


def opened(curator: Client, song: Track, query: str = "") -> Page:
    return Page(curator.get(address(song) + query))


def fields(page: Page) -> dict[str, Any]:
    """What the form of the text holds, but for the text itself."""
    names = ("based_on", "seen", "opened")
    return {str(one["name"]): one["value"] for one in page.with_attribute("name") if one["name"] in names}


def save(curator: Client, song: Track, text: str, held: dict[str, Any]) -> Any:
    return curator.post(address(song), {"do": "save", "text": text, **held})


def texts(song: Track) -> list[str]:
    return list(song.lines.order_by("position").values_list("text", flat=True))


def test_a_text_is_saved_as_a_version(curator: Client, song: Track) -> None:
    page = opened(curator, song)
    assert "[00:01.00] Owls dance\n[00:03.00] in the moonlight" in page.html
    text = "[verse]\n[00:01.00] Owls dance\n[00:03.50] in the sunlight"
    answer = save(curator, song, text, fields(page) | {"note": "as sung"})
    assert answer.status_code == 302
    page = opened(curator, song)
    assert "Version 1, shown now" in page.words
    assert "as sung" in page.words
    assert "Here is “sunlight”, ordered was “moonlight”." in page.words
    line = song.lines.get(position=1)
    assert (line.end_ms, line.words) == (3000, WORDS)


def test_the_providers_timing_is_one_click_away(curator: Client, song: Track) -> None:
    save(curator, song, "Hoo", fields(opened(curator, song)))
    assert "Provider's timing" in opened(curator, song).words
    assert curator.post(address(song), {"do": "restore", "version": "provider"}).status_code == 302
    page = opened(curator, song)
    assert "The provider's, shown now" in page.words
    assert texts(song) == ["verse", "Owls dance", "in the moonlight"]
    assert "Hoo" in opened(curator, song, "?version=1").html
    assert curator.post(address(song), {"do": "restore", "version": "1"}).status_code == 302
    assert texts(song) == ["Hoo"]


def test_a_version_that_is_not_shown_can_be_edited_and_saved(curator: Client, song: Track) -> None:
    save(curator, song, "Hoo", fields(opened(curator, song)))
    page = opened(curator, song, "?version=provider")
    assert "The provider's, not shown" in page.words
    assert fields(page) | {"seen": ""} == {"based_on": "1", "seen": "", "opened": "provider"}
    answer = save(curator, song, "[00:01.00] Owls dance\n[00:03.00] in the moonlight", fields(page))
    assert answer.status_code == 302
    assert song.lines.get(position=0).words == WORDS


def test_errors_stand_beside_the_text_that_was_typed(curator: Client, song: Track) -> None:
    typed = "[00:01.00] Owls\n[00:75.00] dance"
    page = Page(save(curator, song, typed, fields(opened(curator, song))), status=400)
    assert "Row 2, “[00:75.00] dance”: A minute has 60 seconds" in page.words
    assert typed in page.html
    assert page.with_attribute("data-focus")
    assert texts(song)[1] == "Owls dance"


def test_who_saves_after_somebody_else_keeps_what_was_typed(curator: Client, song: Track) -> None:
    held = fields(opened(curator, song))
    save_version(song.pk, [Cue(CueKind.LINE, "Theirs")], None, "bob")
    page = Page(save(curator, song, "Ours", held), status=409)
    assert "version 1 by bob is shown" in page.words
    assert "Ours" in page.html
    assert texts(song) == ["Theirs"]
    assert save(curator, song, "Ours", fields(page)).status_code == 302
    assert texts(song) == ["Ours"]


def test_newer_timing_of_the_provider_is_told(curator: Client, song: Track) -> None:
    held = fields(opened(curator, song))
    LyricLine.objects.filter(track=song, position=2).update(start_ms=3100)
    page = Page(save(curator, song, "Ours", held), status=409)
    assert "the provider gave others" in page.words


def test_the_script_gets_the_lines_in_milliseconds(curator: Client, song: Track) -> None:
    Track.objects.filter(pk=song.pk).update(lyrics_offset_ms=250)
    facts = json.loads(str(opened(curator, song).with_attribute("data-facts")[0]["data-facts"]))
    assert facts["lines"][1] == {
        "kind": "line",
        "start": 1000,
        "end": 3000,
        "text": "Owls dance",
        "words": [
            {"start": 1000, "end": 1400, "text": "Owls"},
            {"start": 1500, "end": 3000, "text": "dance"},
        ],
    }
    assert (facts["offset"], facts["length"], facts["version"], facts["is_shown"]) == (
        250,
        97_000,
        None,
        True,
    )


def test_a_song_without_sound_or_lines_can_get_words(curator: Client) -> None:
    song = make_track(prompt="", lyrics_text="[verse]\nOwls dance")
    page = opened(curator, song)
    assert "[verse]\nOwls dance" in page.html
    assert save(curator, song, "[verse]\nOwls dance", fields(page)).status_code == 302
    assert texts(song) == ["verse", "Owls dance"]


@pytest.mark.parametrize("version", ["9", "x", "", "-1", "99999999999"])
def test_a_version_that_is_not_there(curator: Client, song: Track, version: str) -> None:
    assert curator.get(address(song), {"version": version}).status_code == 404
    assert curator.post(address(song), {"do": "restore", "version": version}).status_code == 404


def test_a_form_that_asks_for_something_else(curator: Client, song: Track) -> None:
    assert curator.post(address(song), {"do": "sing"}).status_code == 400


def test_viewers_are_told_who_may(song: Track) -> None:
    viewer = session_client(make_staff(role="viewer"))
    assert viewer.get(address(song)).status_code == 403
