"""Choosing the part of a song that is made anew: by dragging, by keys, by a section, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browsing import Watched, log_in
from tests.support.factories import make_lines, make_staff, make_task, make_track, time_headings
from tests.support.known_song import archive_file
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db(transaction=True)
# Of twenty seconds half may change.
LYRIC: list[Any] = [
    "verse",
    ("Owls dance in pure delight", 1_000, 3_000),
    ("Stars above with shining eyes", 5_000, 7_000),
    "chorus",
    ("Turn the river, turn the tide", 8_000, 11_000),
    ("Morning waits on the other side", 12_000, 15_000),
    "outro",
    ("Oh", 16_000, 17_000),
]


@pytest.fixture
def sung(transactional_db: None, sound: Path) -> Track:
    task = make_task(provider="suno", status="succeeded", params={"model": "V5"})
    track = make_track(task, archive="complete", title="Owls at Dusk", style="waltz")
    archive_file(track, sound)
    make_lines(track, *LYRIC)
    time_headings(track, {"verse": 0, "chorus": 8_000, "outro": 16_000})
    return track


@pytest.fixture
def page(window: Watched, sung: Track) -> Page:
    """The form, reached from the menu of the song's page."""
    page = window.open(f"/tracks/{sung.pk}/")
    page.locator("details.make > summary").click()
    page.get_by_role("link", name="Replace a section").click()
    expect(page.get_by_role("slider", name="The part begins")).to_be_visible()
    return page


def fields(page: Page) -> tuple[str, str]:
    return page.get_by_label("From", exact=True).input_value(), page.get_by_label(
        "To", exact=True
    ).input_value()


def drag(page: Page, start: float, end: float) -> None:
    """Over the waveform, from one share of its width to another."""
    box = page.locator("[data-span] .wave-box").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (start + end) / 2, y)
    page.mouse.move(box["x"] + box["width"] * end, y)
    page.mouse.up()


def verdict(page: Page) -> Locator:
    return page.locator("[data-span-fitness]")


def shown_lines(page: Page) -> list[str]:
    return page.locator("[data-line]:visible:not(.keep)").evaluate_all(
        "all => all.map(one => one.dataset.line)"
    )


def test_a_drag_fills_the_fields_and_says_the_length(page: Page) -> None:
    drag(page, 0.9, 0.5)
    assert fields(page) == ("10", "18")
    expect(page.locator("[data-span-length]")).to_have_text("8.0 s")
    expect(page.locator("[data-span-moments]")).to_have_text("0:10.0–0:18.0")
    expect(verdict(page)).to_have_text("allowed")
    assert shown_lines(page) == [LYRIC[4][0], LYRIC[5][0], LYRIC[7][0]]
    drag(page, 0.1, 0.2)
    expect(verdict(page)).to_have_text("too short: at least 6 s")
    drag(page, 0.3, 0.95)
    expect(verdict(page)).to_have_text("too long: at most half of the song, 10 s")


def test_a_press_on_a_section_chooses_it(page: Page) -> None:
    drag(page, 0.5, 0.5)
    assert fields(page) == ("8", "16")
    chorus = page.get_by_role("button", name="Chorus")
    expect(chorus).to_have_attribute("aria-pressed", "true")
    assert shown_lines(page) == [LYRIC[4][0], LYRIC[5][0]]
    page.get_by_role("button", name="Verse").click()
    assert fields(page) == ("0", "8")
    expect(chorus).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Outro").click()
    assert fields(page) == ("16", "19.99")


def test_two_sliders_move_by_keys(page: Page) -> None:
    start, end = (page.get_by_role("slider", name=f"The part {what}") for what in ("begins", "ends"))
    expect(start).to_have_attribute("aria-valuetext", "0:00.0, nothing is chosen yet")
    start.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(start).to_have_attribute("aria-valuetext", "0:01.1")
    page.keyboard.press("Tab")
    expect(end).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(end).to_have_attribute("aria-valuetext", "0:07.9")
    assert fields(page) == ("1.1", "7.9")
    page.keyboard.press("End")
    assert fields(page) == ("1.1", "19.99")


def test_what_is_typed_moves_the_sliders(page: Page) -> None:
    page.get_by_label("From", exact=True).fill("4.5")
    page.get_by_label("To", exact=True).fill("12")
    expect(page.get_by_role("slider", name="The part begins")).to_have_attribute("aria-valuetext", "0:04.5")
    expect(page.locator("[data-span-length]")).to_have_text("7.5 s")
    page.get_by_label("To", exact=True).fill("3")
    expect(verdict(page)).to_have_text("it ends before it starts")


def test_the_part_is_played_once_by_the_player(page: Page) -> None:
    page.get_by_label("From", exact=True).fill("17")
    page.get_by_label("To", exact=True).fill("18")
    page.get_by_role("button", name="Play it").click()
    page.wait_for_function("() => !document.querySelector('#player').paused")
    page.wait_for_function("() => document.querySelector('#player').paused")
    assert 17.9 < page.evaluate("document.querySelector('#player').currentTime") < 18.3


def test_its_words_are_where_the_new_ones_begin_and_it_is_ordered(page: Page, sung: Track) -> None:
    page.get_by_role("button", name="Chorus").click()
    page.get_by_role("button", name="Start from these words").click()
    words = page.get_by_label("Lyrics or description")
    expect(words).to_be_focused()
    expect(words).to_have_value(f"{LYRIC[4][0]}\n{LYRIC[5][0]}")
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.get_by_text("Task created.")).to_be_visible()
    made = Task.objects.get(operation="replace-section")
    assert made.source_track == sung
    assert (made.params["infillStartS"], made.params["infillEndS"]) == (8, 16)
    assert (made.params["title"], made.params["tags"]) == ("Owls at Dusk", "waltz")


def test_a_refused_part_comes_back_with_the_focus_on_its_end(page: Page, window: Watched) -> None:
    drag(page, 0.1, 0.2)
    page.get_by_label("Lyrics or description").fill("la")
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.get_by_label("To", exact=True)).to_be_focused()
    expect(page.get_by_text("It was not sent.")).to_be_visible()
    expect(page.get_by_role("slider", name="The part ends")).to_have_attribute("aria-valuetext", "0:04.0")
    window.complaints[:] = [one for one in window.complaints if "400 (Bad Request)" not in one]


@pytest.fixture
def plain(browser: Browser, live_server: Any, sung: Track) -> Iterator[Watched]:
    watched = Watched(browser, live_server.url, java_script_enabled=False)
    log_in(watched, make_staff())
    yield watched
    watched.context.close()


def test_without_scripts_its_fields_and_all_words_are_there(plain: Watched, sung: Track) -> None:
    page = plain.open(f"/tasks/new/?provider=suno&operation=replace-section&source={sung.pk}")
    expect(page.locator("[data-line]:visible")).to_have_count(5)
    expect(page.locator("[data-span] button:visible")).to_have_count(0)
    page.get_by_label("From", exact=True).fill("8")
    page.get_by_label("To", exact=True).fill("14.5")
    page.get_by_label("Lyrics or description").fill("la")
    page.get_by_role("button", name="Send to Suno").click()
    expect(page.get_by_text("Task created.")).to_be_visible()
    assert Task.objects.get(operation="replace-section").params["infillEndS"] == 14.5
