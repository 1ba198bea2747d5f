"""The lyric editor in real Chromium: tapping along, dragging, undo, drafts, conflicts, and keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from tests.support.accessible import faults
from tests.support.browsing import Watched
from tests.support.known_song import LINES
from tests.support.playing import seek, time_of, wait_for_time
from tracks.domain.lyrics import edit
from tracks.domain.updates import Cue, CueKind, Word
from tracks.models import LyricLine, Track
from tracks.queries.lyric_versions import lyrics_of
from tracks.services.lyrics import save_version

pytestmark = pytest.mark.django_db(transaction=True)

MODULE = "/static/scripts/pages/lyric-editor/draft.js"
# Line 1 is the heading.
FIRST = 2


@pytest.fixture
def page(window: Watched, song: Track) -> Page:
    """The editor of a song whose first line has timed words, with its audio ready."""
    words = [[1000, 1500, "Moonlight"], [1500, 1900, "guides"], [1900, 2200, "the"]]
    LyricLine.objects.filter(track=song, position=1).update(words=words)
    return opened(window, song)


def opened(window: Watched, song: Track) -> Page:
    page = window.open(f"/tracks/{song.pk}/lyrics/edit/")
    page.wait_for_function("() => document.querySelector('#player').readyState >= 1")
    expect(page.locator(".edit-line")).to_have_count(len(LINES) + 1)
    return page


@pytest.fixture
def refused(window: Watched) -> Iterator[None]:
    """The browser's own words about a refused request are no complaint of ours."""
    yield
    window.complaints[:] = [one for one in window.complaints if "Failed to load resource" not in one]


def row(page: Page, number: int) -> Locator:
    return page.locator(".edit-line").nth(number - 1)


def values(page: Page, number: int) -> tuple[str, str, str]:
    start, end, text = (row(page, number).locator("input").nth(n).input_value() for n in range(3))
    return start, end, text


def choose(page: Page, number: int) -> None:
    row(page, number).locator(".num").click()


def wait_for_draft(page: Page) -> None:
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('lyric-draft:'))")


def test_lines_are_timed_by_tapping_along(page: Page) -> None:
    choose(page, FIRST)
    for time in (2.5, 5.25, 7.75):
        seek(page, time)
        page.keyboard.press("t")
    assert [values(page, FIRST + n)[:2] for n in range(3)] == [
        ("0:02.50", "0:05.25"),
        ("0:05.25", "0:07.75"),
        ("0:07.75", "0:09.75"),
    ]
    choose(page, FIRST + 3)
    page.keyboard.press("Enter")  # plays the line from its start
    wait_for_time(page, 8.1)
    expect(page.locator("[data-dock-wave] .wave-svg")).to_have_count(1)
    before = time_of(page)
    page.keyboard.press("t")
    after = time_of(page)
    start = float(values(page, FIRST + 3)[0].removeprefix("0:"))
    assert before - 0.001 <= start <= after + 0.001
    seek(page, 9.5)
    page.keyboard.press("o")
    assert abs(float(values(page, FIRST + 3)[1].removeprefix("0:")) - 9.5) < 0.5
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("u")
    assert values(page, FIRST)[:2] == ("0:01.00", "0:03.00")
    expect(page.locator("[data-do=undo]")).to_be_disabled()


def drag(page: Page, block: Locator, milliseconds: float) -> None:
    """By the mouse, so far as this time is wide."""
    box, lane = block.bounding_box(), page.locator("[data-lane-inner]").bounding_box()
    assert box
    assert lane
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.3, 0.7, 1):
        page.mouse.move(x + part * milliseconds * lane["width"] / 20_000, y)
    page.mouse.up()


def start_of(page: Page, number: int) -> float:
    return float(values(page, number)[0].removeprefix("0:"))


