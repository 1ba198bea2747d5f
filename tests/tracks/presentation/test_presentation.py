"""Times, waveforms and lyric sheets, put into words and pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.models import LyricLine
from tracks.presentation import lyric_sheet, times, waveform

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


def heading(text: str, start_ms: int | None) -> LyricLine:
    return LyricLine(kind="section", text=text, start_ms=start_ms)


def test_section_names_are_not_written_over_each_other() -> None:
    lines = [
        heading("intro", 0),
        heading("verse", 4_000),
        heading("chorus", 30_000),
        heading("outro", 97_000),
    ]
    found = waveform.section_marks(lines, 100_000)
    assert [(mark.at, mark.name) for mark in found] == [
        ("0.00", "intro"),
        ("4.00", ""),
        ("30.00", "chorus"),
        ("97.00", ""),
    ]


def test_sections_without_a_place_are_no_marks() -> None:
    lines = [heading("verse", None), heading("late", 200_000)]
    assert waveform.section_marks(lines, 100_000) == []
    assert waveform.section_marks([heading("verse", 0)], None) == []


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
