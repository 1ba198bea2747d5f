"""A staff member's window in Chromium, and a song whose sound and words are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.known_song import LINES, SECONDS, archive_file, write_tone
from tests.support.room import Room, furnish
from tracks.models import Track


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of a tone, as a WAV file."""
    return write_tone(tmp_path_factory.mktemp("sound") / "song.wav", SECONDS)


@pytest.fixture
def song(transactional_db: None, sound: Path) -> Track:
    track = make_track(make_task(status="succeeded"), archive="complete", title="Owls at Dusk")
    archive_file(track, sound)
    make_lines(track, "verse", *LINES)
    return track


@pytest.fixture
def window(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Watched]:
    """A window of a staff member; whatever it complains about fails the test."""
    watched = Watched(browser, live_server.url, viewport={"width": 1280, "height": 900})
    log_in(watched, make_staff())
    yield watched
    assert watched.complaints == []
    watched.context.close()


@pytest.fixture
def player(window: Watched, song: Track) -> Page:
    """The song's page with its audio ready."""
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    return page


@pytest.fixture
def room(window: Watched, sound: Path) -> Room:
    """What the window shows to its staff member, one of everything."""
    return furnish(sound, User.objects.get())