def test_blocks_are_dragged_and_snap_to_their_neighbours(page: Page) -> None:
    choose(page, FIRST + 1)  # 4.0 to 6.5, after 3.0 and before 7.0
    block = page.get_by_role("slider", name=f"Line {FIRST + 1}, all of it")
    drag(page, block, -500)
    assert abs(start_of(page, FIRST + 1) - 3.5) < 0.03
    drag(page, block, -3000)
    assert values(page, FIRST + 1)[:2] == ("0:03.00", "0:05.50")
    page.get_by_label("Lines may overlap").check()
    drag(page, block, -1000)
    assert abs(start_of(page, FIRST + 1) - 2) < 0.03
    edge = page.get_by_role("slider", name=f"Line {FIRST + 1}, end")
    drag(page, edge, 1000)
    for _ in range(4):  # each drag is one step, whatever way it went
        page.locator("[data-do=undo]").click()
    assert values(page, FIRST + 1)[:2] == ("0:04.00", "0:06.50")


def test_words_are_moved_on_the_zoomed_waveform_by_keys(page: Page, song: Track) -> None:
    choose(page, FIRST)
    for _ in range(3):
        page.keyboard.press("+")
    expect(page.locator("[data-zoom]")).to_have_text("8×")
    word = page.get_by_role("slider", name=f"Word 3 of line {FIRST}: the")
    word.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(word).to_have_attribute("aria-valuetext", "0:02.01")
    expect(word).to_be_focused()
    page.keyboard.press("Shift+S")
    expect(page.locator(".versions")).to_contain_text("Version 1")
    assert song.lines.get(position=1).words[2] == [2010, 2310, "the"]


