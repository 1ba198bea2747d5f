"""The stems of a song play together in place of it, in time with each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.factories import make_task, make_track
from tests.support.known_song import SECONDS, archive_file, write_tone
from tests.support.playing import MARKED, seek, wait_for_time, wait_until_paused
from tracks.models import Track

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("Vocals", "Drums", "Bass")
# Every stem that the page made, found when it is played.
WATCH = """() => {
  window.sounds = new Set();
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (this.id !== "player") window.sounds.add(this);
    return play.call(this);
  };
}"""
HEARD = "() => [...window.sounds].filter((one) => !one.paused && !one.muted).length"
# Whether all of them play within 20 ms of each other.
IN_TIME = """() => {
  const playing = [...window.sounds].filter((one) => !one.paused && !one.seeking && one.currentTime > 0);
  const times = playing.map((one) => one.currentTime);
  return times.length === 3 && Math.max(...times) - Math.min(...times) < 0.02;
}"""

# Puts one stem off; samples how far apart all are until they were in time for two seconds of the song.
DISTURB = """(off) => new Promise((done) => {
  const song = document.querySelector("#player");
  const all = [...window.sounds].filter((one) => !one.paused);
  const [samples, jumps] = [[], []];
  all[0].currentTime += off;
  all[0].addEventListener("seeked", () => {
    // On a starved machine a stem may stall for longer than it can be bent back: then it must jump.
    const isFar = () => (samples.at(-1)?.[1] ?? 0) > 0.2;
    for (const one of all) one.addEventListener("seeking", () => isFar() || jumps.push(one.currentTime));
    let calm = song.currentTime;
    const sampling = setInterval(() => {
      const times = all.map((one) => one.currentTime);
      const spread = Math.max(...times) - Math.min(...times);
      samples.push([song.currentTime, spread]);
      if (spread > 0.05) calm = song.currentTime;
      if (song.currentTime < calm + 2) return;
      clearInterval(sampling);
      done({ samples, jumps });
    }, 20);
  }, { once: true });
})"""


@pytest.fixture
def page(window: Watched, song: Track, tmp_path: Path) -> Page:
    made = make_task(provider="suno", operation="vocal-removal", status="succeeded", source_track=song)
    files = make_track(made, kind="files", archive="complete", title="")
    for place, name in enumerate(NAMES):
        sound = write_tone(tmp_path / f"{name}.wav", SECONDS, 200 * (place + 1))
        archive_file(files, sound, kind="stem", label=name.lower())
    page = window.open(f"/tracks/{song.pk}/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    page.evaluate(WATCH)
    return page


def test_stems_take_the_place_of_the_song_in_time_and_give_it_back(page: Page) -> None:
    page.get_by_role("button", name="Play the stems instead").click()
    wait_until_paused(page, False)
    page.wait_for_function(f"() => ({HEARD})() === 3")
    assert page.evaluate("document.querySelector('#player').muted")
    expect(page.get_by_role("button", name="Mute", exact=True)).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(IN_TIME)
    page.evaluate("() => { [...window.sounds][0].currentTime += 0.1; }")
    page.wait_for_function(IN_TIME)
    page.wait_for_function("() => /within \\d ms|within 1\\d ms/.test(document.body.innerText)")
    page.evaluate("document.querySelector('#player').pause()")
    seek(page, 12.1)
    expect(page.locator(MARKED)).to_have_text("Turn the river, turn the tide")
    page.keyboard.press(" ")
    page.wait_for_function(IN_TIME)
    page.get_by_role("button", name="Play the stems instead").click()
    page.wait_for_function(f"() => ({HEARD})() === 0")
    assert not page.evaluate("document.querySelector('#player').muted")
    wait_until_paused(page, False)


def test_the_page_draws_once_per_frame_however_often_one_seeks(page: Page) -> None:
    page.keyboard.press(" ")
    wait_until_paused(page, False)
    for time in (3, 6, 9, 3, 6, 9, 3, 6, 9):
        seek(page, time)
    # The frames that the page asks for in one: the dock's, the words', the stems', and this one.
    asked = page.evaluate(
        """() => new Promise((done) => {
          const ask = window.requestAnimationFrame;
          let count = 0;
          window.requestAnimationFrame = (act) => (count += 1, ask.call(window, act));
          ask.call(window, () => ask.call(window, () => done(count)));
        })"""
    )
    assert asked <= 6


def test_solo_mute_and_the_keys_of_the_player(page: Page) -> None:
    page.get_by_role("button", name="Play the stems instead").click()
    page.wait_for_function(f"() => ({HEARD})() === 3")
    page.get_by_role("button", name="Solo Drums").click()
    page.wait_for_function(f"() => ({HEARD})() === 1")
    page.get_by_role("button", name="Solo Drums").click()
    page.get_by_role("button", name="Mute Bass").click()
    page.wait_for_function(f"() => ({HEARD})() === 2")
    page.keyboard.press("m")
    page.wait_for_function(f"() => ({HEARD})() === 0")
    page.keyboard.press("m")
    page.get_by_role("slider", name="Position in Vocals").fill("9")
    page.wait_for_function("() => Math.abs([...window.sounds][0].currentTime - 9) < 2")
    page.keyboard.press("k")
    wait_until_paused(page, True)
    page.wait_for_function("() => [...window.sounds].every((one) => one.paused)")


@pytest.mark.parametrize("off", [-0.12, 0.12])
def test_a_stem_that_falls_out_of_time_comes_back_without_a_jump(page: Page, off: float) -> None:
    page.get_by_role("button", name="Play the stems instead").click()
    page.wait_for_function(f"() => ({HEARD})() === 3")
    wait_for_time(page, 4)
    page.wait_for_function(IN_TIME)
    seen = page.evaluate(DISTURB, off)
    far = [time for time, spread in seen["samples"] if spread > 0.05]
    assert seen["jumps"] == []
    assert max(far) - min(far) < 3  # seconds of the song
    page.wait_for_function(IN_TIME)
