"""A track's family on its page."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import make_task, make_track
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
