"""`make demo` as a newcomer sees it: songs come in and are archived, and one plays with its lyrics."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched
from tests.support.installation import free_port
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE, until

CLOCK = "document.querySelector('audio#player').currentTime"
SUNG = """[...document.querySelectorAll('[data-lyric-line]')].map((line) => ({
  start: Number(line.dataset.start), end: Number(line.dataset.end),
  current: line.getAttribute('aria-current') === 'true'}))"""


@dataclass
class Demo:
    base: str
    name: str
    password: str
    token: str

    def songs(self) -> list[Any]:
        return self.listed("tracks/")

    def listed(self, path: str) -> list[Any]:
        headers = {"Authorization": f"Token {self.token}"}
        answer = requests.get(f"{self.base}/api/v1/{path}", headers=headers, timeout=PATIENCE)
        assert answer.ok, answer.text
        return list(answer.json()["results"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    taken = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TEST_DATABASE_URL", "SECRET_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in taken}
    # As of a .env file that was made for a server on the internet.
    environment |= {
        "PUBLIC_URL": "https://songs.example",
        "ALLOWED_HOSTS": "songs.example",
        "BEHIND_PROXY": "1",
    }
    environment |= {"PORT": str(port), "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "musicgen.settings"}
    log = folder / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "demo"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
        try:
            login = until(lambda: _login(process, log), what="the login line")
            token = subprocess.run(
                [sys.executable, "manage.py", "create_api_token", login[0]],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            yield Demo(f"http://localhost:{port}", login[0], login[1], token)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0


def _login(process: subprocess.Popen[bytes], log: Path) -> tuple[str, str] | None:
    text = log.read_text()
    assert process.poll() is None, text
    found = re.search(r"^login: (\S+) / (\S+)$", text, re.MULTILINE)
    return (found[1], found[2]) if found else None


@pytest.fixture(scope="module")
def archived_songs(demo: Demo) -> list[Any]:
    """At least four whole songs of both providers, within two minutes."""

    def poll() -> list[Any]:
        done = [song for song in demo.songs() if song["status"] == "ready" and is_archived(song)]
        return done if len(done) >= 4 and {"tempolor", "suno"} <= {song["provider"] for song in done} else []

    return until(poll, what="four archived songs of both providers")


def is_archived(song: Any) -> bool:
    """Every file archived; TemPolor's wav and lyric timing come last."""
    is_whole = (
        song["provider"] == "suno"
        or song["kind"] == "files"
        or any(asset["kind"] == "audio_hi" for asset in song["assets"])
    )
    return is_whole and all(asset["status"] == "archived" for asset in song["assets"])


def sign_in(demo: Demo, page: Page) -> None:
    page.goto("/")
    page.fill("[name=username]", demo.name)
    page.fill("[name=password]", demo.password)
    page.click("[type=submit]")
    page.wait_for_selector("[data-track-id]")


@pytest.fixture
def window(browser: Browser, demo: Demo) -> Iterator[Watched]:
    """A window with the demo's own login; whatever it complains about fails the test."""
    watched = Watched(browser, demo.base)
    sign_in(demo, watched.page)
    yield watched
    assert watched.complaints == []
    watched.context.close()


def test_the_songs_stand_in_the_list_with_every_file_archived(
    archived_songs: list[Any], window: Watched
) -> None:
    assert all(is_archived(song) for song in archived_songs)
    # A row stands for all takes of its request.
    shown = window.open("/").eval_on_selector_all(
        "[data-takes]", "rows => rows.flatMap(row => row.dataset.takes.split(','))"
    )
    assert {str(song["id"]) for song in archived_songs} <= set(shown)


def test_a_song_plays_with_the_right_line_lit(demo: Demo, archived_songs: list[Any], window: Watched) -> None:
    song = until(
        lambda: next((s for s in demo.songs() if s["lyrics_timing"] == "line" and is_archived(s)), None)
    )
    page = window.open(f"/tracks/{song['id']}/")
    page.evaluate("document.querySelector('audio#player').play()")
    until(lambda: page.evaluate(CLOCK) > 0.2, what="playing")
    lines = page.evaluate(SUNG)
    assert len(lines) >= 4
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        check_moment(page, lines, share)


def test_it_shows_what_can_be_made_from_a_song(demo: Demo) -> None:
    """A lossless file, parts and a continuation; and words that are timed one by one."""

    def made() -> set[str]:
        done = [task for task in demo.listed("tasks/") if task["status"] == "succeeded"]
        return {task["operation"] for task in done if task["source_track"]}

    until(lambda: made() == {"wav", "stems", "extend"}, what="what is made from songs")
    parts = demo.listed("tracks/?kind=files")
    until(lambda: all(is_archived(track) for track in demo.listed("tracks/?kind=files")), what="its files")
    assert len(parts) == 2
    until(lambda: any(song["lyrics_timing"] == "word" for song in demo.songs()), what="words in time")


def check_moment(page: Page, lines: list[Any], share: float) -> None:
    """Jumps into a line, lets the song run on a little, then compares clock and light at one instant."""
    line = lines[int(share * len(lines))]
    begin = line["start"] + 0.1
    page.evaluate(f"document.querySelector('audio#player').currentTime = {begin}")
    until(lambda: page.evaluate(CLOCK) > begin + 0.3, what="the song's running on")
    now, lines = page.evaluate(f"[{CLOCK}, {SUNG}]")
    lit = [(line["start"], line["end"]) for line in lines if line["current"]]
    assert lit == [(line["start"], line["end"]) for line in lines if line["start"] <= now < line["end"]]
    assert lit, f"no line is lit at {now}"
