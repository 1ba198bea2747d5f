"""A listening room with one of everything that its pages show, for a person at the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.factories import make_account, make_lines, make_task, make_track
from tests.support.known_song import LINES, archive_file
from tests.support.waiting import until
from tracks.models import LyricLine, Playlist, Task, Track
from tracks.services.notes import add_note
from tracks.services.playlists import add_to_playlist, create_playlist

STEMS = ("vocals", "drums")
WORDS = [[1000, 1500, "Moonlight"], [1500, 1900, "guides"], [1900, 2200, "the"]]


@dataclass(frozen=True)
class Room:
    owls: Track
    other_take: Track
    mice: Track
    night: Playlist


def furnish(sound: Path, user: User) -> Room:
    """Two takes of Owls, one with stems and a note; Mice and Bees; a playlist of the three, Night Drive."""
    task = make_task(provider="suno", status="succeeded")
    owls = make_played(sound, task, title="Owls")
    other_take = make_played(sound, task, title="Owls", position=1)
    bees, mice = (make_played(sound, title=title) for title in ("Bees", "Mice"))
    add_stems(owls, sound)
    add_note(owls.pk, 5_000, "too loud here", "ada")
    night = create_playlist("Night Drive", "for the road", user)
    add_to_playlist(night.pk, [owls.pk, mice.pk, bees.pk], user)
    return Room(owls, other_take, mice, night)


def add_troubles() -> tuple[Task, Task]:
    """A task that failed, and one whose answer was lost."""
    make_account("suno", balance="1234.56", balance_unit="credits")
    failed = make_task(status="failed", error_kind="content", error_message="A word was refused", params={})
    return failed, make_task(provider="suno", status="unsure", external_id="")


def make_played(sound: Path, task: Task | None = None, **over: Any) -> Track:
    track = make_track(task or make_task(status="succeeded"), archive="complete", **over)
    archive_file(track, sound)
    make_lines(
        track, "Verse 1", *LINES[:3], "Chorus", *LINES[3:5], "Verse 2", *LINES[5:7], "Chorus", *LINES[7:]
    )
    LyricLine.objects.filter(track=track, position=1).update(words=WORDS)
    return track


def add_stems(track: Track, sound: Path) -> None:
    made = make_task(provider="suno", operation="vocal-removal", status="succeeded", source_track=track)
    files = make_track(made, kind="files", archive="complete", title="")
    for name in STEMS:
        archive_file(files, sound, kind="stem", label=name)


def open_song(window: Watched, room: Room) -> Page:
    """The page of Owls with its audio ready and its scripts at work."""
    page = window.open(f"/tracks/{room.owls.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    expect(page.locator("[data-stems-head]")).to_be_visible()
    expect(page.locator("[data-dock] .pin")).to_be_visible()
    return page


def about(**values: object) -> Callable[[Page], None]:
    """The first take of Owls is so in the database."""
    owls = Track.objects.filter(title="Owls", position=0, **values)

    def check(_page: Page) -> None:
        until(owls.all().exists, what=str(values))

    return check
