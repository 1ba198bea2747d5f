"""Every declared operation, ordered through its page in a real browser by a person who fills in the form."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import Watched
from tests.support.installation import Installation
from tests.support.orders import ORDERS, Key, Order, check, finished, params


@pytest.fixture(scope="module")
def ordered(site: Installation, songs: dict[str, int], browser: Browser) -> dict[Key, int]:
    """The task that each form led to; nothing in the browser complained meanwhile."""
    watched = Watched(browser, site.base)
    page = watched.open("/admin/login/?next=/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "x")
    page.click("[type=submit]")
    made = {key: by_hand(watched.page, key, ORDERS[key], songs[key[0]]) for key in ORDERS}
    assert watched.complaints == []
    watched.context.close()
    return made


def by_hand(page: Page, key: Key, wanted: Order, song: int) -> int:
    """Fills in the form of an operation, from the song's page where it is made from one, and sends it."""
    address = urlencode({"provider": key[0], "operation": key[1]})
    if wanted.from_song:
        page.goto(f"/tracks/{song}/")
        page.locator("details.make > summary").click()
        page.locator(f"details.make a[href*='{address}']").first.click()
    else:
        page.goto(f"/tasks/new/?{address}")
    for name, value in params(wanted).items():
        fill(page, f"p-{name}", value)
    page.locator("form[data-once] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/$"))
    return int(page.url.rstrip("/").rpartition("/")[2])


def fill(page: Page, name: str, value: Any) -> None:
    field = page.locator(f"[name='{name}']").last
    if isinstance(value, bool):
        field.set_checked(value)
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(str(value))
    else:
        field.fill(str(value))


@pytest.mark.parametrize("key", ORDERS, ids="-".join)
def test_the_form_makes_it(
    site: Installation, songs: dict[str, int], ordered: dict[Key, int], key: Key
) -> None:
    task = finished(site, ordered[key])
    check(ORDERS[key], task)
    assert task["source_track"] == (songs[key[0]] if ORDERS[key].from_song else None)
