"""The window of keys names every key that is registered, and each does what it says there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.keyboard import (
    Effect,
    Function,
    Step,
    all_of,
    at,
    failures,
    focused,
    gone,
    has,
    line,
    lines,
    near,
    paused,
    plays,
    press,
    says,
    seen,
)
from tests.support.playing import seek
from tests.support.room import Room
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

REGISTERED = """async () => {
  const { active } = await import("/static/scripts/keys.js");
  const words = (name) => ({ shown, does }) => `${name}: ${shown.join(" ")}: ${does}`;
  return active().flatMap(({ name, keys }) => keys.map(words(name)));
}"""
SHOWN = """() => [...document.querySelectorAll("[data-keys-list] section")].flatMap((part) =>
  [...part.querySelectorAll("dt")].map((term) => [
    part.querySelector("h3").textContent,
    [...term.querySelectorAll("kbd")].map((key) => key.textContent).join(" "),
    term.nextElementSibling.textContent,
  ].join(": ")))"""


def at_nine(page: Page) -> None:
    seek(page, 9)


def key(*steps: Step, then: Effect) -> Function:
    return Function("", steps, then)


def review(value: str) -> Effect:
    return has(f"[data-dock] [data-review={value}]", "aria-pressed", "true")


EVERYWHERE = {
    "Everywhere: /: Search": key("/", then=focused("input[type=search]")),
    "Everywhere: ⇧ O: New song": key("Shift+o", then=at("**/tasks/new/")),
    "Everywhere: G L: Library": key("g", "l", then=at("**/")),
    "Everywhere: G O: Order": key("g", "o", then=at("**/tasks/new/")),
    "Everywhere: G P: Playlists": key("g", "p", then=at("**/playlists/")),
    "Everywhere: G T: Tasks": key("g", "t", then=at("**/tasks/")),
    "Everywhere: G D: The player at the foot": key("g", "d", then=focused("[data-do=toggle]")),
    "Everywhere: G N: The notice, such as “Undo”": key(
        "1", says("1 of 5"), "g", "n", then=focused(".notice button")
    ),
    "Everywhere: ?: Show these keys": key("?", then=seen("dialog[open]")),
    "Everywhere: Esc: Close, clear": key("q", seen(".queue-panel"), "Escape", then=gone(".queue-panel")),
}
PLAYER = {
    "Player: Space K: Play or pause": key("Space", plays, "k", then=paused),
    "Player: ←: Back 5 seconds": key(at_nine, "ArrowLeft", then=near(4)),
    "Player: →: Forward 5 seconds": key("ArrowRight", then=near(5)),
    "Player: ,: Back 10 seconds": key(at_nine, ",", then=near(0)),
    "Player: .: Forward 10 seconds": key(".", then=near(10)),
    "Player: ⇧ ←: Previous song": key(at_nine, "Shift+ArrowLeft", then=near(0)),
    "Player: ⇧ →: Next song": key("Shift+ArrowRight", then=seen("[data-dock]")),
    "Player: <: Slower": key("<", then=has("[data-do=speed]", "aria-label", "Speed 0.75 times")),
    "Player: >: Faster": key(">", then=has("[data-do=speed]", "aria-label", "Speed 1.25 times")),
    "Player: L: Loop: from here, to here, off": key(
        "l", "ArrowRight", "l", seen(".loop-point", 2), "l", then=gone(".loop-point")
    ),
    "Player: M: Sound off or on": key("m", then=has("[data-do=mute]", "aria-pressed", "true")),
    "Player: Q: Queue": key("q", then=seen(".queue-panel")),
}
JUDGE = {
    "Judge the song that plays: A: Approve": key("a", then=review("approved")),
    "Judge the song that plays: R: Reject": key("r", then=review("rejected")),
    **{
        f"Judge the song that plays: {n}: {n} star{'s' if n > 1 else ''}": key(
            str(n), then=says(f"{n} of 5 stars")
        )
        for n in range(1, 6)
    },
    "Judge the song that plays: 0: No stars": key("3", says("3 of 5"), "0", then=says("No stars")),
    "Judge the song that plays: Z: Undo what was done last": key(
        "a", says("Approved"), "z", then=says("Undone")
    ),
}
SONG = {
    **EVERYWHERE,
    **PLAYER,
    **JUDGE,
    "View: F: Full view on or off": key(
        "f", seen("[data-full-view-end]"), "f", then=gone("[data-full-view-end]")
    ),
    "Notes: N: Write a note at this moment": key("n", then=focused("[data-note-text]")),
    "Listen: ↑: The line before": key(
        "ArrowDown", "ArrowDown", "ArrowUp", then=focused("[data-lyric-line] >> nth=0")
    ),
    "Listen: ↓: The next line": key("ArrowDown", then=focused("[data-lyric-line] >> nth=0")),
    "Listen: Enter: Play that line": key("ArrowDown", "Enter", then=all_of(plays, near(1))),
    "Listen: Home: Back to the line that is sung": key(
        *["ArrowDown"] * 8, seen("[data-to-line]"), "Home", then=gone("[data-to-line]")
    ),
    "Listen: W: Next word, or line where words are not timed": key(at_nine, "w", then=near(10.5)),
    "Listen: ⇧ W: The word or line before": key(at_nine, "Shift+w", then=near(8)),
    "Listen: V: Next verse": key(at_nine, "v", then=near(10.5, 4)),
    "Listen: ⇧ V: The verse before": key(at_nine, "Shift+v", then=near(1)),
    "Listen: C: Next chorus": key("c", then=near(8)),
    "Listen: ⇧ C: The chorus before": key("Shift+c", then=near(15)),
    "Listen: [: Lines 50 ms earlier, for you": key("[", then=says("−50 ms")),
    "Listen: ]: Lines 50 ms later, for you": key("]", then=says("+50 ms")),
}
ROW = "ArrowDown"
CHOSEN = (ROW, "s", seen("[data-bulk]"))
# Keys of every page are tried on that of a song, where one is in the player.
LIBRARY = {
    "List: ↑: The song above": key(ROW, ROW, "ArrowUp", then=focused("[data-title=Mice]")),
    "List: ↓: The song below": key(ROW, ROW, then=focused("[data-title=Bees]")),
    "List: Enter: Play it": key(ROW, "Enter", then=plays),
    "List: O: Open it": key(ROW, "o", then=at("**/tracks/*/")),
    "List: E: Open or close its takes": key(
        ROW, ROW, ROW, "e", seen(".row-take", 2), "e", then=gone(".row-take")
    ),
    "List: S: Choose it": key(ROW, "s", then=seen(".row.is-selected")),
    "List: ⇧↑ ⇧↓: Choose this and the next": key(ROW, "Shift+ArrowDown", then=seen(".row.is-selected", 2)),
    "List: P: Put the chosen into a playlist": key(
        ROW, "p", then=focused("[data-bulk-playlist] .menu button")
    ),
    "List: T: Tag the chosen": key(ROW, "t", then=focused("[data-bulk-tag] input")),
    "List: A: Approve the chosen": key(*CHOSEN, "a", then=says("1 song approved")),
    "List: R: Reject the chosen": key(*CHOSEN, "r", then=says("1 song rejected")),
    "List: G S: What can be done with the chosen": key(*CHOSEN, "g", "s", then=focused("[data-bulk] button")),
    "List: G I: The song in detail": key(ROW, "g", "i", then=focused("aside.inspector")),
}
PLAYLIST = {
    "List: ↑: The song above": key(ROW, ROW, "ArrowUp", then=focused("[data-title=Owls]")),
    "List: ↓: The song below": key(ROW, ROW, then=focused("[data-title=Mice]")),
    "List: Enter: Play it": key(ROW, "Enter", then=plays),
    "List: O: Open it": key(ROW, "o", then=at("**/tracks/*/")),
    "Playlist: Alt ↑: Move the song up": key(
        ROW, ROW, "Alt+ArrowUp", then=seen(".row:first-child[data-title=Mice]")
    ),
    "Playlist: Alt ↓: Move the song down": key(
        ROW, "Alt+ArrowDown", then=seen(".row:first-child[data-title=Owls]")
    ),
    "Playlist: Del: Remove it from the playlist": key(
        ROW, "Delete", then=says("Removed from Night Drive: Owls")
    ),
}
COMPARE = {
    "Compare: A: Play A": key("b", "a", then=has("[data-lane=a]", "data-state", "now")),
    "Compare: B: Play B": key("b", then=has("[data-lane=b]", "data-state", "now")),
    "Compare: X: The other, at the same line": key("x", then=has("[data-lane=b]", "data-state", "now")),
    "Compare: ↵: Keep the chosen one": key("Enter", then=says("A is approved")),
    "Compare: ⇧ ↵: Keep the other one": key("Shift+Enter", then=says("B is approved")),
    "Compare: ↑: Line before": key(
        "ArrowDown", "ArrowDown", "ArrowUp", then=seen("[data-sung]:has-text('Moonlight')")
    ),
    "Compare: ↓: Next line": key("ArrowDown", then=seen("[data-sung]:has-text('Moonlight')")),
    "Compare: Space K: Play or pause": key("Space", plays, "k", then=paused),
    "Compare: ←: Back 5 seconds": key("ArrowRight", near(5), "ArrowLeft", then=near(0)),
    "Compare: →: Forward 5 seconds": key("ArrowRight", then=near(5)),
}
# Line 2 is the first that is sung.
SUNG = ("ArrowDown", focused(".edit-line:nth-child(2)"))


def at_two(page: Page) -> None:
    seek(page, 2.5)


EDITOR = {
    "Lyric editor: T: The line starts here, the one before ends": key(
        *SUNG, at_two, "t", then=line(2, "start", "0:02.50")
    ),
    "Lyric editor: I: The line starts here": key(*SUNG, at_two, "i", then=line(2, "start", "0:02.50")),
    "Lyric editor: O: The line ends here": key(*SUNG, at_two, "o", then=line(2, "end", "0:02.50")),
    "Lyric editor: Enter: Play the line from its start": key(*SUNG, "Enter", then=plays),
    "Lyric editor: ⇧ L: Loop the line, or end the loop": key(
        *SUNG,
        "Shift+l",
        seen("[data-do=loop-line][aria-pressed=true]"),
        "Shift+l",
        then=gone("[data-do=loop-line][aria-pressed=true]"),
    ),
    "Lyric editor: +: Zoom in": key("+", then=seen("[data-zoom]:has-text('2×')")),
    "Lyric editor: −: Zoom out": key("+", "-", then=seen("[data-zoom]:has-text('1×')")),
    "Lyric editor: ↑: The line before": key(*SUNG, "ArrowUp", then=focused(".edit-line:nth-child(1)")),
    "Lyric editor: ↓: The next line": key("ArrowDown", then=focused(".edit-line:nth-child(2)")),
    "Lyric editor: ⇧ ↑: Select upwards": key(*SUNG, "Shift+ArrowUp", then=seen(".edit-line.is-selected", 2)),
    "Lyric editor: ⇧ ↓: Select downwards": key(
        *SUNG, "Shift+ArrowDown", then=seen(".edit-line.is-selected", 2)
    ),
    "Lyric editor: [: 50 ms earlier": key(*SUNG, "[", then=line(2, "start", "0:00.95")),
    "Lyric editor: ]: 50 ms later": key(*SUNG, "]", then=line(2, "start", "0:01.05")),
    "Lyric editor: E: Edit the words": key(*SUNG, "e", then=focused(".edit-line:nth-child(2) .text")),
    "Lyric editor: X: Split before the word at the cursor": key(
        *SUNG, "e", "Home", *["ArrowRight"] * 10, "Escape", "x", then=lines(13)
    ),
    "Lyric editor: J: Join with the next line": key(*SUNG, "j", then=lines(11)),
    "Lyric editor: N: New line": key(*SUNG, "n", then=lines(13)),
    "Lyric editor: H: New heading": key(*SUNG, "h", then=lines(13)),
    "Lyric editor: ⌫: Delete": key(*SUNG, "Backspace", then=lines(11)),
    "Lyric editor: U: Undo": key(*SUNG, "]", "u", then=line(2, "start", "0:01.00")),
    "Lyric editor: ⇧ U: Redo": key(*SUNG, "]", "u", "Shift+u", then=line(2, "start", "0:01.05")),
    "Lyric editor: ⇧ S: Save": key(*SUNG, "]", "Shift+s", then=says("Saved as version")),
}
PAGES: dict[str, tuple[str, str, dict[str, Function]]] = {
    "library": ("/", "[data-inspector-toggle]", LIBRARY),
    "song": ("/tracks/{owls}/", "[data-dock] .pin", SONG),
    "playlist": ("/playlists/{night}/", ".place", PLAYLIST),
    "compare": ("/tracks/{owls}/compare/{other}/", "[data-compare][data-ready]", COMPARE),
    "editor": ("/tracks/{owls}/lyrics/edit/", ".edit-line", EDITOR),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_key_does_what_the_window_of_keys_says(window: Watched, room: Room, name: str) -> None:
    path, ready, functions = PAGES[name]
    address = path.format(owls=room.owls.pk, other=room.other_take.pk, night=room.night.pk)

    # The editor asks before it is left with changes.
    window.page.on("dialog", lambda dialog: dialog.accept())

    def opened(_query: str = "") -> Page:
        """As the first time: what a page remembers it writes while it is left."""
        Track.objects.update(review="new", rating=None)
        window.open("/static/scripts/theme.js").evaluate("localStorage.clear(), sessionStorage.clear()")
        page = window.open(address)
        expect(page.locator(ready).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        return page

    page = opened()
    press(page, "?", seen("dialog[open]"))
    registered = page.evaluate(REGISTERED)
    assert sorted(page.evaluate(SHOWN)) == sorted(registered)
    assert set(registered) - set(SONG) - set(functions) == set()
    assert set(functions) - set(registered) == set()
    found = failures(page, functions, opened)
    assert found == {}, found