def test_everything_goes_by_keys_alone(page: Page, song: Track) -> None:
    page.keyboard.press("ArrowDown")  # from the heading to the first line
    page.keyboard.press("]")
    assert values(page, FIRST)[0] == "0:01.05"
    page.keyboard.press("e")
    page.keyboard.press("Home")
    page.keyboard.type("Pale ")
    for _ in range(len("Moonlight ")):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # before "guides"
    assert values(page, FIRST)[2] == "Pale Moonlight"
    assert values(page, FIRST + 1)[2] == "guides the silent flight"
    page.keyboard.press("Escape")
    expect(row(page, FIRST + 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("[")  # both selected lines
    assert [values(page, FIRST + n)[0] for n in (2, 3)] == ["0:03.95", "0:06.95"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("j")
    assert values(page, FIRST + 2)[2] == "Owls dance in pure delight Stars above with shining eyes"
    page.keyboard.press("u")
    page.keyboard.press("n")
    page.keyboard.type("Hoo")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    page.keyboard.press("Shift+S")
    expect(page.locator(".notice")).to_contain_text("Saved as version 1")
    texts = list(song.lines.order_by("position").values_list("text", flat=True))
    assert texts[1:4] == ["Pale Moonlight", "guides the silent flight", LINES[1][0]]
    assert song.lines.get(position=1).words == [[1050, 1550, "Moonlight"]]
    expect(page.locator(".versions")).to_contain_text("Version 1")
    expect(page.locator("[data-part=provider]")).to_contain_text("Provider's timing")


def test_what_may_be_wrong_is_marked_while_it_is_typed(page: Page) -> None:
    before = page.locator(".finding").count()
    field = row(page, FIRST + 1).locator("input").nth(0)
    field.fill("0:02.5")
    field.press("Tab")
    finding = page.locator(".finding", has_text=f"Line {FIRST}It ends 0.50 s after")
    expect(finding).to_be_visible()
    assert page.locator(".finding").count() > before - 1
    choose(page, FIRST + 4)
    finding.get_by_role("button").click()
    expect(row(page, FIRST)).to_be_focused()
    expect(row(page, FIRST).locator(".num")).to_have_class("num flag")
    field.fill("noon")
    field.press("Tab")
    expect(page.locator(".notice")).to_contain_text("This is no time")
    expect(page.locator("[data-shift]")).to_be_visible()
    page.get_by_label("Milliseconds").fill("-2000")
    page.get_by_role("button", name="Shift", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("before the song begins")


def test_a_reload_offers_what_was_not_saved(window: Watched, page: Page, song: Track) -> None:
    row(page, FIRST).locator("input").nth(2).fill("Half typed")
    wait_for_draft(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page = opened(window, song)
    assert values(page, FIRST)[2] == LINES[0][0]
    page.get_by_role("button", name="Take them up").click()
    assert values(page, FIRST)[2] == "Half typed"
    page.locator("[data-do=undo]").click()
    page.wait_for_function("() => Object.keys(localStorage).every((key) => !key.startsWith('lyric-draft:'))")


DRAFTS = "() => Object.keys(localStorage).filter((key) => key.startsWith('lyric-draft:')).sort()"


def test_a_saved_draft_is_dropped_wherever_it_was_kept(page: Page) -> None:
    row(page, FIRST).locator("input").nth(2).fill("Ours")
    wait_for_draft(page)
    page.evaluate(
        """() => {
          const [name] = Object.keys(localStorage).filter((key) => key.startsWith("lyric-draft:"));
          const draft = JSON.parse(localStorage.getItem(name));
          localStorage.setItem(`${name}1`, JSON.stringify(draft));
          draft.lines[0].text = "Something else";
          localStorage.setItem(`${name}2`, JSON.stringify(draft));
        }"""
    )
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved as version 1")
    page.wait_for_function(f"() => ({DRAFTS})().length === 1")
    assert page.evaluate(DRAFTS)[0].endswith("2")  # that one is saved nowhere


def test_drafts_of_more_than_thirty_days_ago_are_removed_at_start(window: Watched, song: Track) -> None:
    page = window.open("/")
    page.evaluate(
        """() => {
          const day = 24 * 3600 * 1000;
          const draft = (at) => JSON.stringify({ at, lines: [] });
          const keep = (name, at) => localStorage.setItem(`lyric-draft:${name}`, draft(at));
          keep("9:1:1", Date.now() - 31 * day);
          keep("9:1:2", Date.now() - 29 * day);
          localStorage.setItem("lyric-draft:9:1:3", "broken");
          localStorage.setItem("volume", "0.5");
        }"""
    )
    page = window.open("/")
    page.wait_for_function(f"() => ({DRAFTS})().join() === 'lyric-draft:9:1:2'")
    assert page.evaluate("localStorage.getItem('volume')") == "0.5"


def test_leaving_asks_and_the_music_page_waits(page: Page, song: Track) -> None:
    row(page, FIRST).locator("input").nth(2).fill("Half typed")
    page.get_by_role("link", name="Back to the song").click()
    expect(page.locator(".notice")).to_contain_text("not saved")
    assert page.url.endswith("/lyrics/edit/")
    page.locator(".notice").get_by_role("button", name="Leave").click()
    page.wait_for_url(f"**/tracks/{song.pk}/")
    page.go_back()
    expect(row(page, FIRST).locator("input").nth(2)).to_have_value("Half typed")


def test_what_is_undone_after_a_save_is_a_change(page: Page) -> None:
    words = row(page, FIRST).locator("input").nth(2)
    words.fill("Saved words")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".versions")).to_contain_text("Version 1")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(words).to_have_value(LINES[0][0])
    expect(page.get_by_role("button", name="Save changes")).to_be_visible()
    wait_for_draft(page)
    page.get_by_role("link", name="Back to the song").click()
    expect(page.locator(".notice")).to_contain_text("not saved")


def test_a_time_that_is_refused_does_not_stay_in_its_field(page: Page) -> None:
    end = row(page, FIRST).locator("input").nth(1)
    end.fill("0:00.50")
    end.press("Tab")
    expect(page.locator(".notice")).to_contain_text("The line would end before it starts")
    expect(end).to_have_value("0:03.00")


def test_words_that_are_typed_after_a_line_was_moved_keep_its_new_times(page: Page, song: Track) -> None:
    seek(page, 1.4)
    words = row(page, FIRST).locator("input").nth(2)
    words.focus()
    page.get_by_role("button", name="Start here").click()
    expect(words).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("s")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".versions")).to_contain_text("Version 1")
    line = song.lines.get(position=1)
    assert [line.start_ms, line.words[0][:2]] == [1400, [1400, 1500]]


@pytest.mark.usefixtures("refused")
def test_a_version_of_somebody_else_is_shown_beside_ones_own(page: Page, song: Track) -> None:
    save_version(song.pk, [Cue(CueKind.LINE, "Theirs", 1000, 2000)], None, "bob")
    row(page, FIRST).locator("input").nth(2).fill("Ours")
    page.get_by_role("button", name="Save").click()
    ask = page.locator(".edit-ask")
    expect(ask).to_contain_text("Version 1 was saved since you opened these words")
    expect(ask.locator(".differs", has_text="Theirs")).to_be_visible()
    expect(ask.locator(".differs", has_text="Ours")).to_be_visible()
    assert list(song.lines.values_list("text", flat=True)) == ["Theirs"]
    ask.get_by_role("button", name="Save mine as the next version").click()
    expect(page.locator(".versions")).to_contain_text("Version 2")
    assert song.lines.get(position=1).text == "Ours"


@pytest.mark.usefixtures("refused")
def test_of_two_versions_only_what_differs_is_marked(page: Page, song: Track) -> None:
    lines = lyrics_of(song, None)
    assert lines
    other = [replace(cue, text="Theirs") if cue.text == LINES[1][0] else cue for cue in lines.cues]
    save_version(song.pk, other, None, "bob")
    row(page, FIRST + 4).locator("input").nth(2).fill("Ours")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".edit-ask")).to_be_visible()
    marked = " ".join(page.locator(".both .differs").all_inner_texts())
    assert [word in marked for word in ("Theirs", "Ours", LINES[0][0])] == [True, True, False]


