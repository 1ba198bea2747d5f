"""The player in a real browser: the sung lines, seeking, following, keys."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.known_song import LINES, SECONDS, archive_file
from tests.support.playing import MARKED, NOW, seek, sung_at, time_of, wait_for_time, wait_until_paused
from tracks.models import LyricLine, Track

pytestmark = pytest.mark.django_db(transaction=True)

LATE = 0.1


def test_after_a_seek_exactly_the_sung_lines_are_marked(player: Page) -> None:
    for time in (0.0, 0.999, 1.0, 3.0, 3.5, 5.0, 8.5, 9.0, 12.0, 14.0, 14.5, 18.2, 18.25, 20.0):
        seek(player, time)
        expect(player.locator(MARKED)).to_have_text(sung_at(time))


def test_while_it_plays_the_marked_line_is_the_sung_one(player: Page) -> None:
    player.get_by_role("button", name="Play", exact=True).click()
    for moment in (1.5, 3.4, 4.6, 8.4, 9.6):
        seek(player, max(0.0, moment - 0.7))
        wait_for_time(player, moment)
        now = player.evaluate(NOW)
        assert now["sung"] in (sung_at(now["time"]), sung_at(now["time"] - LATE))


def test_lines_are_marked_on_time_from_the_first_to_the_last(player: Page) -> None:
    """Every change of the marks, with the sound's time at that moment, at four times the speed."""
    player.evaluate(
        """() => {
          window.changes = [];
          const audio = document.querySelector("#player");
          const note = ([{ target }]) => window.changes.push([audio.currentTime, target.textContent.trim()]);
          for (const line of document.querySelectorAll("[data-lyric-line]")) {
            const watch = new MutationObserver((records) => {
              if (line.getAttribute("aria-current")) note(records);
            });
            watch.observe(line, { attributeFilter: ["aria-current"] });
          }
          audio.playbackRate = 4;
        }"""
    )
    player.get_by_role("button", name="Play", exact=True).click()
    wait_for_time(player, 18.5)
    begun = {text: time for time, text in player.evaluate("window.changes")}
    expected = {text: start / 1000 for text, start, end in LINES if end > start}
    assert begun.keys() == expected.keys()
    late = {text: begun[text] - start for text, start in expected.items()}
    # Four times the speed quadruples what a late frame costs.
    assert all(-0.001 <= delay <= 4 * LATE for delay in late.values()), late


def test_a_click_on_a_line_plays_from_there(player: Page) -> None:
    player.get_by_role("button", name="Paper wings and lullabies").click()
    expect(player.locator(MARKED)).to_have_text("Paper wings and lullabies")
    assert 10.5 <= time_of(player) < 12
    assert player.evaluate("!document.querySelector('#player').paused")


