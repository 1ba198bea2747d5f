"""The player in a real browser: the sung lines, seeking, following, keys."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.accessible import assert_accessible
from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.known_song import LINES, archive_file
from tests.support.playing import MARKED, seek, sung_at, time_of, wait_for_time, wait_until_paused
from tracks.models import LyricLine, Track

pytestmark = pytest.mark.django_db(transaction=True)

EXACT = 0.05
# What is marked in the first frame in which the sound has come to a moment.
PAINTED_AT = f"""(moment) => new Promise((done) => {{
  const audio = document.querySelector("#player");
  const look = () => {{
    if (audio.currentTime < moment) return requestAnimationFrame(look);
    const lines = [...document.querySelectorAll("{MARKED}")];
    done([audio.currentTime, lines.map((line) => line.textContent.trim())]);
  }};
  requestAnimationFrame(look);
}})"""


def test_after_a_seek_exactly_the_sung_lines_are_marked(player: Page) -> None:
    for time in (0.0, 0.999, 1.0, 3.0, 3.5, 5.0, 8.5, 9.0, 12.0, 14.0, 14.5, 18.2, 18.25, 20.0):
        seek(player, time)
        expect(player.locator(MARKED)).to_have_text(sung_at(time))


@pytest.mark.parametrize("speed", [1, 2])
def test_at_any_moment_the_marked_line_is_the_sung_one(player: Page, speed: int) -> None:
    """Ten moments around the borders of lines, each as it is painted; with the other speed twenty."""
    dice = random.Random(speed)
    borders = [time / 1000 for _, start, end in LINES for time in (start, end)]
    player.evaluate(f"document.querySelector('#player').playbackRate = {speed}")
    player.keyboard.press(" ")
    for _ in range(10):
        moment = max(0.3, dice.choice(borders) + dice.uniform(-0.15, 0.15))
        seek(player, moment - 0.2)
        time, sung = player.evaluate(PAINTED_AT, moment)
        assert sung in (sung_at(time), sung_at(time - EXACT * speed), sung_at(time + EXACT * speed)), time


def test_lines_are_marked_on_time_from_the_first_to_the_last(player: Page) -> None:
    """Every change of the marks, at four times the speed: in the first frame that can have it or the next."""
    player.evaluate(
        """() => {
          window.changes = [];
          const audio = document.querySelector("#player");
          const frames = [0, 0, 0];
          const sample = () => (frames.push(audio.currentTime), requestAnimationFrame(sample));
          requestAnimationFrame(sample);
          const note = ([{ target }]) =>
            window.changes.push([target.textContent.trim(), frames.at(-3), audio.currentTime]);
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
    begun = {text: (before, at) for text, before, at in player.evaluate("window.changes")}
    expected = {text: start / 1000 for text, start, end in LINES if end > start}
    assert begun.keys() == expected.keys()
    # By frames, not by seconds: a busy machine draws few.
    seen = {text: (before, expected[text], at) for text, (before, at) in begun.items()}
    assert all(before <= start <= at + 0.001 for before, start, at in seen.values()), seen


def test_a_click_on_a_line_plays_from_there(player: Page) -> None:
    player.get_by_role("link", name="Paper wings and lullabies").click()
    expect(player.locator(MARKED)).to_have_text("Paper wings and lullabies")
    assert 10.5 <= time_of(player) < 12
    assert player.evaluate("!document.querySelector('#player').paused")


def test_the_time_in_the_address_is_where_it_begins(window: Watched, song: Track) -> None:
    page = window.open(f"/tracks/{song.pk}/?t=15.5")
    expect(page.locator(MARKED)).to_have_text("Morning waits on the other side")


KEYS = (
    ("ArrowRight", 3.0, 8.0),
    ("ArrowLeft", 8.0, 3.0),
    ("ArrowLeft", 2.0, 0.0),
    (".", 3.0, 13.0),
    (",", 13.0, 3.0),
    ("v", 0.0, 10.5),
    ("V", 18.0, 10.5),
    ("c", 5.0, 15.0),
    ("C", 5.0, 15.0),
)


def test_keys_move_through_the_song(window: Watched, song: Track) -> None:
    song.lines.all().delete()
    make_lines(song, *LINES[:4], "Verse 1", *LINES[4:7], "Chorus", *LINES[7:])
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    page.evaluate("HTMLMediaElement.prototype.play = async () => {}")
    for key, begin, end in KEYS:
        seek(page, begin)
        page.keyboard.press(key)
        assert time_of(page) == pytest.approx(end, abs=0.01), (key, begin)


def test_arrows_choose_a_line_and_enter_plays_it(player: Page) -> None:
    seek(player, 4.5)
    player.keyboard.press("ArrowDown")
    expect(player.locator(":focus")).to_have_text("Stars above with shining eyes")
    player.keyboard.press("ArrowDown")
    player.keyboard.press("ArrowUp")
    assert time_of(player) == pytest.approx(4.5)
    player.keyboard.press("Enter")
    wait_until_paused(player, False)
    expect(player.locator(MARKED)).to_have_text("Stars above with shining eyes")


def test_a_listener_can_have_the_lines_later_and_the_browser_keeps_that(player: Page) -> None:
    for _ in range(4):
        player.keyboard.press("]")
    expect(player.locator("[data-offset-of=listener] output")).to_have_text("+200 ms")
    seek(player, 1.1)
    expect(player.locator(MARKED)).to_have_count(0)
    seek(player, 3.1)
    expect(player.locator(MARKED)).to_have_text("Moonlight guides the silent flight")
    player.reload()
    expect(player.locator("[data-offset-of=listener] output")).to_have_text("+200 ms")


def test_a_pause_is_counted_in(player: Page, song: Track) -> None:
    song.lines.all().delete()
    make_lines(song, ("Moonlight", 5_000, 6_000), ("Owls", 12_500, 14_000))
    player.reload()
    player.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    seek(player, 7.0)
    expect(player.locator(".gap.is-on")).to_have_text(re.compile(r"Pause of\s*6 s"))
    seek(player, 11.6)
    expect(player.locator(".gap.is-on [data-gap-left]")).to_have_text("1 s")
    expect(player.locator(MARKED)).to_have_count(0)


def test_lines_fade_by_their_distance(player: Page) -> None:
    seek(player, 8.5)
    far = player.locator("li.line").evaluate_all("(lines) => lines.map((line) => line.dataset.d)")
    assert far == ["2", "1", "0", "0", "1", "2", "3", "4"]


def test_a_loop_stands_on_the_waveform_and_its_points_move_by_keys(player: Page) -> None:
    for time in (4.0, 6.0):
        seek(player, time)
        player.keyboard.press("l")
    begin, end = (player.get_by_role("slider", name=f"The loop {word}") for word in ("begins", "ends"))
    expect(begin).to_have_attribute("aria-valuenow", "4.0")
    end.focus()
    player.keyboard.press("ArrowRight")
    player.keyboard.press("Shift+ArrowRight")
    expect(end).to_have_attribute("aria-valuenow", "7.1")
    expect(end).to_be_focused()
    player.keyboard.press(" ")
    seek(player, 6.9)
    player.wait_for_function("() => document.querySelector('#player').currentTime < 5")


def test_the_full_view_is_lyrics_waveform_and_controls(player: Page) -> None:
    player.keyboard.press("f")
    expect(player.get_by_role("banner")).to_have_count(0)
    expect(player.locator(".song-bar")).not_to_be_visible()
    expect(player.get_by_role("link", name="Owls dance in pure delight")).to_be_visible()
    player.keyboard.press("Space")
    wait_until_paused(player, False)
    expect(player.locator(".song-bar")).not_to_be_visible()
    player.keyboard.press("Escape")
    expect(player.locator(".song-bar")).to_be_visible()


def test_a_note_is_written_at_the_playhead_and_pinned(player: Page, song: Track) -> None:
    seek(player, 9.5)
    player.keyboard.press("n")
    expect(player.get_by_label("Note at 0:09")).to_be_focused()
    player.keyboard.type("Breath is cut")
    player.keyboard.press("Escape")
    expect(player.locator("main")).to_be_focused()
    player.keyboard.press("n")
    seek(player, 12.0)  # the note stays where it was begun
    player.keyboard.press("Enter")
    pin = player.get_by_role("link", name="Note at 0:09 by ada: Breath is cut")
    expect(pin).to_be_visible()
    assert song.track_notes.get().at_ms == 9_500
    player.get_by_role("button", name="Remove the note at 0:09").click()
    expect(pin).to_have_count(0)
    player.get_by_role("button", name="Undo").click()
    expect(pin).to_be_visible()


def test_an_impatient_writer_makes_one_note_and_loses_no_letter(player: Page, song: Track) -> None:
    held: list[Route] = []
    player.route("**/notes/", lambda route: held.append(route))
    player.keyboard.press("n")
    player.keyboard.type("Breath")
    player.keyboard.press("Enter")
    player.keyboard.press("Enter")
    player.keyboard.type(" is cut")
    player.evaluate("0")
    assert len(held) == 1
    held[0].continue_()
    expect(player.locator("[data-note-list] li")).to_have_count(1)
    expect(player.locator("[data-note-text]")).to_have_value("Breath is cut")
    assert song.track_notes.get().text == "Breath"


def test_another_songs_page_leaves_the_music_and_offers_its_own(
    player: Page, song: Track, sound: Path
) -> None:
    other = make_track(make_task(status="succeeded"), archive="complete", title="Another")
    archive_file(other, sound)
    make_lines(other, *LINES)
    player.keyboard.press(" ")
    player.keyboard.press("/")
    player.locator(f"[data-track-id='{other.pk}'] .row-title").click()
    expect(player.get_by_role("heading", name="Another")).to_be_visible()
    own = player.get_by_label("This song")
    expect(own.get_by_role("slider", name="Position in Another")).to_be_visible()
    expect(player.locator("[data-dock-title]")).to_have_text(song.title)
    player.get_by_role("link", name="Paper wings and lullabies").click()
    expect(player.locator("[data-dock-title]")).to_have_text("Another")
    expect(own).not_to_be_visible()
    expect(player.locator(MARKED)).to_have_text("Paper wings and lullabies")


def test_a_song_page_has_nothing_that_axe_complains_of(player: Page) -> None:
    for tab in ("Listen", "Family", "Files", "History"):
        player.get_by_role("navigation", name="Song", exact=True).get_by_role("link", name=tab).click()
        assert_accessible(player)


@pytest.mark.parametrize("key", [" ", "k"])
def test_keys_play_and_pause(player: Page, key: str) -> None:
    player.keyboard.press(key)
    wait_until_paused(player, False)
    expect(player.locator("[data-do=toggle]")).to_have_accessible_name("Pause")
    player.keyboard.press(key)
    wait_until_paused(player, True)
    expect(player.locator("[data-do=toggle]")).to_have_accessible_name("Play")


def test_m_turns_the_sound_off_and_on(player: Page) -> None:
    player.keyboard.press("m")
    expect(player.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    player.keyboard.press("m")
    expect(player.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")


def test_the_help_lists_the_keys_of_the_page(player: Page) -> None:
    player.keyboard.press("?")
    help_ = player.get_by_role("dialog", name="Keys")
    for words in ("Next chorus", "Play that line", "Write a note at this moment", "Full view on or off"):
        expect(help_.get_by_text(words)).to_be_visible()
    player.keyboard.press("Escape")
    expect(help_).not_to_be_visible()


def test_a_login_shows_nothing_of_the_song_that_played(window: Watched, player: Page, song: Track) -> None:
    player.keyboard.press(" ")
    wait_for_time(player, 0.5)
    cookies = window.context.cookies()
    window.context.clear_cookies()
    player.goto("/admin/login/?next=/")
    expect(player.get_by_label("Username")).to_be_visible()
    expect(player.locator("[data-dock]")).to_be_hidden()
    window.context.add_cookies(cookies)  # type: ignore[arg-type]
    player.goto("/tasks/")
    expect(player.locator("[data-dock-title]")).to_have_text(song.title)


def test_after_a_logout_and_for_another_user_nothing_is_left_of_what_played(
    window: Watched, player: Page, song: Track
) -> None:
    kept = "JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"
    player.keyboard.press(" ")
    wait_for_time(player, 0.5)
    player.goto("/tasks/")
    expect(player.locator("[data-dock-title]")).to_have_text(song.title)
    assert song.title in player.evaluate(kept)
    log_in(window, make_staff("bob"))
    player.goto("/tasks/")
    expect(player.locator("[data-dock]")).to_be_hidden()
    assert song.title not in player.evaluate(kept)
    player.goto(f"/tracks/{song.pk}/")
    player.keyboard.press(" ")
    wait_for_time(player, 0.5)
    player.locator(".me summary").click()
    player.get_by_role("button", name="Log out").click()
    expect(player.get_by_role("heading", name="You are logged out")).to_be_visible()
    player.wait_for_function(f"() => !({kept}).includes('{song.title}')")


def test_one_sound_at_a_time_on_a_page(window: Watched, song: Track, sound: Path) -> None:
    archive_file(song, sound, kind="stem", label="vocal")
    page = window.open(f"/tracks/{song.pk}/#files")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    page.keyboard.press(" ")
    wait_for_time(page, 0.3)
    page.evaluate("document.querySelector('#files audio').play()")
    wait_until_paused(page, True)
    page.evaluate("document.querySelector('#player').play()")
    page.wait_for_function("() => document.querySelector('#files audio').paused")
    wait_until_paused(page, False)


def test_keys_rest_while_someone_types(player: Page) -> None:
    notes = player.get_by_role("textbox", name="General note")
    notes.press_sequentially("jk l?m ")
    expect(notes).to_have_value("jk l?m ")
    assert time_of(player) == 0
    assert player.evaluate("document.querySelector('#player').paused")


def test_space_pauses_although_a_line_has_the_focus(player: Page) -> None:
    player.get_by_role("link", name="Owls dance in pure delight").click()
    wait_until_paused(player, False)
    wait_for_time(player, 4.3)
    player.keyboard.press(" ")
    wait_until_paused(player, True)
    assert time_of(player) >= 4.3


def test_the_slider_seeks_and_tells_its_place(player: Page) -> None:
    slider = player.get_by_role("slider", name="Position in Owls at Dusk")
    slider.fill("15.5")
    expect(player.locator(MARKED)).to_have_text("Morning waits on the other side")
    expect(slider).to_have_attribute("aria-valuetext", "0:15 of 0:20")


def test_a_section_is_a_way_to_jump(window: Watched, song: Track) -> None:
    LyricLine.objects.filter(track=song, kind="section").update(start_ms=7_000, end_ms=7_020)
    page = window.open(f"/tracks/{song.pk}/")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Verse").click()
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
              const { timeline } = await import("/static/scripts/pages/song-cues.js");
              const cues = lines.map(([start, end], id) => ({ start, end, id }));
              cues.sort((one, other) => one.start - other.start);
              const at = timeline(cues);
              return times.map((time) => at(time).sung.map((place) => cues[place].id).sort((a, b) => a - b));
            }""",
            [lines, times],
        )
        same = 0.0005  # half a millisecond, as in song-cues.js
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
    page.get_by_role("link", name="Paper wings and lullabies").click()
    expect(page.locator(MARKED)).to_have_text("Paper wings and lullabies")


def test_a_song_becomes_playable_while_its_page_is_open(window: Watched, song: Track, sound: Any) -> None:
    song.assets.all().delete()
    Track.objects.update(archive="pending")
    page = window.open(f"/tracks/{song.pk}/")
    expect(page.get_by_text("Not archived yet.")).to_be_visible()
    page.evaluate("window.isSame = true")
    archive_file(song, sound)
    Track.objects.update(archive="complete")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert page.evaluate("window.isSame")


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
    notes = awaited.get_by_role("textbox", name="General note")
    notes.fill("Lovely ending")
    notes.blur()
    arrive(song, sound, awaited)
    expect(notes).to_have_value("Lovely ending")
    awaited.get_by_role("button", name="Show it").click()
    expect(awaited.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_refused_text_stays_when_a_song_becomes_playable(
    window: Watched, awaited: Page, song: Track, sound: Any
) -> None:
    notes = awaited.get_by_role("textbox", name="General note")
    notes.evaluate("notes => { notes.maxLength = 30000; notes.value = 'x'.repeat(20001); }")
    awaited.get_by_role("button", name="Save the general note").click()
    awaited.get_by_text("Nothing was saved").first.wait_for()
    arrive(song, sound, awaited)
    expect(notes).to_have_value("x" * 20_001)
    window.complaints.clear()  # about the status 400 of the refusal
