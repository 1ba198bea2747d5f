"""Every function of the comparison by keys alone."""

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
    has,
    named,
    perform,
    plays,
    role,
    says,
    seen,
)
from tests.support.room import Room

pytestmark = pytest.mark.django_db(transaction=True)

COMPARE = [
    Function("play", (button("Play", "Tab"), "Enter"), plays),
    Function(
        "hear the other take", (button("Play take B"), "Enter"), has("[data-lane=b]", "data-state", "now")
    ),
    Function("the next line", (button("Next line"), "Enter"), seen("[data-sung]:has-text('Moonlight')")),
    Function(
        "move in a take",
        (role("slider", "Position in take B"), "ArrowRight"),
        has("[data-lane=b]", "data-state", "now"),
    ),
    Function("keep one", (To("[data-keep=b] button"), "Enter"), says("B is approved")),
    Function(
        "take it back",
        (To("[data-keep=b] button"), "Enter", says("B is approved"), "z"),
        all_of(says("Undone"), focused("[data-keep=b] button")),
    ),
    Function(
        "switch by the second",
        (To("[data-switch-keeps]"), Typed("sec")),
        lambda page: expect(page.locator("[data-switch-keeps]")).to_have_value("second"),
    ),
    Function(
        "loudness as it is",
        (To("[data-match]:not([disabled]), [data-switch-keeps]"),),
        focused("[data-match]:not([disabled]), [data-switch-keeps]"),
    ),
    Function("open a take", (To(".lane-title"), "Enter"), at("**/tracks/*/")),
    Function("back", (To(".song-bar .back"), "Enter"), at("**/tracks/*/")),
]


@pytest.mark.parametrize("function", COMPARE, ids=named)
def test_the_comparison(window: Watched, room: Room, function: Function) -> None:
    page = window.open(f"/tracks/{room.owls.pk}/compare/{room.other_take.pk}/")
    page.wait_for_selector("[data-compare][data-ready]")
    perform(page, function)