@pytest.mark.usefixtures("refused")
def test_a_session_that_ended_loses_nothing(page: Page, song: Track) -> None:
    row(page, FIRST).locator("input").nth(2).fill("Ours")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Your session has ended, so nothing was saved")
    wait_for_draft(page)
    assert values(page, FIRST)[2] == "Ours"
    page.locator(".notice").get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/login/**")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", "listen closely")
    page.locator("[type=submit]").click()
    page.get_by_role("button", name="Take them up").click()
    assert values(page, FIRST)[2] == "Ours"


def as_json(line: Cue) -> dict[str, Any]:
    words = [{"text": one.text, "start": one.start_ms, "end": one.end_ms} for one in line.words]
    return {"kind": line.kind, "text": line.text, "start": line.start_ms, "end": line.end_ms, "words": words}


def test_the_script_edits_lines_as_the_server_does(page: Page) -> None:
    sung = (Word("Owls", 1000, 1400), Word("dance", 1500, 3000))
    lines = (
        Cue(CueKind.LINE, "Owls dance", 1000, 3000, sung),
        Cue(CueKind.LINE, "in pure delight", 3000, 5000),
        Cue(CueKind.LINE, "雨后的街", 6000, 8000),
        Cue(CueKind.LINE, "没有声音", 8000, 9000),
        Cue(CueKind.LINE, "スーパースター", 9000, 10000),
        Cue(CueKind.LINE, "光る", 10000, 11000),
        Cue(CueKind.LINE, "𠮟る𠮷𠮷", 11000, 12000),
        Cue(CueKind.LINE, "𠮷野家", 12000, 13000),
    )
    expected = {
        "split(lines, 0, 7)": edit.split(lines, 0, 5),
        "split(lines, 1, 8)": edit.split(lines, 1, 8),
        "split(lines, 2, 2)": edit.split(lines, 2, 2),
        "joined(lines, 0)": edit.joined(lines, 0),
        "joined(lines, 2)": edit.joined(lines, 2),
        "joined(lines, 4)": edit.joined(lines, 4),
        "joined(lines, 6)": edit.joined(lines, 6),
        "withTimes(lines, 0, 1200, 3200)": edit.retimed(lines, 0, 1200, 3200),
        "withTimes(lines, 0, 1200, 2000)": edit.retimed(lines, 0, 1200, 2000),
        "withTimes(lines, 0, null, null)": edit.retimed(lines, 0, None, None),
        "shifted(lines, 0, 9, -900)": edit.shifted(lines, -900),
        "removed(lines, 1, 1)": edit.removed(lines, 1),
        "reworded(lines, 0, 'Owls prance')": edit.reworded(lines, 0, "Owls prance"),
        "reworded(lines, 0, 'the owls dance now')": edit.reworded(lines, 0, "the owls dance now"),
    }
    calls = ", ".join(f"draft.{call}" for call in expected)
    script = f"async (lines) => {{ const draft = await import('{MODULE}'); return [{calls}]; }}"
    found = page.evaluate(script, [as_json(line) for line in lines])
    for call, made in zip(expected, found, strict=True):
        assert made == [as_json(line) for line in expected[call]], call


# Numbers that differ from call to call and not from run to run.
ANY_EDITS = """async ([module, history, lines]) => {
  const [draft, steps] = [await import(module), await import(history)];
  let seed = 7;
  const any = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const edge = () => ["start", "end", "both"][any(3)];
  const edits = [
    (now, at) => draft.split(now, at, any(20)),
    (now, at) => draft.joined(now, at),
    (now, at) => draft.inserted(now, at, any(4) ? "line" : "section"),
    (now, at) => draft.removed(now, at, Math.min(now.length - 1, at + any(2))),
    (now, at) => draft.tapped(now, at, any(20000)),
    (now, at) => draft.startingAt(now, at, any(20000)),
    (now, at) => draft.endingAt(now, at, any(20000)),
    (now, at) => draft.shifted(now, at, at + any(3), any(4000) - 2000),
    (now, at) => draft.reworded(now, at, ["Owls dance", "dance", "the owls", ""][any(4)]),
    (now, at) => now[at].start === null ? now : draft.dragged(now, at, edge(), any(20000)),
    (now, at) => now[at].words.length ? draft.draggedWord(now, at, 0, edge(), any(20000)) : now,
  ];
  const isSound = ({ start, end, text, words }) =>
    (start === null ? end === null && !words.length : 0 <= start && start <= end) &&
    words.every((word, n) => start <= word.start && word.start <= word.end && word.end <= end
      && (!n || words[n - 1].start <= word.start) && text.includes(word.text));
  let made = steps.begun(lines);
  let count = 0;
  for (; count < 3000; count++) {
    const now = made.now.lines;
    try {
      made = steps.after(made, edits[any(edits.length)](now, any(now.length)), 0);
    } catch (error) {
      if (!(error instanceof draft.Refused)) throw error;
    }
    const wrong = made.now.lines.find((line) => !isSound(line));
    if (wrong) return [JSON.stringify(wrong), JSON.stringify(now)];
  }
  const last = made.now.lines;
  while (made.past.length) made = steps.undone(made);
  const isFirst = made.now.lines === lines;
  while (made.future.length) made = steps.redone(made);
  return [isFirst, made.now.lines === last];
}"""


def test_any_edits_leave_sound_lines_and_can_be_undone(page: Page) -> None:
    lines = [as_json(Cue(CueKind.LINE, text, start, end)) for text, start, end in LINES]
    sung = (Word("Owls", 1000, 1400), Word("dance", 1500, 3000))
    lines[0] = as_json(Cue(CueKind.LINE, "Owls dance", 1000, 3000, sung))
    found = page.evaluate(ANY_EDITS, [MODULE, MODULE.replace("draft", "history"), lines])
    assert found == [True, True]


def test_a_song_without_words_gets_some(window: Watched, song: Track) -> None:
    song.lines.all().delete()
    Track.objects.filter(pk=song.pk).update(lyrics_timing="none", lyrics_text="")
    page = window.open(f"/tracks/{song.pk}/lyrics/edit/")
    expect(page.locator(".edit-line")).to_have_count(1)
    page.keyboard.press("e")
    page.keyboard.type("Hoo")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+S")
    expect(page.locator(".versions")).to_contain_text("Version 1")
    assert [line.text for line in song.lines.all()] == ["Hoo"]


def test_axe_finds_nothing(page: Page) -> None:
    choose(page, FIRST)
    row(page, FIRST + 1).locator("input").nth(0).fill("0:02")
    page.keyboard.press("Tab")
    expect(page.locator(".edit-line .num.flag").first).to_be_visible()
    assert faults(page) == []
