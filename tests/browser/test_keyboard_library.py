"""Every function of the library by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.keyboard import (
    Effect,
    Function,
    To,
    Typed,
    all_of,
    at,
    button,
    focused,
    gone,
    has,
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
from tests.support.playing import wait_until_paused
from tests.support.room import Room, make_played
from tests.support.waiting import until
from tracks.models import Playlist, Track
from tracks.services.events import record_event

pytestmark = pytest.mark.django_db(transaction=True)

ROW = ".row:has([aria-label='{} Mice'])"
CHOSEN = ("ArrowDown", "s", seen("[data-bulk]"))
LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"
# The first song of the list, which the arrow meets first.
FIRST = "Mice"


def song(**values: object) -> Effect:
    """The first song of the list is so in the database."""
    return lambda _page: until(Track.objects.filter(title=FIRST, **values).exists, what=str(values))


def reviewed(review: str) -> Effect:
    return all_of(song(review=review), says(f"{review.capitalize()}: {FIRST}"))


FUNCTIONS = [
    Function("search", ("/", Typed("bees"), "Enter"), all_of(at("**/?q=bees"), seen("[data-rows] .row"))),
    Function("search from its field", (To("input[type=search]"), Typed("bees"), "Enter"), at("**/?q=bees")),
    Function("play all", (button("Play all"), "Enter"), plays),
    Function("play a row", ("ArrowDown", "Enter"), plays),
    Function(
        "play and pause by the button of a row",
        (link("Play Mice"), "Enter", plays, "Enter"),
        lambda page: wait_until_paused(page, True),
    ),
    Function("open a song", ("ArrowDown", "o"), at("**/tracks/*/")),
    Function("open a song by its title", (link("Mice"), "Enter"), at("**/tracks/*/")),
    Function("open takes", (link("2 takes of Owls"), "Enter"), seen(".row-take", 2)),
    Function(
        "close takes", (link("2 takes of Owls"), "Enter", seen(".row-take", 2), "Enter"), gone(".row-take")
    ),
    Function(
        "play a take",
        (link("2 takes of Owls"), "Enter", seen(".row-take", 2), link("Play take B of Owls"), "Enter"),
        plays,
    ),
    Function(
        "approve in the row",
        (button("Approve Mice"), "Enter"),
        all_of(reviewed("approved"), focused("[aria-label='Approve Mice']")),
    ),
    Function(
        "reject in the row",
        (button("Reject Mice"), "Space"),
        all_of(reviewed("rejected"), focused("[aria-label='Reject Mice']")),
    ),
    Function("rate in the row", (role("radio", "1 star"), "ArrowRight"), song(rating=2)),
    Function(
        "take the stars away", (role("radio", "1 star"), "Space", song(rating=1), "Space"), song(rating=None)
    ),
    Function("choose by the box", (role("checkbox", "Select Mice"), "Space"), seen("[data-bulk]")),
    Function(
        "choose several",
        ("ArrowDown", "Shift+ArrowDown"),
        all_of(seen(".row.is-selected", 2), focused(".row:has([aria-label='Play Bees'])")),
    ),
    Function(
        "clear the choice", (*CHOSEN, "Escape"), all_of(gone("[data-bulk]"), focused(".row.is-focused"))
    ),
    Function("go to the bar of the chosen", (*CHOSEN, "g", "s"), focused("[data-bulk] button")),
    Function(
        "clear the choice by its button",
        (*CHOSEN, "g", "s", button("Clear the selection"), "Enter"),
        all_of(gone("[data-bulk]"), focused(".row.is-focused")),
    ),
    Function("approve the chosen by the bar", (*CHOSEN, "g", "s", "Enter"), song(review="approved")),
    Function("reject the chosen", (*CHOSEN, "r"), song(review="rejected")),
    Function(
        "rate the chosen",
        (*CHOSEN, "g", "s", menu("Rate"), "Enter", button("4 stars"), "Enter"),
        all_of(song(rating=4), focused("summary:has-text('Rate')")),
    ),
    Function("put the chosen into a playlist", (*CHOSEN, "p", "Enter"), says("1 song in it already")),
    Function(
        "put them into a new one",
        (*CHOSEN, "p", role("textbox", "Name of a new playlist"), Typed("Autumn"), "Enter"),
        all_of(says("1 song added"), lambda page: Playlist.objects.get(name="Autumn")),
    ),
    Function(
        "tag the chosen",
        (*CHOSEN, "t", Typed("calm"), "Enter"),
        all_of(says("1 song tagged"), song(tags__name="calm")),
    ),
    Function(
        "archive the chosen again",
        (*CHOSEN, "g", "s", menu("More"), "Enter", button("Archive again"), "Enter"),
        says("1 song with no file to fetch"),
    ),
    Function(
        "order stems of the chosen",
        (*CHOSEN, "g", "s", menu("More"), "Enter", button("Order stems"), "Enter"),
        seen(".notice"),
    ),
    Function(
        "park the chosen",
        (*CHOSEN, "g", "s", menu("More"), "Enter", button("Park"), "Enter"),
        song(parked_at__isnull=False),
    ),
    Function(
        "queue the chosen",
        (*CHOSEN, "g", "s", menu("More"), "Enter", button("Add to the queue"), "Enter"),
        says("1 song added to the queue"),
    ),
    Function(
        "close a menu of the bar",
        (*CHOSEN, "g", "s", menu("More"), "Enter", seen("[data-bulk] .menu"), button("Park"), "Escape"),
        all_of(gone("[data-bulk] .menu"), focused("[data-bulk] summary:has-text('More')")),
    ),
    Function(
        "take a decision back",
        (button("Approve Mice"), "Enter", says("Approved: Mice"), "z"),
        all_of(song(review="new"), focused("[aria-label='Approve Mice']")),
    ),
    Function(
        "take a decision back by the notice",
        (
            button("Approve Mice"),
            "Enter",
            says("Approved: Mice"),
            "g",
            "n",
            focused(".notice button"),
            "Enter",
        ),
        all_of(song(review="new"), focused("[aria-label='Approve Mice']")),
    ),
    Function(
        "close a notice",
        (button("Approve Mice"), "Enter", says("Approved: Mice"), "g", "n", role("button", "Close"), "Enter"),
        all_of(gone(".notice"), focused("[aria-label='Approve Mice']")),
    ),
    Function("go to the song in detail", (link("Play Mice"), "g", "i"), focused("aside.inspector")),
    Function(
        "play a take in detail",
        (link("2 takes of Owls"), "g", "i", seen("aside .mini-takes"), link("Play take B of Owls"), "Enter"),
        plays,
    ),
    Function(
        "close the detail and open it again",
        (button("Song in detail"), "Enter", gone("aside.inspector"), "Enter"),
        seen("aside.inspector"),
    ),
    Function(
        "close the detail from within",
        ("g", "i", seen("aside.inspector"), button("Close the details", "Shift+Tab"), "Enter"),
        all_of(gone("aside.inspector"), focused("[data-inspector-toggle]")),
    ),
    Function(
        "choose the height of rows",
        (role("combobox", "Row height"), Typed("64")),
        has("[data-density]", "data-density", "64"),
    ),
    Function("show covers", (link("Covers"), "Enter"), all_of(at("**/?as=covers"), seen(".card", 3))),
    Function("sort", (menu("Sorted by"), "Enter", link("Title"), "Enter"), at("**/?ordering=title")),
    Function(
        "close the menu of orders",
        (menu("Sorted by"), "Enter", link("Title"), "Escape"),
        all_of(gone(".find-end .menu"), focused("summary:has-text('Sorted by')")),
    ),
    Function(
        "leave a menu",
        (menu("Sorted by"), "Enter", seen(".find-end .menu"), "Shift+Tab"),
        gone(".find-end .menu"),
    ),
    Function(
        "filter",
        (menu("Filter"), "Enter", role("combobox", "Status"), Typed("fail"), button("Show"), "Enter"),
        at("**/?status=failed"),
    ),
    Function("remove a filter", (To("a.chip"), "Enter"), at("**/?q=owls"), "?q=owls&review=new"),
    Function("clear all filters", (link("Clear"), "Enter"), seen(".row", 3), "?q=owls"),
    Function(
        "save a search",
        (menu("Save"), "Enter", role("textbox", "Save this search as"), Typed("Birds"), "Enter"),
        seen("nav[aria-label=Views] a:has-text('Birds')"),
        "?q=owls",
    ),
    Function("skip to the content", ("Tab", focused(".skip"), "Enter"), focused("main")),
    Function("choose a cover", ("ArrowDown", "s"), seen("[data-bulk]"), "?as=covers"),
    Function("play a cover", (link("Play Mice"), "Enter"), plays, "?as=covers"),
    Function("approve a cover", (button("Approve Mice"), "Enter"), reviewed("approved"), "?as=covers"),
    Function(
        "open the takes of a cover", (link("2 takes of Owls"), "Enter"), at("**/tasks/*/"), "?as=covers"
    ),
]


def opened(window: Watched, query: str) -> Page:
    """With its scripts at work: until then its links lead away."""
    page = window.open(f"/{query}")
    expect(page.locator("[data-inspector-toggle]")).to_be_visible()
    return page


@pytest.mark.parametrize("function", FUNCTIONS, ids=named)
def test_by_keys(window: Watched, room: Room, function: Function) -> None:
    perform(opened(window, function.query), function)


def test_a_saved_search_is_opened_and_deleted(window: Watched, room: Room) -> None:
    page = opened(window, "?q=owls")
    press(page, menu("Save"), "Enter", role("textbox", "Save this search as"), Typed("Birds"), "Enter")
    seen("nav[aria-label=Views] a:has-text('Birds')")(page)
    press(page, "g", "l", at("**/"), link("Birds"), "Enter", at("**/?q=owls"))
    press(page, menu("Saved"), "Enter", button("Delete this saved search"), "Enter")
    gone("nav[aria-label=Views] a:has-text('Birds')")(page)


def test_new_songs_are_shown(window: Watched, room: Room, sound: Path) -> None:
    page = opened(window, "")
    new = make_played(sound, title="Newcomer")
    record_event("track.created", new.task, track=new)
    until(lambda: page.evaluate(LOOK_NOW) or page.locator(".new-line").count())
    press(page, button("1 new"), "Enter", seen("[aria-label='Play Newcomer']"))
    expect(page.locator("main")).to_be_focused()
