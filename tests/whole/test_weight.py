"""What a page costs to load the first time, before any sound: text, styles, scripts, font, pictures."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched
from tests.support.installation import Installation
from tests.support.orders import order
from tracks.views.pagination import PAGE_SIZE

MAX_BYTES = 150_000


@pytest.fixture(scope="module")
def full_page(site: Installation) -> None:
    """As many requests, each with its own cover, as a first page of the library shows."""
    for task in [order(site, ("suno", "generate")) for _ in range(PAGE_SIZE)]:
        site.archived(task)


@pytest.fixture(scope="module")
def page(site: Installation, browser: Browser) -> Page:
    watched = Watched(browser, site.base)
    page = watched.open("/admin/login/?next=/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "x")
    page.click("[type=submit]")
    page.wait_for_url(f"{site.base}/")
    return page


def weight(page: Page, path: str) -> dict[str, int]:
    """The bytes on the wire of all but sound, by address, with an empty cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names: dict[str, str] = {}
    found: dict[str, int] = {}

    def on_response(event: dict[str, Any]) -> None:
        if event["type"] != "Media":
            names[str(event["requestId"])] = event["response"]["url"]

    def on_end(event: dict[str, object]) -> None:
        if name := names.get(str(event["requestId"])):
            found[name] = int(str(event["encodedDataLength"]).partition(".")[0])

    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_end)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    session.detach()
    return found


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?as=covers", "/?q=harbour", "/tracks/{song}/", "/tracks/{song}/lyrics/edit/", "/playlists/"),
        *("/tasks/", "/tasks/new/", "/tasks/new/?provider=suno&operation=generate", "/providers/"),
        "/tasks/new/?provider=suno&operation=replace-section&source={song}",
        *("/admin/", "/admin/tracks/track/", "/admin/tracks/track/{song}/change/"),
    ],
)
def test_a_page_is_light(page: Page, full_page: None, songs: dict[str, int], path: str) -> None:
    found = weight(page, path.format(song=songs["suno"]))
    heaviest = sorted(found.items(), key=lambda one: -one[1])[:6]
    assert sum(found.values()) <= MAX_BYTES, heaviest
