"""The compare page in a real browser: one take sounds; switching keeps the line, second or section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track
from tests.support.known_song import archive_file, write_tone
from tests.support.playing import seek, time_of, wait_for_time, wait_until_paused
from tracks.models import Asset, Track

pytestmark = pytest.mark.django_db(transaction=True)

# The same lines as the song's first, sung later; one of its own, and one in other words.
LATER = [
    ("Moonlight guides the silent flight", 3_000, 5_000),
    ("A line that only this one has", 5_500, 6_500),
    ("Owls dance in pure delight", 7_000, 9_000),
    ("Stars above with other eyes", 10_000, 12_000),
]
DOCK = "() => Number(document.querySelector('[data-dock]').dataset.dockTrack)"
WATCH = """() => {
  window.heard = [];
  const note = ({ target }) => window.heard.push(target.currentTime);
  document.addEventListener("playing", note, { capture: true });
}"""

# A link to any page, as a page could have it.
FOLLOW = """(href) => {
  const link = Object.assign(document.createElement("a"), { href });
  document.querySelector("main").append(link);
  link.click();
}"""


@pytest.fixture
def short_sound(tmp_path: Path) -> Path:
    return write_tone(tmp_path / "short.wav", 5, hertz=330)


def another(sound: Path, lines: list[tuple[str, int, int]] = LATER, **over: Any) -> Track:
    values = {"provider": "suno", "status": "succeeded"} | over
    track = make_track(make_task(**values), archive="complete", title="Another")
    archive_file(track, sound)
    make_lines(track, *lines)
    return track


def opened(window: Watched, one: Track, other: Track) -> Page:
    page = window.open(f"/tracks/{one.pk}/compare/{other.pk}/")
    page.wait_for_selector("[data-compare][data-ready]")
    return page


def keeps(page: Page, what: str) -> None:
    page.get_by_label("What stays when switching").select_option(what)
    page.evaluate("document.activeElement.blur()")


def chosen(page: Page) -> str:
    return page.locator("[data-state=now] .lane-key").inner_text()


def place_in(page: Page, take: str) -> float:
    """Where a take's waveform shows that it is."""
    return float(page.get_by_role("slider", name=f"Position in take {take}").input_value())


@pytest.fixture
def pair(window: Watched, song: Track, sound: Path) -> Page:
    return opened(window, song, another(sound))


@pytest.mark.parametrize("way", ["button", "b", "x"])
def test_switching_keeps_the_line_and_one_take_sounds(pair: Page, way: str) -> None:
    pair.keyboard.press(" ")
    seek(pair, 4.5)
    wait_for_time(pair, 4.7)
    pair.evaluate(WATCH)
    if way == "button":
        pair.get_by_role("button", name="Play take B").click()
    else:
        pair.keyboard.press(way)
    wait_for_time(pair, 7.2)
    assert chosen(pair) == "B"
    expect(pair.locator("[data-sung]")).to_have_text("Owls dance in pure delight")
    pair.keyboard.press("a")
    wait_for_time(pair, 4.2)
    assert chosen(pair) == "A"
    heard = pair.evaluate("window.heard")
    assert heard == pytest.approx([7.0, 4.0], abs=0.3)
    assert pair.evaluate("[...document.querySelectorAll('audio')].filter((one) => !one.paused).length") == 1
    assert pair.evaluate("document.querySelector('#player').src").startswith("blob:")
    assert pair.evaluate("navigator.mediaSession.metadata.title") == "Owls at Dusk"
    expect(pair.locator("[data-dock]")).to_be_hidden()


def test_switching_keeps_the_second_or_the_section_and_the_choice_is_remembered(
    window: Watched, song: Track, sound: Path
) -> None:
    other = another(sound)
    for track, start in ((song, 6_000), (other, 9_500)):
        track.lines.filter(kind="section").delete()
        track.lines.create(position=90, kind="section", text="Chorus", start_ms=start)
    page = opened(window, song, other)
    keeps(page, "second")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.wait_for_function("() => document.querySelector('#player').currentTime === 5")
    wait_until_paused(page, True)
    page = opened(window, song, other)
    expect(page.get_by_label("What stays when switching")).to_have_value("second")
    keeps(page, "section")
    page.keyboard.press("a")
    page.get_by_role("slider", name="Position in take A").fill("8")
    page.keyboard.press("b")
    page.wait_for_function("() => document.querySelector('#player').currentTime === 9.5")


