"""Every function of playlists, tasks, orders, providers and the frame by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.keyboard import (
    Effect,
    Function,
    Step,
    To,
    Typed,
    all_of,
    at,
    button,
    focused,
    gone,
    link,
    menu,
    named,
    perform,
    plays,
    press,
    role,
    says,
    seen,
)
from tests.support.room import Room, add_troubles
from tests.support.waiting import until
from tracks.models import Playlist, Task, Track

pytestmark = pytest.mark.django_db(transaction=True)


def order(*titles: str) -> Effect:
    """The playlist is so in the database and on the page."""

    def check(page: Page) -> None:
        expect(page.locator("[data-rows] .row-title")).to_have_text(list(titles))
        night = Playlist.objects.get(name="Night Drive")
        until(
            lambda: list(night.entries.values_list("track__title", flat=True)) == list(titles),
            what=str(titles),
        )

    return check


MENU = menu("Move or remove Bees")
PLAYLIST = [
    Function("play all", (link("Play all"), "Enter"), plays),
    Function(
        "move a song up",
        ("ArrowDown", "ArrowDown", "Alt+ArrowUp"),
        all_of(order("Mice", "Owls", "Bees"), focused("[data-title=Mice]")),
    ),
    Function(
        "move a song down",
        (link("Owls"), "Alt+ArrowDown"),
        all_of(order("Mice", "Owls", "Bees"), focused("[data-title=Owls]")),
    ),
    Function(
        "move up by the menu",
        (MENU, "Enter", button("Move up Alt ↑"), "Enter"),
        all_of(order("Owls", "Bees", "Mice"), focused("[data-title=Bees]")),
    ),
    Function(
        "move to a place",
        (MENU, "Enter", To("[data-title=Bees] input[name=to]"), Typed("1"), "Enter"),
        all_of(order("Bees", "Owls", "Mice"), focused("[data-title=Bees]")),
    ),
    Function(
        "move to its own place",
        (MENU, "Enter", To("[data-title=Bees] input[name=to]"), Typed("3"), "Enter"),
        all_of(gone(".entry-menu .menu"), focused("[data-title=Bees] summary")),
    ),
    Function(
        "close the menu",
        (MENU, "Enter", To("[data-title=Bees] input[name=to]"), "Escape"),
        all_of(gone(".entry-menu .menu"), focused("[data-title=Bees] summary")),
    ),
    Function(
        "remove a song", (link("Mice"), "Delete"), all_of(order("Owls", "Bees"), focused("[data-title=Bees]"))
    ),
    Function(
        "remove a song by the menu",
        (MENU, "Enter", To("[data-title=Bees] button[value=remove]"), "Enter"),
        all_of(order("Owls", "Mice"), focused("[data-title=Mice]")),
    ),
    Function("bring it back", (link("Mice"), "Delete", says("Removed"), "z"), order("Owls", "Mice", "Bees")),
    Function(
        "bring it back by the notice",
        (link("Mice"), "Delete", says("Removed"), "g", "n", "Enter"),
        all_of(order("Owls", "Mice", "Bees"), focused("[data-title=Mice]")),
    ),
    Function(
        "sort",
        (menu("Sort"), "Enter", To("[data-sort] button[value=title]"), "Enter"),
        order("Bees", "Mice", "Owls"),
    ),
    Function(
        "take the order back",
        (menu("Sort"), "Enter", To("[data-sort] button[value=title]"), "Enter", says("Sorted"), "z"),
        order("Owls", "Mice", "Bees"),
    ),
    Function("export", (menu("Export"), "Enter", To("a[download]")), focused("a[download]")),
    Function(
        "rename",
        (menu("Edit"), "Enter", To("input[name=name]"), "Control+a", Typed("Day Drive"), "Enter"),
        lambda page: expect(page.locator("h1")).to_have_text("Day Drive"),
    ),
    Function(
        "delete",
        (
            menu("Edit"),
            "Enter",
            menu("Delete the playlist"),
            "Enter",
            button("Delete it for everyone"),
            "Enter",
        ),
        at("**/playlists/"),
    ),
    Function("judge in the list", (button("Approve Mice"), "Enter"), says("Approved: Mice")),
    Function("back to all", (link("All playlists"), "Enter"), at("**/playlists/")),
]


@pytest.mark.parametrize("function", PLAYLIST, ids=named)
def test_a_playlist(window: Watched, room: Room, function: Function) -> None:
    page = window.open(f"/playlists/{room.night.pk}/")
    page.wait_for_load_state("networkidle")
    perform(page, function)


# By address: the keys, and what can be seen then.
FRAME: dict[str, tuple[str, tuple[Step, ...]]] = {
    "a playlist is made": (
        "/playlists/",
        (To("input[name=name]"), Typed("Autumn"), "Enter", at("**/playlists/*/")),
    ),
    "a playlist is opened": ("/playlists/", (To("main a.row-title"), "Enter", at("**/playlists/*/"))),
    "tasks are filtered": (
        "/tasks/",
        (
            To("select[name=status]"),
            Typed("fail"),
            at("**/tasks/?status=failed"),
            focused("select[name=status]"),
        ),
    ),
    "the filter is removed": ("/tasks/?status=failed", (To(".pick a"), "Enter", at("**/tasks/"))),
    "a task is opened": ("/tasks/", (To("main a.row-title"), "Enter", at("**/tasks/*/"))),
    "a provider's chapter is seen": ("/providers/", (To("#suno .makes a"), "Enter", at("**/tasks/new/?*"))),
    "what is left out unfolds": (
        "/providers/",
        (To("details.left-out summary"), "Enter", seen("details.left-out[open]")),
    ),
    "an operation is chosen": ("/tasks/new/", (To("a.offer"), "Enter", at("**/tasks/new/?provider=*"))),
    "the theme is switched": (
        "/",
        (
            menu("ada"),
            "Enter",
            To("[data-theme-switch]"),
            "Enter",
            seen("html[data-theme]"),
            focused("[data-theme-switch]"),
        ),
    ),
    "motion is lessened": (
        "/",
        (
            menu("ada"),
            "Enter",
            To("[data-motion-switch]"),
            "Enter",
            seen("[data-motion-switch][aria-pressed=true]"),
        ),
    ),
    "the account's menu is closed": (
        "/",
        (
            menu("ada"),
            "Enter",
            To("[data-motion-switch]"),
            "Escape",
            gone(".me .menu"),
            focused(".me summary"),
        ),
    ),
    "the keys are shown and closed": (
        "/",
        (
            menu("ada"),
            "Enter",
            To("[data-keys-open]"),
            "Enter",
            seen("dialog[open]"),
            "Escape",
            gone("dialog[open]"),
            focused("[data-keys-open]"),
        ),
    ),
    "the keys are closed by the button": (
        "/",
        (
            link("Library"),
            "?",
            seen("dialog[open]"),
            "Enter",
            gone("dialog[open]"),
            focused("nav [aria-current]"),
        ),
    ),
    "logged out": (
        "/",
        (
            menu("ada"),
            "Enter",
            To(".me form button"),
            "Enter",
            lambda page: page.wait_for_url("**/admin/logout/"),
        ),
    ),
}


@pytest.mark.parametrize("does", FRAME)
def test_the_frame(window: Watched, room: Room, does: str) -> None:
    add_troubles()
    address, keys = FRAME[does]
    page = window.open(address)
    page.wait_for_load_state("networkidle")
    press(page, *keys)


def test_a_form_is_refused_corrected_and_sent(window: Watched, room: Room) -> None:
    page = window.open("/tasks/new/?provider=tempolor&operation=generate")
    press(page, button("Send to TemPolor"), "Enter")
    page.wait_for_function("() => document.activeElement.matches('form.order *, main')")
    press(page, To("form.order textarea, form.order input[type=text]"), Typed("an owl"))
    press(page, button("Send to TemPolor"), "Enter", at("**/tasks/*/"))
    assert Task.objects.filter(params__prompt="an owl").exists()


def test_an_unsure_task_is_resolved(window: Watched, room: Room) -> None:
    _, unsure = add_troubles()
    page = window.open(f"/tasks/{unsure.pk}/")
    page.wait_for_load_state("networkidle")
    press(page, To("#external-id"), Typed("suno-7"), "Enter")
    until(lambda: Task.objects.get(pk=unsure.pk).external_id == "suno-7")
    page.wait_for_function("() => document.activeElement !== document.body")
    assert Track.objects.exists()


def test_the_part_of_a_song_to_replace_is_chosen(window: Watched, room: Room) -> None:
    page = window.open(f"/tasks/new/?provider=suno&operation=replace-section&source={room.owls.pk}")
    end = page.get_by_role("slider", name="The part ends")
    press(page, role("slider", "The part ends"), "ArrowRight")
    before = end.get_attribute("aria-valuenow") or ""
    press(page, "Shift+ArrowRight")
    expect(end).not_to_have_attribute("aria-valuenow", before)
    press(page, To("[data-span-play]"), "Enter", plays)
