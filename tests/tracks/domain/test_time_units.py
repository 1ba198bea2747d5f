"""The unit of lengths and lyric times: any song, any outlier, seconds or milliseconds, measured or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.lyrics import RawLine, RawWord, timed_lyrics, word_timed_lyrics
from tracks.domain.time_units import decided, fits_in_other_unit
from tracks.domain.updates import Cue, Lyrics, Timing

# A line: the pause before it and its length, in seconds.
rows = st.tuples(*(st.integers(*bounds).map(lambda ms: ms / 1000) for bounds in ((0, 20_000), (300, 15_000))))
songs = st.lists(rows, min_size=3, max_size=40)
outliers = st.one_of(
    st.floats(0, 1e8), st.sampled_from([3700.0, 5000.0, 86_400.0, 9_999_999.0]), st.none(), st.just(-3.0)
)
Times = list[tuple[float | None, float | None]]


def seconds_of(song: list[tuple[float, float]]) -> Times:
    """From the first second on: in the first half of it milliseconds cannot be told from seconds."""
    times: Times = []
    now = 1.0
    for pause, length in song:
        now += pause
        times.append((now, now + length))
        now += length
    return times


def stated(value: float | None, scale: int = 1) -> int | None:
    """As a parser states it: by the documented unit."""
    return None if value is None or not 0 <= value * scale <= 86_400_000 else round(value * scale * 1000)


def lines_of(times: Times, scale: int = 1) -> Lyrics:
    lyrics = timed_lyrics(
        RawLine(f"Line {place}", stated(start, scale), stated(end, scale))
        for place, (start, end) in enumerate(times)
    )
    assert lyrics
    return lyrics


def words_of(times: Times, scale: int = 1) -> Lyrics:
    lyrics = word_timed_lyrics(
        RawWord(f"word{place}\n", stated(start, scale), stated(end, scale))
        for place, (start, end) in enumerate(times)
    )
    assert lyrics
    return lyrics


def by_text(lyrics: Lyrics | None) -> dict[str, Cue]:
    assert lyrics
    return {cue.text: cue for cue in lyrics.cues}


def lengths(times: Times) -> Any:
    """What may be known of the song's length: nothing, what was stated, what we measured, both."""
    end = round(max(end or 0 for _, end in times) * 1000) + 1500
    return st.sampled_from([(None, None), (end, None), (None, end), (end, end), (end * 1000, None)])


@given(song=songs, data=st.data())
def test_one_outlier_leaves_the_times_of_all_other_lines(song: Any, data: Any) -> None:
    times = seconds_of(song)
    length, measured = data.draw(lengths(times))
    place = data.draw(st.integers(0, len(times) - 1))
    start, end = times[place]
    absurd = data.draw(outliers)
    spoilt = data.draw(st.sampled_from([(absurd, end), (start, absurd), (absurd, absurd)]))
    given_times = [*times[:place], spoilt, *times[place + 1 :]]
    found = by_text(decided(length, lines_of(given_times), measured)[1])
    expected = by_text(lines_of(times))
    del found[f"Line {place}"], expected[f"Line {place}"]
    assert found == expected


@given(song=songs, data=st.data())
def test_one_outlier_leaves_the_starts_of_all_other_words(song: Any, data: Any) -> None:
    times = seconds_of(song)
    length, measured = data.draw(lengths(times))
    place = data.draw(st.integers(0, len(times) - 1))
    start = times[place][0]
    absurd = data.draw(st.floats(3700, 80_000))
    spoilt = data.draw(st.sampled_from([(absurd, absurd), (start, absurd), (None, None)]))
    given_times = [*times[:place], spoilt, *times[place + 1 :]]
    found = by_text(decided(length, words_of(given_times), measured)[1])
    expected = by_text(words_of(times))
    del found[f"word{place}"], expected[f"word{place}"]
    assert {text: cue.start_ms for text, cue in found.items()} == {
        text: cue.start_ms for text, cue in expected.items()
    }


@given(song=songs, data=st.data())
def test_the_same_lines_in_milliseconds_give_the_same_cues(song: Any, data: Any) -> None:
    times = seconds_of(song)
    length, measured = data.draw(lengths(times))
    make = data.draw(st.sampled_from([lines_of, words_of]))
    assert decided(length, make(times, 1000), measured) == decided(length, make(times), measured)


@given(song=songs, data=st.data())
def test_the_measured_length_decides_the_unit_of_the_stated_one(song: Any, data: Any) -> None:
    times = seconds_of(song)
    _, measured = data.draw(lengths(times).filter(lambda pair: pair[1]))
    lyrics = data.draw(st.sampled_from([None, lines_of(times), lines_of(times, 1000)]))
    assert decided(measured, lyrics, measured)[0] == measured
    assert decided(measured * 1000, lyrics, measured)[0] == measured


times_ms = st.none() | st.integers(0, 86_400_000_000)


