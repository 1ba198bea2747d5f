"""The sung words light up one by one, at their times, and the words of no other line do."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.support.browsing import Watched
from tests.support.factories import make_task
from tests.support.http_server import json_reply
from tests.support.known_song import archive_file
from tests.support.playing import MARKED, seek, time_of, wait_for_time
from tests.support.provider_server import provider_at
from tests.support.suno_bodies import aligned
from tracks.domain.updates import Source, TaskState, TaskUpdate, TimingState, TrackState, TrackUpdate
from tracks.models import LyricLine, Track
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.polling.word_timing import align_next

LATE = 0.1
pytestmark = pytest.mark.django_db(transaction=True)

LYRIC = '[Verse]\n"Moonlight, guide me," said the owl\n静かな夜\n(oh, lullaby)'
# Quote marks of their own, a line end inside a word, a word in two, characters, a word that was not aligned.
WORDS: list[tuple[str, float | None, float | None]] = [
    ('[Verse]\n"', 1.0, 1.18),
    ("Moon", 1.2, 1.8),
    ("light, ", 1.8, 2.4),
    ("guide ", 2.6, 3.2),
    ('me,"', 3.2, 3.9),
    (" said ", 4.0, 4.4),
    ("the ", None, None),
    ("owl\n", 5.0, 6.0),
    *[(char, 7 + place * 0.5, 7.5 + place * 0.5) for place, char in enumerate("静かな夜")],
    ("\n(oh, ", 10.0, 11.0),
    ("lullaby)", 11.0, 12.5),
]
# From when on which line is marked, and the letters of its words that are bright by then.
FIRST, SECOND, THIRD = '"Moonlight, guide me," said the owl', "静かな夜", "(oh, lullaby)"
MOMENTS = [
    (0.0, "", ""),
    (1.2, FIRST, "Moon"),
    (1.8, FIRST, "Moonlight"),
    (2.6, FIRST, "Moonlightguide"),
    (3.2, FIRST, "Moonlightguideme"),
    (4.0, FIRST, "Moonlightguidemesaidthe"),
    (5.0, FIRST, "Moonlightguidemesaidtheowl"),
    (6.0, "", ""),
    (7.0, SECOND, "静"),
    (7.5, SECOND, "静か"),
    (8.0, SECOND, "静かな"),
    (8.5, SECOND, "静かな夜"),
    (9.0, "", ""),
    (10.0, THIRD, "oh"),
    (11.0, THIRD, "ohlullaby"),
    (12.5, "", ""),
]
# The sound's clock, the marked line and its bright words, read in one go so that they belong together.
NOW = f"""() => {{
  const line = document.querySelector("{MARKED}");
  const bright = [...(line?.querySelectorAll(".w:is(.sung, .now)") ?? [])].map((word) => word.textContent);
  return {{
    time: document.querySelector("#player").currentTime,
    line: line?.textContent.trim() ?? "",
    bright: bright.join("").replace(/[^\\p{{L}}]/gu, ""),
  }};
}}"""


@pytest.fixture
def song(transactional_db: None, sound: Path) -> Track:
    """A song whose word timing was fetched, as the worker fetches it."""
    task = make_task(provider="suno", external_id="aa11", params={})
    reported = TrackUpdate("c1", state=TrackState.READY, lyrics_text=LYRIC, timing_state=TimingState.WAITING)
    update = TaskUpdate("aa11", TaskState.DONE, tracks=(reported,))
    apply(task.pk, [update], Provenance(Source.POLL, timezone.now(), {}))
    with provider_at(json_reply(aligned(*WORDS))):
        assert align_next("suno")
    archive_file(task.tracks.get(), sound)
    Track.objects.update(archive="complete", title="Owls at Dusk")
    return task.tracks.get()


def check_now(page: Page) -> float:
    """What is marked is what is sung, or was a moment ago: marks are drawn frame by frame."""
    now = page.evaluate(NOW)
    allowed = [at_time(now["time"]), at_time(max(0.0, now["time"] - LATE))]
    assert (now["line"], now["bright"]) in allowed, now
    return float(now["time"])


def at_time(time: float) -> tuple[str, str]:
    return next((line, bright) for start, line, bright in reversed(MOMENTS) if start <= time)


def test_the_words_up_to_now_are_bright_wherever_one_seeks(player: Page) -> None:
    for start, line, bright in reversed(MOMENTS):
        seek(player, start + 0.15)
        now = player.evaluate(NOW)
        assert (now["line"], now["bright"]) == (line, bright)


def test_the_words_follow_while_it_plays(player: Page) -> None:
    player.keyboard.press(">")
    player.keyboard.press(" ")
    time = 0.0
    while time < MOMENTS[-1][0]:
        wait_for_time(player, time + 0.1)
        time = check_now(player)


def test_a_click_on_a_word_starts_there(player: Page) -> None:
    player.locator(".w", has_text="lullaby").click()
    expect(player.locator(f"{MARKED} .w.now")).to_have_text("lullaby)")
    assert time_of(player) >= 11


def test_a_line_that_is_played_by_the_keyboard_starts_at_its_first_word(player: Page) -> None:
    player.get_by_role("link", name=THIRD).focus()
    player.keyboard.press("Enter")
    expect(player.locator(f"{MARKED} .w.now")).to_have_text("(oh,")


def test_the_word_that_is_sung_fills_softly(player: Page) -> None:
    shares = []
    for time in (1.25, 1.5, 1.75):
        seek(player, time)
        word = player.locator(f"{MARKED} .w.now")
        expect(word).to_have_text('"Moon')
        shares.append(word.evaluate("(word) => parseInt(word.style.getPropertyValue('--p'))"))
    assert shares == sorted(shares)
    assert shares[-1] - shares[0] > 50


def test_a_chapter_jumps_to_where_its_words_begin(player: Page) -> None:
    player.get_by_role("navigation", name="Sections").get_by_role("link").click()
    expect(player.locator(f"{MARKED} .w.now")).to_have_text('"Moon')


def test_words_that_arrive_while_the_page_is_open_light_up_in_it(window: Watched, song: Track) -> None:
    lines, track = list(song.lines.all()), Track.objects.filter(pk=song.pk)
    song.lines.all().delete()
    track.update(lyrics_timing="none", timing_state="waiting", words_at=timezone.now())
    page = window.open(f"/tracks/{song.pk}/")
    expect(page.get_by_text("is being fetched")).to_be_visible()
    LyricLine.objects.bulk_create(lines)
    track.update(lyrics_timing="word", timing_state="there", words_at=None)
    page.locator(".w", has_text="oh").click()
    expect(page.locator(f"{MARKED} .w.now")).to_have_text("(oh,")
