"""A track's family on its page, and two tracks side by side."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import make_lines, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_song
from tracks.models import Task, Track


def made_from(source: Track, operation: str, status: str = "succeeded", **over: Any) -> Task:
    return make_task(provider="suno", operation=operation, source_track=source, status=status, **over)


def suno_song(task: Task | None = None, **over: Any) -> Track:
    return make_song(task or make_task(provider="suno", status="succeeded"), **over)


def page_of(staff: Client, track: Track) -> Page:
    return Page(staff.get(f"/tracks/{track.pk}/"))


def test_a_song_without_a_family_says_so(staff: Client) -> None:
    assert "It was made from nothing else" in page_of(staff, suno_song()).words


def test_the_source_track_is_shown(staff: Client) -> None:
    source = suno_song(title="The Seed")
    page = page_of(staff, suno_song(made_from(source, "extend")))
    assert "Made from The Seed" in page.words
    assert "Provider Suno · Extend a song" in page.words
    assert f'href="/tracks/{source.pk}/"' in page.html


def test_takes_can_be_compared(staff: Client) -> None:
    task = make_task(provider="suno", status="succeeded")
    one, two = suno_song(task), suno_song(task, position=1)
    assert f'href="/tracks/{two.pk}/compare/{one.pk}/"' in page_of(staff, two).html
    assert f'href="/tracks/{one.pk}/compare/{two.pk}/"' in Page(staff.get(f"/tasks/{task.pk}/")).html


def test_what_was_made_from_it_can_be_played(staff: Client) -> None:
    source = suno_song()
    files = make_track(made_from(source, "vocal-removal"), kind="files", title="")
    make_archived_asset(files, kind="stem", label="vocal")
    make_archived_asset(
        make_track(made_from(source, "video"), kind="files"), kind="video", content_type="video/mp4"
    )
    song = suno_song(made_from(source, "extend"), title="Longer")
    make_track(made_from(source, "wav", "running"), kind="files", status="pending")
    page = page_of(staff, source)
    assert f"/api/v1/tracks/{files.pk}/media/stem?label=vocal" in [one["src"] for one in page.named("audio")]
    assert len(page.named("video")) == 1
    assert f'href="/tracks/{source.pk}/compare/{song.pk}/"' in page.html
    assert "WAV file generating" in page.words


def test_a_failed_task_shows_why(staff: Client) -> None:
    source = suno_song()
    made_from(source, "wav", "failed", error_kind="upstream", error_message="It broke.")
    assert "WAV file failed" in page_of(staff, source).words
    assert "It broke." in page_of(staff, source).words


def test_a_larger_family_takes_no_more_queries(staff: Client) -> None:
    def family(size: int) -> Track:
        parent = suno_song(made_from(suno_song(), "extend"))
        suno_song(parent.task, position=1)
        for _ in range(size):
            files = make_track(made_from(parent, "vocal-removal"), kind="files")
            make_archived_asset(files, kind="stem", label="vocal")
            suno_song(made_from(parent, "extend"))
        return parent

    def queries(track: Track) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(staff, track)
        return len(captured)

    small, large = family(1), family(12)
    page_of(staff, small)
    assert queries(large) == queries(small)
    assert queries(small) <= 29


# --- Side by side ---
def compared(staff: Client, one: Track, other: Track) -> Page:
    return Page(staff.get(f"/tracks/{one.pk}/compare/{other.pk}/"))


def marked(page: Page) -> str:
    return " | ".join(part.split("<")[0].strip() for part in page.html.split("only here: </span>")[1:])


def test_both_can_be_played_without_a_script(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    players = compared(staff, one, two).named("audio")
    assert [player["src"] for player in players] == [
        f"/api/v1/tracks/{one.pk}/media/audio",
        f"/api/v1/tracks/{two.pk}/media/audio",
    ]
    assert all("controls" in player for player in players)


def test_lines_that_only_one_has_are_marked(staff: Client) -> None:
    one, two = suno_song(), suno_song()
    make_lines(one, "verse", ("Moonlight", 0, 10), ("Owls dance", 10, 20))
    make_lines(two, "Verse", ("moonlight ", 0, 10), ("Owls sing", 10, 20))
    assert marked(compared(staff, one, two)) == "Owls dance | Owls sing"


def test_untimed_lyrics_are_compared_too(staff: Client) -> None:
    one, two = suno_song(lyrics_text="[verse]\nMoonlight"), suno_song(lyrics_text="Moonlight\nOwls")
    assert marked(compared(staff, one, two)) == "verse | Owls"


def test_facts_and_settings_that_differ_are_marked(staff: Client) -> None:
    one = suno_song(make_task(provider="suno", params={"styleWeight": 0.2}), style="Waltz")
    two = suno_song(make_task(provider="suno", params={"styleWeight": 0.9}), style="Polka")
    words = compared(staff, one, two).words
    for fact in ("Style differs: Waltz", "Style differs: Polka", "Style weight differs: 0.2", "differs: 0.9"):
        assert fact in words
    assert "Model differs" not in words


def test_a_difference_is_shown_once(staff: Client) -> None:
    one = suno_song(make_task(provider="suno", params={"style": "Waltz, slow"}), style="Waltz")
    two = suno_song(make_task(provider="suno", params={"style": "Polka"}), style="Polka")
    assert compared(staff, one, two).words.count("Style differs:") == 2


def test_an_extension_knows_where_it_goes_on(staff: Client) -> None:
    one = suno_song()
    two = suno_song(made_from(one, "extend", params={"continueAt": 61.5}))
    [there] = compared(staff, one, two).with_attribute("data-extension")
    [back] = compared(staff, two, one).with_attribute("data-extension")
    assert (there["data-extension"], back["data-extension"]) == ("61.500", "-61.500")
    assert "B begins where A is continued ( 1:01 )" in compared(staff, one, two).words


@pytest.mark.parametrize("params", [{}, {"continueAt": "soon"}, {"continueAt": True}, {"continueAt": -3}])
def test_an_extension_of_unknown_place_is_compared_at_the_same_moment(
    staff: Client, params: dict[str, Any]
) -> None:
    one = suno_song()
    two = suno_song(made_from(one, "extend", params=params))
    assert compared(staff, one, two).with_attribute("data-extension") == []


def test_what_cannot_be_played_says_so(staff: Client) -> None:
    page = compared(staff, suno_song(), make_track(status="pending"))
    assert "There is nothing to play of this one yet." in page.words
    assert len(page.named("audio")) == 1


def test_a_track_beside_itself_is_the_track(staff: Client) -> None:
    song = suno_song()
    answer = staff.get(f"/tracks/{song.pk}/compare/{song.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/tracks/{song.pk}/")


@pytest.mark.parametrize("other", ["999", f"{10**30}"])
def test_what_is_not_here_is_not_compared(staff: Client, other: str) -> None:
    song = suno_song()
    assert staff.get(f"/tracks/{song.pk}/compare/{other}/").status_code == 404
    assert staff.get(f"/tracks/{other}/compare/{song.pk}/").status_code == 404
    assert staff.post(f"/tracks/{song.pk}/compare/{other}/").status_code == 405


def test_takes_of_a_provider_that_is_not_here_any_more_are_compared(staff: Client) -> None:
    one, other = (make_track(make_task(provider="gone", status="succeeded")) for _ in range(2))
    answer = staff.get(f"/tracks/{one.pk}/compare/{other.pk}/")
    assert answer.status_code == 200
