"""Lyrics from timed lines and from plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.lyrics import RawLine, as_text, line_timed, plain_lyrics, timed_lyrics
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing

times = st.none() | st.integers(0, 300_000)
raw_lines = st.builds(RawLine, st.text(max_size=40), times, times)


def section(text: str, start: int | None = None, end: int | None = None) -> Cue:
    return Cue(CueKind.SECTION, text, start, end)


def line(text: str, start: int | None = None, end: int | None = None) -> Cue:
    return Cue(CueKind.LINE, text, start, end)


def in_order(lines: list[RawLine]) -> Lyrics | None:
    lyrics = timed_lyrics(lines)
    return line_timed(lyrics.cues) if lyrics else None


@given(st.lists(raw_lines, max_size=12))
def test_any_lines_come_out_ordered_and_sound(lines: list[RawLine]) -> None:
    lyrics = in_order(lines)
    starts = [cue.start_ms for cue in (lyrics.cues if lyrics else ()) if cue.start_ms is not None]
    assert starts == sorted(starts)
    for cue in lyrics.cues if lyrics else ():
        assert cue.text == cue.text.strip() != ""
        assert (cue.start_ms is None) == (cue.end_ms is None)
        assert cue.start_ms is None or cue.end_ms is None or cue.end_ms >= cue.start_ms


@given(st.text(max_size=200))
def test_no_text_breaks_the_plain_lyrics(text: str) -> None:
    lyrics = plain_lyrics(text)
    assert lyrics is None or (lyrics.timing is Timing.PLAIN and lyrics.cues)


def test_a_tag_on_its_own_line_is_a_heading() -> None:
    lyrics = timed_lyrics([RawLine("\n[chorus]", 32462, 32482), RawLine("Moonlight guides", 33342, 36970)])
    expected = (section("chorus", 32462, 32482), line("Moonlight guides", 33342, 36970))
    assert lyrics == Lyrics(Timing.LINE, expected)


def test_a_tag_before_the_words_is_lifted_out() -> None:
    lyrics = timed_lyrics([RawLine("[Chorus][choir] Moonlight", 10, 20)])
    assert lyrics is not None
    assert [(cue.kind, cue.text) for cue in lyrics.cues] == [
        ("section", "Chorus"),
        ("section", "choir"),
        ("line", "Moonlight"),
    ]


@pytest.mark.parametrize("text", ["hey [softly] you", "[", "[]", "[never closed", "【】"])
def test_what_is_no_tag_stays_in_the_line(text: str) -> None:
    assert plain_lyrics(text) == Lyrics(Timing.PLAIN, (line(text),))


def test_chinese_tags_are_headings_too() -> None:
    assert plain_lyrics("【副歌】\n带我回家吧") == Lyrics(Timing.PLAIN, (section("副歌"), line("带我回家吧")))


def test_unsorted_lines_are_ordered_and_an_early_end_becomes_the_start() -> None:
    lyrics = in_order([RawLine("two", 5000, 4000), RawLine("one", 1000, 2000)])
    assert lyrics == Lyrics(Timing.LINE, (line("one", 1000, 2000), line("two", 5000, 5000)))


def test_a_line_without_a_time_stays_after_the_one_before_it() -> None:
    lyrics = in_order([RawLine("one", 1000, 2000), RawLine("between", None, 7), RawLine("two", 3000, None)])
    assert lyrics is not None
    assert lyrics.cues == (line("one", 1000, 2000), line("between"), line("two", 3000, 3000))


@pytest.mark.parametrize("lines", [[], [RawLine("", 0, 1)], [RawLine(" \n ", None, None)]])
def test_without_any_text_there_are_no_lyrics(lines: list[RawLine]) -> None:
    assert timed_lyrics(lines) is None


def test_lyrics_as_text_read_like_a_lyric_sheet() -> None:
    text = "[verse]\none\ntwo\n\n[chorus]\nthree"
    assert as_text(plain_lyrics(text)) == text
    assert as_text(None) == ""
