"""`make screenshots`: pictures of every page of a demo for docs/screens: desktop, phone, light, dark."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.browsing import chromium
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
PORT = 8690
BASE = f"http://localhost:{PORT}"
WINDOWS = {"desktop": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
QUALITY = 70


@dataclass(frozen=True)
class Picture:
    """``act``: what a person does before the picture is taken."""

    name: str
    path: str
    act: Callable[[Page], Any] = lambda page: None


def main() -> None:
    target = ROOT / "docs" / "screens"
    target.mkdir(exist_ok=True)
    with demo() as login, chromium() as browser:
        for window in WINDOWS:
            for scheme in SCHEMES:
                take_all(browser, login, target, window, scheme)


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """The demo; its login, once all its songs are there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(PORT)}
        log = Path(folder, "demo.log")
        command = [sys.executable, "-u", "manage.py", "demo"]
        with log.open("w") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            until(lambda: "All songs of the demo" in log.read_text(), 900, "the demo's songs")
            yield login_in(log)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def login_in(log: Path) -> tuple[str, str]:
    name, password = re.findall(r"login: (\S+) / (\S+)", log.read_text())[0]
    return name, password


def take_all(browser: Browser, login: tuple[str, str], target: Path, window: str, scheme: Any) -> None:
    width, height = WINDOWS[window]
    is_phone = window == "phone"
    context = browser.new_context(
        base_url=BASE,
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        is_mobile=is_phone,
        has_touch=is_phone,
        device_scale_factor=2 if is_phone else 1,
    )
    page = context.new_page()
    save(page, target / f"login-{window}-{scheme}.webp", "/admin/login/?next=/")
    page.fill("[name=username]", login[0])
    page.fill("[name=password]", login[1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{BASE}/")
    for picture in pictures(page):
        save(page, target / f"{picture.name}-{window}-{scheme}.webp", picture.path, picture.act)
    context.close()


def save(page: Page, file: Path, path: str, act: Callable[[Page], Any] = lambda page: None) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    act(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(file, quality=QUALITY, method=6)
    print(file.relative_to(ROOT), f"{file.stat().st_size // 1000} kB")  # noqa: T201  # it is a command


def pictures(page: Page) -> list[Picture]:
    song = id_of(page, "Paper Lanterns")
    hebrew = id_of(page, "אור בחלון")
    task = page.request.get(f"/api/v1/tracks/{song}/").json()["task"]
    takes = page.request.get(f"/api/v1/tasks/{task}/").json()["tracks"]
    other = next(take["id"] for take in takes if take["id"] != song)
    listening = f"/tracks/{song}/"
    lists = page.request.get("/api/v1/playlists/").json()["results"]
    playlist = max(lists, key=lambda one: int(one["count"]))["id"]
    return [
        Picture("library", "/", play_first),
        Picture("covers", "/?as=covers"),
        Picture("search", "/?q=lantern"),
        Picture("selection", "/", select_three),
        Picture("queue", "/", open_queue),
        Picture("keys", "/", lambda page: page.keyboard.press("?")),
        Picture("song", listening, play_the_song),
        Picture("full-view", listening, show_full),
        Picture("song-rtl", f"/tracks/{hebrew}/", play_the_song),
        Picture("song-family", f"{listening}#family"),
        Picture("song-files", f"{listening}#files"),
        Picture("song-history", f"{listening}#history"),
        Picture("lyric-editor", f"{listening}lyrics/edit/"),
        Picture("compare", f"{listening}compare/{other}/"),
        Picture("playlists", "/playlists/"),
        Picture("playlist", f"/playlists/{playlist}/", play_first),
        Picture("order", "/tasks/new/"),
        Picture("order-form", "/tasks/new/?provider=suno&operation=generate"),
        Picture("order-replace", f"/tasks/new/?provider=suno&operation=replace-section&source={song}"),
        Picture("tasks", "/tasks/"),
        Picture("task", f"/tasks/{task}/"),
        Picture("providers", "/providers/"),
        Picture("not-found", "/tracks/999999/"),
        Picture("admin", "/admin/"),
        Picture("admin-songs", "/admin/tracks/track/"),
        Picture("admin-song", f"/admin/tracks/track/{song}/change/"),
        Picture("admin-tasks", "/admin/tracks/task/"),
        Picture("api", "/api/v1/docs/"),
    ]


def id_of(page: Page, title: str) -> int:
    found = page.request.get("/api/v1/tracks/", params={"q": title}).json()["results"]
    return next(
        int(track["id"]) for track in found if track["title"] == title and track["archive"] == "complete"
    )


def play_first(page: Page) -> None:
    page.locator("[data-track-id] [data-play]").first.click()
    wait_for_second(page, 1)


def play_the_song(page: Page) -> None:
    page.keyboard.press("Space")
    page.evaluate("() => { document.querySelector('#player').currentTime = 24; }")
    wait_for_second(page, 25)


def show_full(page: Page) -> None:
    page.keyboard.press("f")
    play_the_song(page)


def wait_for_second(page: Page, second: float) -> None:
    page.wait_for_function("(second) => document.querySelector('#player').currentTime >= second", arg=second)


def select_three(page: Page) -> None:
    for place in range(3):
        box = page.locator("[data-track-id] input[type=checkbox]").nth(place)
        if box.is_visible():
            box.check()


def open_queue(page: Page) -> None:
    play_first(page)
    page.keyboard.press("q")
