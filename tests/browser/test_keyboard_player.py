"""Every function of the player and its queue by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import Watched
from tests.support.keyboard import (
    Function,
    To,
    all_of,
    at,
    button,
    focused,
    gone,
    has,
    link,
    named,
    near,
    paused,
    perform,
    plays,
    press,
    role,
    seen,
)
from tests.support.playing import time_of, wait_for_time
from tests.support.room import Room, about, open_song

pytestmark = pytest.mark.django_db(transaction=True)

LOOP = ("l", "ArrowRight", "l", seen(".loop-point", 2))
QUEUE = ("q", seen(".queue-panel"))

FUNCTIONS = [
    Function("play by the button", (button("Play", "Shift+Tab"), "Enter"), plays),
    Function("go to the player", ("g", "d", focused("[data-do=toggle]"), "Enter", plays, "Enter"), paused),
    Function(
        "move in the waveform of the player",
        (To("[data-dock] .wave-seek", "Shift+Tab"), "ArrowRight"),
        near(5),
    ),
    Function(
        "move by a tenth of a second",
        (To("[data-dock] .wave-seek", "Shift+Tab"), "End", "ArrowDown"),
        near(19.9),
    ),
    Function(
        "set the volume",
        (role("slider", "Volume", "Shift+Tab"), "ArrowLeft"),
        lambda page: page.wait_for_function("document.querySelector('#player').volume < 1"),
    ),
    Function("mute", (button("Mute", "Shift+Tab"), "Enter"), has("[data-do=mute]", "aria-pressed", "true")),
    Function(
        "change the speed",
        (button("Speed 1 times", "Shift+Tab"), "Enter"),
        lambda page: expect(page.locator("[data-do=speed]")).not_to_have_text("1×"),
    ),
    Function(
        "rate in the player",
        (To("[data-dock] .stars input", "Shift+Tab"), "ArrowLeft"),
        about(rating__gt=0),
    ),
    Function(
        "approve in the player",
        (To("[data-dock] [data-review=approved]", "Shift+Tab"), "Enter"),
        about(review="approved"),
    ),
    Function(
        "reject in the player",
        (To("[data-dock] [data-review=rejected]", "Shift+Tab"), "Enter"),
        about(review="rejected"),
    ),
    Function(
        "loop by the button",
        (To("[data-do=loop]", "Shift+Tab"), "Enter", "ArrowRight", "Enter"),
        seen(".loop-point", 2),
    ),
    Function(
        "move a point of the loop",
        (*LOOP, role("slider", "The loop ends", "Shift+Tab"), "ArrowRight"),
        has("[data-point=to]", "aria-valuenow", "5.1"),
    ),
    Function(
        "end the loop from its point",
        (*LOOP, role("slider", "The loop ends", "Shift+Tab"), "l"),
        all_of(gone(".loop-point"), focused("[data-do=loop]")),
    ),
    Function(
        "open and close the queue",
        (button("Queue", "Shift+Tab"), "Enter", seen(".queue-panel"), "Escape"),
        all_of(gone(".queue-panel"), focused("[data-do=queue]")),
    ),
    Function(
        "close the queue by its button", (*QUEUE, button("Close the queue"), "Enter"), gone(".queue-panel")
    ),
    Function(
        "repeat",
        (*QUEUE, button("Repeat: off"), "Enter"),
        focused(".queue-panel [data-key=repeat]:has-text('Repeat: all')"),
    ),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=named)
def test_by_keys(window: Watched, room: Room, function: Function) -> None:
    perform(open_song(window, room), function)


def test_the_waveform_of_a_song_moves_that_song_while_another_plays(window: Watched, room: Room) -> None:
    page = window.open("/")
    expect(page.locator("[data-inspector-toggle]")).to_be_visible()
    press(page, link("Play Mice"), "Enter", plays, link("Owls"), "Enter", at("**/tracks/*/"))
    press(page, To("[data-own-wave] .wave-seek"), "ArrowRight")
    expect(page.locator("[data-dock]")).to_have_attribute("data-dock-track", str(room.owls.pk))
    wait_for_time(page, 5)
    assert time_of(page) < 9


def test_the_queue_is_ordered_and_shortened(window: Watched, room: Room) -> None:
    page = window.open(f"/playlists/{room.night.pk}/")
    press(
        page,
        link("Play all"),
        "Enter",
        plays,
        "q",
        seen(".queue-panel li", 3),
        focused(".queue-panel button"),
    )
    press(page, button("Move Bees up"), "Enter", "Enter")
    expect(page.locator(".queue-title").first).to_have_text("Bees")
    expect(page.locator(".queue-panel li:first-child button").first).to_be_focused()
    press(page, button("Remove Mice"), "Enter", seen(".queue-panel li", 2))
    expect(page.locator(".queue-panel :focus")).to_have_count(1)
    press(page, "q", gone(".queue-panel"))
    expect(page.locator("[data-play-all]")).to_be_focused()
