"""Every function of a song's page by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import Watched
from tests.support.keyboard import (
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
    near,
    perform,
    plays,
    press,
    says,
    seen,
)
from tests.support.room import Room, about, open_song

pytestmark = pytest.mark.django_db(transaction=True)

FUNCTIONS = [
    Function("play a line", (link("Owls dance in pure delight"), "Enter"), all_of(plays, near(4))),
    Function("play a section", (To("[data-chapter] >> nth=2"), "Enter"), plays),
    Function(
        "later lines for the listener",
        (button("Lines 50 milliseconds later, for you"), "Enter"),
        lambda page: expect(page.locator("[data-offset-of=listener] output")).to_have_text("+50 ms"),
    ),
    Function(
        "later lines for everybody",
        (button("Lines 50 milliseconds later, for everybody"), "Enter"),
        about(lyrics_offset_ms=50),
    ),
    Function(
        "full view by the menu",
        (menu("More"), "Enter", To("[data-full-view]"), "Enter"),
        all_of(has("body", "class", r"p-track slim has-dock full-view"), focused("[data-full-view-end]")),
    ),
    Function(
        "end the full view",
        (menu("More"), "Enter", To("[data-full-view]"), "Enter", focused("[data-full-view-end]"), "Escape"),
        all_of(gone("[data-full-view-end]"), focused("summary[aria-label=More]")),
    ),
    Function(
        "end the full view by its button",
        (link("History"), "f", focused("[data-full-view-end]"), "Enter"),
        focused("[data-tab=history]"),
    ),
    Function(
        "lines for screen readers",
        (menu("More"), "Enter", button("Lines for screen readers"), "Enter"),
        has("[data-aloud]", "aria-pressed", "true"),
    ),
    Function(
        "close the menu",
        (menu("More"), "Enter", To("[data-aloud]"), "Escape"),
        all_of(gone(".menu-more"), focused("summary[aria-label=More]")),
    ),
    Function("open the task", (menu("More"), "Enter", To(".menu-more a"), "Enter"), at("**/tasks/*/")),
    Function(
        "make from this", (menu("Make from this"), "Enter", To(".make-verb"), "Enter"), at("**/tasks/new/?*")
    ),
    Function(
        "back to Listen from Family",
        (link("Family"), "Enter", seen("#family"), To("#family [data-tab=listen]"), "Enter"),
        all_of(seen("#listen"), focused(".tabs [data-tab=listen]")),
    ),
    Function(
        "download a file",
        (link("Files"), "Enter", seen("#files"), To("#files a[download]")),
        focused("#files a[download]"),
    ),
    Function(
        "download the lyrics",
        (To("#listen .side-tools a[download]"),),
        focused("#listen .side-tools a[download]"),
    ),
    Function(
        "show a checksum",
        (link("Files"), "Enter", seen("#files"), To("#files summary"), "Enter"),
        has("#files details.sum", "open", ""),
    ),
    Function("edit the words", (link("Edit"), "Enter"), at("**/lyrics/edit/")),
    Function("compare the takes", (link("take A of 2"), "Enter"), at("**/compare/*/")),
    Function(
        "write a note",
        (To("[data-note-text]"), Typed("soft"), "Enter"),
        all_of(seen(".notes li", 2), focused("[data-note-text]")),
    ),
    Function("leave the field of a note", ("n", Typed("soft"), "Escape"), focused("main")),
    Function("hear a note", (To("[data-note-at]"), "Enter"), all_of(plays, near(5))),
    Function(
        "remove a note",
        (To("[data-note-remove] button"), "Enter"),
        all_of(gone(".notes li"), focused("[data-note-text]")),
    ),
    Function(
        "bring a note back",
        (
            To("[data-note-remove] button"),
            "Enter",
            says("The note is removed."),
            To("main a[data-chapter]"),
            "z",
        ),
        seen(".notes li"),
    ),
    Function("read the note of a pin", (To(".pin", "Shift+Tab"), "Enter"), focused(".notes li")),
    Function(
        "tag",
        (menu("Add tags"), "Enter", To("input[name=tags]"), Typed("calm"), "Enter"),
        all_of(seen(".tag"), focused("main")),
    ),
    Function(
        "add to a playlist",
        (
            menu("Add to a playlist"),
            "Enter",
            To("#listen .collect input[name=name]"),
            Typed("Autumn"),
            "Enter",
        ),
        seen(".in-playlists li", 2),
    ),
    Function("take from a playlist", (button("Take it from Night Drive"), "Enter"), gone(".in-playlists li")),
    Function(
        "save notes on the song",
        (To("textarea[name=notes]"), Typed("good"), button("Save the general note"), "Enter"),
        about(notes="good"),
    ),
    Function(
        "stems instead of the song",
        (button("Play the stems instead"), "Enter"),
        all_of(seen("[data-stem-solo]", 2), focused("[data-stems-on]")),
    ),
    Function(
        "solo a stem",
        (
            button("Play the stems instead"),
            "Enter",
            seen("[data-stem-solo]", 2),
            To("[data-stem-solo]"),
            "Enter",
        ),
        has("[data-stem-solo]", "aria-pressed", "true"),
    ),
    Function(
        "mute a stem",
        (
            button("Play the stems instead"),
            "Enter",
            seen("[data-stem-mute]", 2),
            To("[data-stem-mute]"),
            "Enter",
        ),
        has("[data-stem-mute]", "aria-pressed", "true"),
    ),
    Function(
        "move in the waveform of a stem",
        (To("[data-stem-wave] .wave-seek"), "ArrowRight"),
        all_of(plays, near(5)),
    ),
    Function("back to the library", (link("Back to the library"), "Enter"), at("**/")),
    Function("back by Escape", ("Escape",), at("**/")),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=named)
def test_by_keys(window: Watched, room: Room, function: Function) -> None:
    perform(open_song(window, room), function)


def test_the_title_is_changed(window: Watched, room: Room) -> None:
    page = open_song(window, room)
    press(
        page, menu("Change the title"), "Enter", To("input[name=title]"), "Control+a", Typed("Larks"), "Enter"
    )
    expect(page.get_by_role("status").first).to_have_text("The song has its new title.")
    expect(page.locator("main")).to_be_focused()