def test_the_time_in_the_address_is_where_it_begins(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/#t=15.5")
    expect(page.locator(MARKED)).to_have_text("Morning waits on the other side")


def test_words_light_up_one_by_one(window: Watched, song: Track) -> None:
    song.lines.filter(position=1).update(
        words=[[1000, 1500, "Moonlight"], [1500, 2000, "guides"], [2000, 2500, "the"], [2500, 2700, "silent"],
               [2700, 3000, "flight"]]
    )  # fmt: skip
    page = window.open(f"/tracks/{song.pk}/")
    seek(page, 2.1)
    expect(page.locator(".is-sung")).to_have_text(["Moonlight", "guides", "the"])
    seek(page, 1.2)
    expect(page.locator(".is-sung")).to_have_text(["Moonlight"])


KEYS = (
    ("ArrowRight", 3.0, 8.0),
    ("ArrowLeft", 8.0, 3.0),
    ("ArrowLeft", 2.0, 0.0),
    ("l", 3.0, 13.0),
    ("L", 3.0, 13.0),
    ("j", 13.0, 3.0),
    ("Home", 13.0, 0.0),
    ("End", 3.0, SECONDS),
    ("ArrowDown", 0.0, 1.0),
    ("ArrowDown", 4.5, 7.0),
    ("ArrowDown", 16.0, 15.0),
    ("ArrowUp", 4.5, 1.0),
    ("ArrowUp", 6.0, 4.0),
    ("ArrowUp", 1.2, 0.0),
)


def test_keys_move_through_the_song(player: Page) -> None:
    for key, begin, end in KEYS:
        seek(player, begin)
        player.keyboard.press(key)
        assert time_of(player) == pytest.approx(end, abs=0.01), (key, begin)


@pytest.mark.parametrize("key", [" ", "k"])
def test_keys_play_and_pause(player: Page, key: str) -> None:
    player.keyboard.press(key)
    wait_until_paused(player, False)
    expect(player.locator("[data-toggle]")).to_have_accessible_name("Pause")
    player.keyboard.press(key)
    wait_until_paused(player, True)
    expect(player.locator("[data-toggle]")).to_have_accessible_name("Play")


def test_m_turns_the_sound_off_and_on(player: Page) -> None:
    player.keyboard.press("m")
    expect(player.get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "true")
    player.keyboard.press("m")
    expect(player.get_by_role("button", name="Mute", exact=True)).to_have_attribute("aria-pressed", "false")


def test_the_help_lists_every_key_and_closes(player: Page) -> None:
    player.keyboard.press("?")
    help_ = player.get_by_role("dialog", name="Keys")
    assert help_.locator("kbd").all_text_contents() == [
        "Space", "K", "←", "→", "J", "L", "↑", "↓", "Home", "End", "M", "?",
    ]  # fmt: skip
    player.keyboard.press("Escape")
    expect(help_).not_to_be_visible()


def test_keys_rest_while_someone_types(player: Page) -> None:
    notes = player.get_by_label("Notes")
    notes.press_sequentially("jk l?m ")
    expect(notes).to_have_value("jk l?m ")
    assert time_of(player) == 0
    assert player.evaluate("document.querySelector('#player').paused")


def test_space_pauses_although_a_line_has_the_focus(player: Page) -> None:
    player.get_by_role("button", name="Owls dance in pure delight").click()
    wait_until_paused(player, False)
    wait_for_time(player, 4.3)
    player.keyboard.press(" ")
    wait_until_paused(player, True)
    assert time_of(player) >= 4.3


def test_the_slider_seeks_and_tells_its_place(player: Page) -> None:
    slider = player.get_by_role("slider", name="Position")
    slider.fill("15.5")
    expect(player.locator(MARKED)).to_have_text("Morning waits on the other side")
    expect(slider).to_have_attribute("aria-valuetext", "0:15 of 0:20")


def test_a_section_is_a_way_to_jump(window: Watched, song: Track) -> None:
    LyricLine.objects.filter(track=song, kind="section").update(start_ms=7_000, end_ms=7_020)
    page = window.open(f"/tracks/{song.pk}/")
    page.get_by_role("button", name="verse").click()
    expect(page.locator(MARKED)).to_have_text("Stars above with shining eyes")


def test_the_lock_screen_knows_the_song(player: Page) -> None:
    assert player.evaluate("navigator.mediaSession.metadata.title") == "Owls at Dusk"


def test_a_file_that_cannot_be_loaded_is_explained(window: Watched, song: Track) -> None:
    song.assets.update(file="0000/gone.wav")
    page = window.open(f"/tracks/{song.pk}/")
    expect(page.get_by_role("alert")).to_contain_text("The song could not be loaded.")
    window.complaints.clear()  # the browser itself notes the missing file


def test_lines_in_any_shape_are_marked_by_the_one_rule(player: Page) -> None:
    """Overlaps, gaps, equal starts, no length, any order: compared with looking at every line."""
    dice = random.Random(11)
    for _ in range(30):
        starts = [dice.choice([0, 1, 2, 2.5, 3, 7]) + dice.random() * dice.choice([0, 1]) for _ in range(12)]
        lines = [(start, start + dice.choice([0, 0.2, 1, 5])) for start in starts]
        times = [dice.random() * 9 for _ in range(40)]
        found: Any = player.evaluate(
            """async ([lines, times]) => {
              const { timeline } = await import("/static/js/cues.js");
              const cues = lines.map(([start, end], id) => ({ start, end, id }));
              cues.sort((one, other) => one.start - other.start);
              const at = timeline(cues);
              return times.map((time) => at(time).sung.map((cue) => cue.id).sort((a, b) => a - b));
            }""",
            [lines, times],
        )
        same = 0.0005  # half a millisecond, as in cues.js
        assert found == [
            [place for place, (start, end) in enumerate(lines) if start <= time + same < end]
            for time in times
        ]


def test_the_copied_words_are_the_song(window: Watched, song: Track) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = window.open(f"/tracks/{song.pk}/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(
        ["verse", *(text for text, _, _ in LINES)]
    )


def test_words_that_come_while_the_page_is_open_appear_in_it(window: Watched, song: Track) -> None:
    lines = list(song.lines.all())
    song.lines.all().delete()
    Track.objects.update(lyrics_timing="none", timing_state="waiting")
    page = window.open(f"/tracks/{song.pk}/")
    expect(page.get_by_text("still being aligned")).to_be_visible()
    LyricLine.objects.bulk_create(lines)
    Track.objects.update(lyrics_timing="line", timing_state="there")
    page.get_by_role("button", name="Paper wings and lullabies").click()
    expect(page.locator(MARKED)).to_have_text("Paper wings and lullabies")


def test_a_song_becomes_playable_while_its_page_is_open(window: Watched, song: Track, sound: Any) -> None:
    song.assets.all().delete()
    Track.objects.update(archive="pending")
    page = window.open(f"/tracks/{song.pk}/")
    expect(page.get_by_text("Not archived yet.")).to_be_visible()
    archive_file(song, sound)
    Track.objects.update(archive="complete")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


@pytest.fixture
def awaited(window: Watched, song: Track) -> Page:
    """The page of a song whose audio is still to come; the browser's clock is the test's."""
    song.assets.all().delete()
    Track.objects.update(archive="pending")
    window.page.clock.install()
    return window.open(f"/tracks/{song.pk}/")


def arrive(song: Track, sound: Any, page: Page) -> None:
    """The audio is archived, and the page asks for what is new."""
    archive_file(song, sound)
    Track.objects.update(archive="complete")
    page.clock.fast_forward(5000)
    page.get_by_text("The song can be played now.").wait_for()


def test_what_is_typed_stays_when_a_song_becomes_playable(awaited: Page, song: Track, sound: Any) -> None:
    notes = awaited.get_by_label("Notes")
    notes.fill("Lovely ending")
    notes.blur()
    arrive(song, sound, awaited)
    expect(notes).to_have_value("Lovely ending")
    awaited.get_by_role("link", name="Load the page").click()
    expect(awaited.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_refused_text_stays_when_a_song_becomes_playable(
    window: Watched, awaited: Page, song: Track, sound: Any
) -> None:
    notes = awaited.get_by_label("Notes")
    notes.evaluate("notes => { notes.maxLength = 30000; notes.value = 'x'.repeat(20001); }")
    awaited.get_by_role("button", name="Save rating and notes").click()
    awaited.get_by_text("Nothing was saved").first.wait_for()
    arrive(song, sound, awaited)
    expect(notes).to_have_value("x" * 20_001)
    window.complaints.clear()  # about the status 400 of the refusal
