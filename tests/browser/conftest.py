"""A real Chromium, a staff member's window in it, and a song whose sound and words are known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched, chromium
from tests.support.factories import make_asset, make_lines, make_staff, make_task, make_track
from tracks.files import storage
from tracks.models import Asset, Track

SECONDS = 20.0
# Ordinary lines, a gap (3-4 s), an overlap (8-9 s), lines that touch (12 s), one without length (14 s).
LINES: list[tuple[str, int, int]] = [
    ("Moonlight guides the silent flight", 1_000, 3_000),
    ("Owls dance in pure delight", 4_000, 6_500),
    ("Stars above with shining eyes", 7_000, 9_000),
    ("(watching with shining eyes)", 8_000, 10_000),
    ("Paper wings and lullabies", 10_500, 12_000),
    ("Turn the river, turn the tide", 12_000, 13_500),
    ("Oh", 14_000, 14_000),
    ("Morning waits on the other side", 15_000, 18_250),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code of ours.
    with pytest.MonkeyPatch.context() as patch, chromium() as one:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield one


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of a tone, as a WAV file."""
    times = np.arange(int(SECONDS * 22_050)) / 22_050
    path = tmp_path_factory.mktemp("sound") / "song.wav"
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * 220 * times), 22_050, subtype="PCM_16")
    return path


def keep(track: Track, file: Path, **over: Any) -> Asset:
    """The file, archived as the worker archives it."""
    asset = make_asset(track, **over)
    data = file.read_bytes()
    part = file.with_suffix(".part")
    part.write_bytes(data)
    asset.sha256 = hashlib.sha256(data).hexdigest()
    asset.file = storage.name_for(asset, asset.sha256, "wav")
    storage.put(part, asset.file)
    asset.status, asset.bytes, asset.content_type = "archived", len(data), "audio/wav"
    asset.duration_ms, asset.peaks = int(SECONDS * 1000), [60] * 240
    asset.save()
    return asset


@pytest.fixture
def song(transactional_db: None, sound: Path) -> Track:
    track = make_track(make_task(status="succeeded"), archive="complete", title="Owls at Dusk")
    keep(track, sound)
    make_lines(track, "verse", *LINES)
    return track


@pytest.fixture
def window(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Watched]:
    """A window of a staff member; whatever it complains about fails the test."""
    watched = Watched(browser, live_server.url, viewport={"width": 1280, "height": 900})
    log_in(watched)
    yield watched
    assert watched.complaints == []
    watched.context.close()


def log_in(watched: Watched) -> None:
    client = Client()
    client.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"]
    watched.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": watched.address}])


@pytest.fixture
def player(window: Watched, song: Track) -> Page:
    """The song's page with its audio ready."""
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    return page