def test_the_words_run_in_time_and_both_takes_are_shown(pair: Page) -> None:
    pair.get_by_role("slider", name="Position in take A").fill("7.5")
    now = pair.locator(".cmp-now")
    expect(now).to_have_text("Stars above with shining eyes")
    expect(now).to_have_attribute("aria-current", "true")
    expect(pair.locator("[data-before]")).to_have_text("Owls dance in pure delight")
    expect(pair.locator("[data-after]")).to_have_text("(watching with shining eyes)")
    expect(pair.locator("[data-other-line]")).to_have_text("Stars above with other eyes")
    expect(pair.locator("[data-other-says]")).to_have_text("Other words, at 0:10, 3.0 s later.")
    pair.evaluate("document.activeElement.blur()")
    pair.keyboard.press("ArrowUp")
    # A sound that is still loading goes there once it can.
    pair.wait_for_function("() => Math.abs(document.querySelector('#player').currentTime - 4) < 0.01")
    pair.get_by_role("slider", name="Position in take A").fill("3.5")
    expect(now).not_to_have_attribute("aria-current", "true")
    pair.get_by_role("slider", name="Position in take A").fill("0.2")
    expect(now).to_have_text("…")
    expect(pair.locator("[data-other-says]")).to_have_text("Nothing is sung yet.")


def test_a_click_on_a_waveform_goes_there_and_its_played_part_can_be_seen(pair: Page) -> None:
    lane = pair.locator("[data-lane=b]")
    box = lane.locator(".wave-box").bounding_box()
    assert box
    pair.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert chosen(pair) == "B"
    wait_for_time(pair, 9.7)
    assert time_of(pair) == pytest.approx(10, abs=0.3)
    for take in "ab":
        clip = pair.locator(f"[data-lane={take}] .wave-clip")
        share = float(clip.get_attribute("width") or 0) / float(clip.get_attribute("data-full") or 1)
        assert 0.3 < share < 0.7
        fills = pair.evaluate(
            """(take) => ["played", "rest"].map((name) => {
              const use = document.querySelector(`[data-lane=${take}] .${name}`);
              return getComputedStyle(use).getPropertyValue("--w-verse");
            })""",
            take,
        )
        assert fills[0] != fills[1]
    pair.mouse.move(box["x"] + box["width"] / 2, box["y"] + 4)
    pair.mouse.down()
    pair.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 4, steps=4)
    pair.mouse.up()
    assert time_of(pair) == pytest.approx(16, abs=0.3)


def test_both_sound_equally_loud_and_the_listeners_volume_stays(
    window: Watched, song: Track, sound: Path
) -> None:
    other = another(sound)
    Asset.objects.filter(track=song).update(loudness_lufs=-8.0)
    Asset.objects.filter(track=other).update(loudness_lufs=-14.0)
    page = opened(window, song, other)
    volume = "document.querySelector('#player').volume"
    page.keyboard.press("b")
    assert page.evaluate(volume) == 1
    page.keyboard.press("a")
    assert page.evaluate(volume) == pytest.approx(10 ** (-6 / 20), abs=0.001)
    expect(page.locator("[data-lane=a] [data-gain]")).to_have_text("−6.0 dB")
    page.get_by_label("Same loudness, −14.0 LUFS").uncheck()
    assert page.evaluate(volume) == 1
    page.get_by_label("Same loudness, −14.0 LUFS").check()
    page.get_by_role("link", name="Library").first.click()
    expect(page.locator("[data-compare]")).to_have_count(0)
    assert page.evaluate(volume) == 1
    assert page.evaluate(DOCK) == song.pk  # nothing played before: the take stays in the dock
    assert page.evaluate("localStorage.getItem('volume')") in ("1", None)


def test_what_played_before_gets_its_place_back(window: Watched, song: Track, sound: Path) -> None:
    other, before = another(sound), another(sound)
    Track.objects.filter(pk=before.pk).update(title="Before")
    page = window.open("/")
    page.locator(f"[data-track-id='{before.pk}'] [data-play]").first.click()
    wait_for_time(page, 0.2)
    page.evaluate(FOLLOW, f"/tracks/{song.pk}/compare/{other.pk}/")
    page.wait_for_selector("[data-compare][data-ready]")
    assert page.evaluate(DOCK) == before.pk
    wait_until_paused(page, False)
    page.keyboard.press(" ")
    page.wait_for_function(f"() => ({DOCK})() === {song.pk}")
    wait_until_paused(page, False)
    page.go_back()
    page.wait_for_function(f"() => ({DOCK})() === {before.pk}")
    wait_until_paused(page, True)
    expect(page.locator("[data-dock]")).to_be_visible()
    wait_for_time(page, 0.01)


