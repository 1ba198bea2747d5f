"""Tab reaches every control of every page, and the place where it is can be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import Watched
from tests.support.focus import focus_faults
from tests.support.keyboard import focused, link, press, seen
from tests.support.room import Room, add_troubles

pytestmark = pytest.mark.django_db(transaction=True)


def pages(room: Room) -> dict[str, str]:
    """By address what shows that the scripts of the page are at work."""
    song = f"/tracks/{room.owls.pk}/"
    failed, unsure = add_troubles()
    return {
        "/": "[data-inspector-toggle]",
        "/?as=covers": "[data-inspector-toggle]",
        "/?q=owls&status=ready": "[data-inspector-toggle]",
        song: "[data-stems-head]",
        f"{song}compare/{room.other_take.pk}/": "[data-compare][data-ready]",
        f"{song}lyrics/edit/": ".edit-line",
        "/playlists/": "main",
        f"/playlists/{room.night.pk}/": ".place",
        "/tasks/": "main",
        f"/tasks/{failed.pk}/": "main",
        f"/tasks/{unsure.pk}/": "main",
        "/tasks/new/": "main",
        "/tasks/new/?provider=suno&operation=generate": "output.count",
        f"/tasks/new/?provider=suno&operation=replace-section&source={room.owls.pk}": "[role=slider]",
        "/providers/": "main",
    }


def test_tab_reaches_every_control_and_shows_where_it_is(window: Watched, room: Room) -> None:
    found = {}
    for address, ready in pages(room).items():
        page = window.open(address)
        expect(page.locator(ready).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        found[address] = focus_faults(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("tab", ["Family", "Files", "History"])
def test_tab_reaches_the_parts_of_a_song(window: Watched, room: Room, tab: str) -> None:
    page = window.open(f"/tracks/{room.owls.pk}/")
    expect(page.locator("main.has-tabs [data-stems-head]")).to_be_visible()
    press(page, link(tab), "Enter", seen(f"#{tab.lower()}"), focused(f".tabs [data-tab={tab.lower()}]"))
    assert focus_faults(page) == []
