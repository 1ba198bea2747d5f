"""Times, waveforms and lyric sheets, put into words and pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.models import LyricLine
from tracks.presentation import lyric_sheet, times
from tracks.presentation.chapters import chapters
from tracks.presentation.history import HistoryEntry, folded_history

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(None, "–"), (0, "0:00"), (59_999, "0:59"), (96_000, "1:36"), (3_727_000, "1:02:07")],
)
def test_lengths_read_as_on_a_player(milliseconds: int | None, words: str) -> None:
    assert times.timecode(milliseconds) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(None, ""), (0, "0"), (12_345, "12.345"), (15_000, "15"), (33_200, "33.2"), (5, "0.005")],
)
def test_seconds_for_machines_keep_each_millisecond(milliseconds: int | None, words: str) -> None:
    assert times.decimal_seconds(milliseconds) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=50), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2 d ago"),
        (timedelta(days=31), "20 Oct 2026"),
        (-timedelta(seconds=5), "in a moment"),
        (-timedelta(hours=4, minutes=10), "in 4 h"),
        (-timedelta(days=3), "in 3 d"),
    ],
)
def test_moments_are_near_or_dated(distance: timedelta, words: str) -> None:
    assert times.relative_time(NOON - distance, NOON) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0.0 s"), (0.42, "0.4 s"), (12, "12 s"), (200, "3 min 20 s"), (7200, "2 h"), (450_000, "5 d 5 h")],
)
def test_spans_have_two_units_at_most(seconds: float, words: str) -> None:
    assert times.duration_text(timedelta(seconds=seconds)) == words


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), max_size=8))
def test_timed_words_put_together_are_the_line(words: list[str]) -> None:
    line = " ".join(words)
    cut = lyric_sheet.pieces(
        line, [[place * 100, place * 100 + 90, word] for place, word in enumerate(words)]
    )
    assert "".join(piece.text for piece in cut) == line
    assert [piece.text for piece in cut if piece.start] == words


@pytest.mark.parametrize("words", [[[0, 10, "elsewhere"]], [[None, 10, "Owls"]], [["0", "10", "Owls"]]])
def test_words_that_do_not_fit_the_line_leave_it_whole(words: list[list[object]]) -> None:
    assert lyric_sheet.pieces("Owls dance", words) == []


def test_a_word_that_was_not_timed_lights_up_with_the_one_before_it() -> None:
    cut = lyric_sheet.pieces("oh one two, three (four)", [[1000, 1500, "one"], [2000, 2500, "three"]])
    assert [(piece.text, piece.start) for piece in cut] == [
        ("oh ", "1"),
        ("one", "1"),
        (" two, ", "1"),
        ("three", "2"),
        (" (four)", "2"),
    ]


def line(position: int, text: str, start_ms: int | None, end_ms: int | None, kind: str = "line") -> LyricLine:
    return LyricLine(position=position, kind=kind, text=text, start_ms=start_ms, end_ms=end_ms)


def test_a_pause_stands_where_nothing_is_sung_for_long() -> None:
    rows = lyric_sheet.with_pauses(
        [
            line(0, "Intro", 0, 0, "section"),
            line(1, "Verse", 9_000, 9_000, "section"),
            line(2, "Owls", 9_000, 12_000),
            line(3, "(owls)", 11_000, 14_000),
            line(4, "dance", 17_999, 19_000),
            line(5, "Chorus", 24_000, 24_000, "section"),
            line(6, "again", 24_500, 26_000),
        ]
    )
    assert [(row.text or f"{row.pause} s") for row in rows] == [
        "Intro", "9 s", "Verse", "Owls", "(owls)", "dance", "5 s", "Chorus", "again",
    ]  # fmt: skip
    assert [row.text for row in rows if row.is_background] == ["(owls)"]
    assert [row.anchor for row in rows if row.is_section] == ["s1", "s2", "s3"]


@given(
    st.lists(
        st.tuples(st.integers(0, 60_000), st.integers(0, 9_000), st.sampled_from(["line", "section"])),
        max_size=12,
    )
)
def test_pauses_leave_every_line_and_cover_no_sung_one(values: list[tuple[int, int, str]]) -> None:
    values = sorted(values)
    lines = [line(at, f"{at}", start, start + long, kind) for at, (start, long, kind) in enumerate(values)]
    rows = lyric_sheet.with_pauses(lines)
    assert [row.text for row in rows if not row.pause] == [one.text for one in lines]
    for row in (row for row in rows if row.pause):
        begin, end = round(float(row.start) * 1000), round(float(row.end) * 1000)
        assert end - begin >= 4_000
        assert not [one for one in lines if one.kind == "line" and one.start_ms < end and one.end_ms > begin]  # type: ignore[operator]


def test_chapters_begin_with_their_heading_or_its_first_line() -> None:
    rows = lyric_sheet.sheet_rows(
        [
            line(0, "pre-chorus", None, None, "section"),
            line(1, "Owls", 5_000, 6_000),
            line(2, "solo", None, None, "section"),
            line(3, "chorus", 9_000, 9_000, "section"),
        ]
    )
    assert [(one.anchor, one.name, one.kind, one.start) for one in chapters(rows)] == [
        ("s1", "Pre-chorus", "verse", "5"),
        ("s2", "Solo", "bridge", ""),
        ("s3", "Chorus", "chorus", "9"),
    ]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Owls dance", "ltr"),
        ("אור בחלון", "rtl"),
        ("قمر", "rtl"),
        ("אור בחלון OK", "rtl"),
        ("", "ltr"),
        ("夜", "ltr"),
    ],
)
def test_a_sheet_runs_as_most_of_its_letters(text: str, direction: str) -> None:
    assert lyric_sheet.direction_of([lyric_sheet.SheetRow(False, text, "", "")]) == direction


def entry(title: str, tone: str = "quiet", times: int = 1) -> HistoryEntry:
    return HistoryEntry(NOON, tone, title, "", times=times)


def test_equal_neighbours_in_a_history_are_one_newest_first() -> None:
    found = folded_history([entry("Asked"), entry("Asked", times=2), entry("Came"), entry("Asked")])
    assert [(one.title, one.times) for one in found] == [("Asked", 1), ("Came", 1), ("Asked", 3)]


@given(st.lists(st.sampled_from(["a", "b"]), max_size=20))
def test_folding_a_history_loses_no_entry(titles: list[str]) -> None:
    found = folded_history([entry(title) for title in titles])
    assert "".join(one.title * one.times for one in found) == "".join(reversed(titles))
