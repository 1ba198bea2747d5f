"""Every function of the lyric editor by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

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
    line,
    lines,
    named,
    perform,
    plays,
    press,
    role,
    says,
    seen,
)
from tests.support.playing import seek
from tests.support.room import Room
from tests.support.waiting import until
from tracks.models import LyricVersion

pytestmark = pytest.mark.django_db(transaction=True)

# The second line of the list, the first that is sung: 1.00 to 3.00 s; the first is a heading.
LINE = (To(".edit-line[aria-current]"), "ArrowDown", focused(".edit-line[aria-current]"))
CHANGED = (*LINE, "]")


def at_two(page: Page) -> None:
    seek(page, 2.5)


FUNCTIONS = [
    Function(
        "tap along",
        (*LINE, at_two, "t"),
        all_of(line(2, "start", "0:02.50"), focused(".edit-line:nth-child(3)")),
    ),
    Function(
        "tap by the button",
        (*LINE, at_two, To("[data-do=tap]", "Shift+Tab"), "Enter"),
        line(2, "start", "0:02.50"),
    ),
    Function(
        "start here by the button",
        (*LINE, at_two, To("[data-do=start-here]", "Shift+Tab"), "Enter"),
        line(2, "start", "0:02.50"),
    ),
    Function(
        "end here by the button",
        (*LINE, at_two, To("[data-do=end-here]", "Shift+Tab"), "Enter"),
        line(2, "end", "0:02.50"),
    ),
    Function("play the line", (*LINE, "Enter"), plays),
    Function(
        "loop the line by the button",
        (*LINE, To("[data-do=loop-line]", "Shift+Tab"), "Enter"),
        seen("[data-do=loop-line][aria-pressed=true]"),
    ),
    Function(
        "move the line as a block",
        (*LINE, To("[role=slider][aria-label^='Line 2, all']", "Shift+Tab"), "Shift+ArrowRight"),
        line(2, "start", "0:01.10"),
    ),
    Function(
        "move its start",
        (*LINE, role("slider", "Line 2, start", "Shift+Tab"), "ArrowRight"),
        line(2, "start", "0:01.01"),
    ),
    Function(
        "move its end",
        (*LINE, role("slider", "Line 2, end", "Shift+Tab"), "ArrowLeft"),
        line(2, "end", "0:02.99"),
    ),
    Function(
        "move a word",
        (*LINE, To("[role=slider][aria-label^='Word 3 of line 2']", "Shift+Tab"), "ArrowRight"),
        seen("[aria-label^='Word 3'][aria-valuenow='1.91']"),
    ),
    Function(
        "move in the waveform",
        (To("[data-lane] .wave-seek"), "ArrowRight"),
        lambda page: page.wait_for_function("document.querySelector('#player').currentTime > 4"),
    ),
    Function(
        "zoom in", (*LINE, To("[data-do=zoom-in]", "Shift+Tab"), "Enter"), seen("[data-zoom]:has-text('2×')")
    ),
    Function("let lines overlap", (To("[data-overlap]"), "Space"), seen("[data-overlap]:checked")),
    Function(
        "type a time", (*LINE, "Tab", "Control+a", Typed("0:00.50"), "Tab"), line(2, "start", "0:00.50")
    ),
    Function(
        "edit words",
        (*LINE, "e", "Home", Typed("Oh "), "Escape"),
        all_of(line(2, "text", "Oh Moonlight guides the silent flight"), focused(".edit-line:nth-child(2)")),
    ),
    Function(
        "split in the words",
        (*LINE, "e", "Home", *["ArrowRight"] * 10, "Enter"),
        all_of(lines(13), focused(".edit-line:nth-child(3) input.text")),
    ),
    Function(
        "join in the words",
        (*LINE, "ArrowDown", "e", "Home", "Backspace"),
        all_of(lines(11), focused(".edit-line:nth-child(2) input.text")),
    ),
    Function(
        "join by the button",
        (*LINE, To("[data-do=join]", "Shift+Tab"), "Enter"),
        all_of(lines(11), focused(".edit-line:nth-child(2)")),
    ),
    Function(
        "split by the button",
        (*LINE, "e", "Home", *["ArrowRight"] * 10, To("[data-do=split]", "Shift+Tab"), "Enter"),
        lines(13),
    ),
    Function("a new line", (*LINE, "n"), all_of(lines(13), focused(".edit-line:nth-child(3) input.text"))),
    Function("a new heading", (*LINE, "h"), all_of(lines(13), focused(".edit-line:nth-child(2) input.text"))),
    Function("delete", (*LINE, "Delete"), all_of(lines(11), focused(".edit-line:nth-child(2)"))),
    Function("delete several", (*LINE, "Shift+ArrowDown", "Backspace"), lines(10)),
    Function(
        "shift all",
        (To("[data-shift] input"), "Control+a", Typed("250"), "Enter"),
        all_of(line(2, "start", "0:01.25"), focused("[data-shift] input")),
    ),
    Function(
        "shift those behind",
        (*LINE, To("[data-shift] select", "Shift+Tab"), Typed("this"), To("[data-shift] button"), "Enter"),
        line(3, "start", "0:04.10"),
    ),
    Function(
        "undo by the button",
        (*CHANGED, To("[data-do=undo]", "Shift+Tab"), "Enter"),
        all_of(line(2, "start", "0:01.00"), focused(".edit-line:nth-child(2)")),
    ),
    Function(
        "redo by the button",
        (*CHANGED, "u", To("[data-do=redo]", "Shift+Tab"), "Enter"),
        all_of(line(2, "start", "0:01.05"), focused(".edit-line:nth-child(2)")),
    ),
    Function(
        "save with a note",
        (*CHANGED, To("[data-note] input"), Typed("by ear"), To("[data-do=save]", "Shift+Tab"), "Enter"),
        all_of(says("Saved as version 1"), focused("[data-do=save]")),
    ),
    Function("see a finding", (To("[data-findings] button"), "Enter"), focused(".edit-line[aria-current]")),
    Function(
        "leave, and be asked",
        (
            *CHANGED,
            "g",
            "l",
            says("changes that are not saved"),
            "g",
            "n",
            focused(".notice button"),
            "Enter",
        ),
        at("**/"),
    ),
    Function("back to the song", (To(".song-bar .back"), "Enter"), at("**/tracks/*/")),
]


def opened(window: Watched, room: Room) -> Page:
    page = window.open(f"/tracks/{room.owls.pk}/lyrics/edit/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    expect(page.locator(".edit-line")).to_have_count(12)
    return page


@pytest.mark.parametrize("function", FUNCTIONS, ids=named)
def test_by_keys(window: Watched, room: Room, function: Function) -> None:
    perform(opened(window, room), function)


def test_versions_are_restored_and_a_draft_taken_up(window: Watched, room: Room) -> None:
    page = opened(window, room)
    press(
        page,
        *CHANGED,
        "Shift+s",
        says("Saved as version 1"),
        To("[data-part=provider] button", "Shift+Tab"),
        "Enter",
    )
    expect(page.locator("[data-part=shown]")).to_contain_text("shown now")
    until(lambda: LyricVersion.objects.count() == 1)
    press(page, button("Restore Version 1"), "Enter")
    expect(page.locator("[data-part=shown]")).to_contain_text("ersion 1")
    press(page, *CHANGED)
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('lyric-draft:'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    press(page, seen(".edit-ask"), button("Take them up"), "Enter", gone(".edit-ask"))
    expect(page.locator(".edit-line[aria-current]")).to_be_focused()