def texts_of(lyrics: Lyrics | None) -> list[str] | None:
    return None if lyrics is None else sorted(cue.text for cue in lyrics.cues)


@given(
    lines=st.lists(st.builds(RawLine, st.text(max_size=20), times_ms, times_ms), max_size=12),
    length=times_ms,
    measured=st.none() | st.integers(1, 10_000_000),
)
def test_any_lines_come_out_ordered_sound_and_storable(
    lines: list[RawLine], length: int | None, measured: int | None
) -> None:
    stated = timed_lyrics(lines)
    duration, lyrics = decided(length, stated, measured)
    assert duration is None or 0 < duration <= 86_400_000
    starts = [cue.start_ms for cue in (lyrics.cues if lyrics else ()) if cue.start_ms is not None]
    assert starts == sorted(starts)
    for cue in lyrics.cues if lyrics else ():
        assert (cue.start_ms is None) == (cue.end_ms is None)
        assert cue.start_ms is None or cue.end_ms is None or cue.start_ms <= cue.end_ms <= 86_400_000
    # Whatever its time, no line is lost.
    assert texts_of(lyrics) == texts_of(stated)


@given(song=songs)
def test_deciding_again_changes_nothing(song: Any) -> None:
    times = seconds_of(song)
    once = decided(None, lines_of(times, 1000), None)
    assert decided(*once, None) == once


@pytest.mark.parametrize(
    ("stated_s", "times", "measured_s", "length_s", "first_s"),
    [
        # seconds, as documented, in a song of more than an hour
        (5400, [(3, 8), (2700, 2706), (5300, 5306)], None, 5400, 3),
        (None, [(3000, 3006), (4000, 4006), (7000, 7006)], None, None, 3000),
        # all in milliseconds, by the lines
        (12_000, [(500, 1900), (5000, 7000), (10_000, 11_500)], None, 12, 0.5),
        # the length alone in milliseconds, by the lines
        (12_000, [(0.5, 1.9), (5, 7), (10, 11.5)], None, 12, 0.5),
        # the lines alone in milliseconds, without ends
        (240, [(16_700, None), (96_000, None), (200_000, None)], None, 240, 16.7),
        # a length that is another song's changes no line
        (12, [(3, 8), (50, 56), (90, 96)], None, 12, 3),
        (12, [(3, 8), (50, 56), (90, 96)], 12, 12, 3),
        # nor is a length that is another song's in milliseconds
        (96, [], 12, 96, None),
        (12, [], 96, 12, None),
        (200, [(3, 8), (50, 56), (90, 96)], 100, 200, 3),
        # decided anew once the song is measured
        (12_000, [], None, 12_000, None),
        (12_000, [], 12, 12, None),
        (4000, [(1, 2), (3, 3.9)], 4000, 4000, 1),
        # long entries without words are sections
        (140, [(0, 70), (70, 140)], None, 140, 0),
    ],
)
def test_units_are_decided_by_evidence(
    stated_s: float | None, times: Times, measured_s: float | None, length_s: float, first_s: float
) -> None:
    lyrics = lines_of(times) if times else None
    length, found = decided(stated(stated_s), lyrics, stated(measured_s))
    assert length == stated(length_s)
    assert found is None or found.cues[0].start_ms == stated(first_s)


def test_one_absurd_word_of_five_is_sung_where_the_word_before_it_ends() -> None:
    times: Times = [(0.1, 0.4), (0.5, 0.9), (1.0, 1.3), (1.4, 1.8), (5000, 5001)]
    words = [RawWord(f"la{n} ", stated(start), stated(end)) for n, (start, end) in enumerate(times)]
    _, lyrics = decided(None, word_timed_lyrics(words), None)
    assert lyrics
    (cue,) = lyrics.cues
    assert [(word.start_ms, word.end_ms) for word in cue.words] == [
        (100, 400),
        (500, 900),
        (1000, 1300),
        (1400, 1800),
        (1800, 1800),
    ]
    assert (cue.start_ms, cue.end_ms) == (100, 1800)


def test_a_line_of_absurd_words_stays_untimed() -> None:
    times: Times = [(1, 2), (3, 4), (5, 6), (9000, 9001)]
    _, lyrics = decided(8000, words_of(times), None)
    assert lyrics is not None
    assert lyrics.timing is Timing.WORD
    assert lyrics.cues[-1] == replace(lyrics.cues[-1], start_ms=None, end_ms=None, words=())


@pytest.mark.parametrize(
    ("length_ms", "measured_ms", "fits"),
    [
        (12_000_000, 12_030, True),
        (4000, 4_000_000, True),
        (200_000, 200, False),
        (200_000, 100_000, False),
        (12_000_000, 6_000, False),
    ],
)
def test_a_length_may_be_right_but_for_its_unit(length_ms: int, measured_ms: int, fits: bool) -> None:
    assert fits_in_other_unit(length_ms, measured_ms) is fits