def test_where_the_other_is_over_it_says_so(window: Watched, song: Track, short_sound: Path) -> None:
    other = another(short_sound, lines=[])
    Asset.objects.filter(track=other).update(duration_ms=5_000)
    page = opened(window, song, other)
    page.keyboard.press(" ")
    wait_for_time(page, 0.1)
    seek(page, 9.0)
    page.keyboard.press("b")
    expect(page.locator("[data-fault]")).to_have_text("B is shorter: it has ended at 0:05.")
    wait_until_paused(page, True)


def test_an_extension_can_be_played_from_where_it_continues(
    window: Watched, song: Track, sound: Path
) -> None:
    longer = another(sound, operation="extend", source_track=song, params={"continueAt": 8.0})
    page = opened(window, song, longer)
    keeps(page, "join")
    page.get_by_role("slider", name="Position in take A").fill("10")
    page.keyboard.press("x")
    page.wait_for_function("() => document.querySelector('#player').currentTime === 2")
    page.keyboard.press("x")
    page.wait_for_function("() => document.querySelector('#player').currentTime === 10")


def test_a_song_without_sound_leaves_the_other_to_be_playing(window: Watched, song: Track) -> None:
    page = opened(window, make_track(make_task(), status="pending"), song)
    expect(page.get_by_role("button", name="Play take A")).to_be_disabled()
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_time(page, 0.2)
    assert chosen(page) == "B"
    page.keyboard.press("x")
    assert chosen(page) == "B"


def test_the_letters_of_takes_are_their_keys(window: Watched, song: Track, sound: Path) -> None:
    Track.objects.filter(pk=song.pk).update(position=2)
    other = make_track(song.task, archive="complete", title=song.title, position=1)
    archive_file(other, sound)
    page = opened(window, song, other)
    assert chosen(page) == "C"
    page.keyboard.press("b")
    expect(page.locator("[data-state=now] .lane-key")).to_have_text("B")
    expect(page.locator("[data-lane-says]").nth(0)).to_have_text("against B")
    page.keyboard.press("c")
    expect(page.locator("[data-state=now] .lane-key")).to_have_text("C")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("C is approved, B rejected")


def test_one_is_kept_by_a_key_and_taken_back_by_another(pair: Page, song: Track) -> None:
    pair.keyboard.press("b")
    pair.keyboard.press("Enter")
    expect(pair.locator(".notice")).to_contain_text("B is approved, A rejected: another take won.")
    expect(pair.locator("[data-lane=a] [data-lane-review]")).to_have_text("rejected")
    song.refresh_from_db()
    assert song.review == "rejected"
    assert song.events.get(kind="track.reviewed").data["reason"] == "another take won"
    pair.keyboard.press("z")
    expect(pair.locator(".notice")).to_contain_text("Undone")
    assert set(Track.objects.values_list("review", flat=True)) == {"new"}
    pair.get_by_role("button", name="Keep A").click()
    expect(pair.locator("[data-lane=b] [data-lane-review]")).to_have_text("rejected")


def test_a_moment_of_the_table_is_played(pair: Page) -> None:
    pair.get_by_role("link", name="Hear B from 0:10").click()
    wait_for_time(pair, 10.1)
    assert chosen(pair) == "B"
    assert "/compare/" in pair.url


def test_the_page_reads_and_plays_without_scripts(
    browser: Browser, live_server: Any, song: Track, sound: Path
) -> None:
    other = another(sound)
    watched = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(watched, make_staff())
    page = watched.open(f"/tracks/{song.pk}/compare/{other.pk}/")
    expect(page.locator(".lanes audio[controls]")).to_have_count(2)
    expect(page.locator(".lanes audio").first).to_be_visible()
    page.get_by_role("button", name="Keep B").click()
    expect(page.locator(".message")).to_contain_text(
        "B is approved; the other is rejected: another take won."
    )
    watched.context.close()
