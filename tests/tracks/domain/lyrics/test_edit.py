"""Edits of a lyric: what each operation does with times and words, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain import limits
from tracks.domain.lyrics import edit
from tracks.domain.lyrics.edit import UnsoundLyrics, checked
from tracks.domain.updates import Cue, CueKind, Timing, Word

SUNG = (Word("Owls", 1000, 1500), Word("dance,", 1600, 2000), Word("dance", 2200, 2900))
OWLS = Cue(CueKind.LINE, "Owls dance, dance", 1000, 3000, SUNG)
MOON = Cue(CueKind.LINE, "in the moonlight", 3000, 5000)
HEAD = Cue(CueKind.SECTION, "verse", 1000, 1000)
LINES = (HEAD, OWLS, MOON)


def times(cue: Cue) -> list[tuple[int, int]]:
    return [(word.start_ms, word.end_ms) for word in cue.words]


def test_a_line_that_keeps_its_length_takes_its_words_along() -> None:
    moved = edit.retimed(LINES, 1, 1500, 3500)[1]
    assert (moved.start_ms, moved.end_ms) == (1500, 3500)
    assert times(moved) == [(1500, 2000), (2100, 2500), (2700, 3400)]


def test_a_line_that_gets_shorter_keeps_the_words_that_fit() -> None:
    cut = edit.retimed(LINES, 1, 1200, 1900)[1]
    assert [(word.text, word.start_ms, word.end_ms) for word in cut.words] == [
        ("Owls", 1200, 1500),
        ("dance,", 1600, 1900),
    ]


def test_a_line_without_a_start_has_no_words() -> None:
    assert edit.retimed(LINES, 1, None, None)[1] == Cue(CueKind.LINE, OWLS.text)


def test_all_lines_move_with_their_words_and_none_before_the_song() -> None:
    back = edit.shifted(edit.shifted(LINES, 700), -700)
    assert back == LINES
    assert times(edit.shifted(LINES, -1000)[1])[0] == (0, 500)
    with pytest.raises(UnsoundLyrics, match="before the song"):
        edit.shifted(LINES, -1001)


def test_a_line_is_split_between_two_words() -> None:
    _, one, other, _ = edit.split(LINES, 1, len("Owls dance, "))
    assert (one.text, one.start_ms, one.end_ms, one.words) == ("Owls dance,", 1000, 2000, SUNG[:2])
    assert (other.text, other.start_ms, other.end_ms, other.words) == ("dance", 2200, 3000, SUNG[2:])


def test_a_line_without_timed_words_is_divided_by_the_length_of_its_text() -> None:
    one, other = edit.split((MOON,), 0, 7)
    assert (one.text, one.start_ms, one.end_ms) == ("in the", 3000, 3875)
    assert (other.text, other.start_ms, other.end_ms) == ("moonlight", 3875, 5000)


def test_chinese_is_split_before_any_character_that_begins_a_word() -> None:
    line = Cue(CueKind.LINE, "月光下", 0, 900, (Word("月光", 0, 600), Word("下", 600, 900)))
    assert [cue.text for cue in edit.split((line,), 0, 2)] == ["月光", "下"]
    with pytest.raises(UnsoundLyrics, match="between two of its words"):
        edit.split((line,), 0, 1)


@pytest.mark.parametrize("at", [-1, 0, 2, len(OWLS.text), 99])
def test_a_line_is_split_nowhere_else(at: int) -> None:
    with pytest.raises(UnsoundLyrics, match="Line 2: A line is split between"):
        edit.split(LINES, 1, at)


def test_two_lines_become_one() -> None:
    joined = edit.joined(LINES, 1)
    assert joined[1] == Cue(CueKind.LINE, "Owls dance, dance in the moonlight", 1000, 5000, SUNG)
    assert len(joined) == 2
    assert edit.joined((replace(MOON, text="月光"), replace(MOON, text="下")), 0)[0].text == "月光下"
    for place in (0, 2):
        with pytest.raises(UnsoundLyrics):
            edit.joined(LINES, place)


def test_lines_come_and_go() -> None:
    more = edit.inserted(LINES, 3, Cue(CueKind.LINE, "and more"))
    assert more[3].text == "and more"
    assert edit.removed(more, 3) == LINES
    for refused in (lambda: edit.inserted(LINES, 4, MOON), lambda: edit.removed(LINES, 3)):
        with pytest.raises(UnsoundLyrics, match="no such line"):
            refused()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OWLS, dancé – dance!", ["OWLS,", "dancé", "dance!"]),
        ("Owls prance, dance", ["Owls", "prance,", "dance"]),
        ("Owls, they dance, dance", ["Owls,", "dance,", "dance"]),
        ("Owls [dance], dance", ["Owls", "dance],", "dance"]),
        ("Owls dance", ["Owls", "dance"]),
        ("Uhus tanzen, tanzen", ["Uhus", "tanzen,", "tanzen"]),
        ("something else entirely and much longer than the line was before it came to be this", []),
        ("", []),
    ],
)
def test_another_text_keeps_the_times_of_the_words_that_it_still_holds(text: str, words: list[str]) -> None:
    line = edit.reworded(LINES, 1, text)[1]
    assert (line.text, line.start_ms, line.end_ms) == (text, 1000, 3000)
    assert [word.text for word in line.words] == words
    assert line.words == () or line.words[0].start_ms == 1000


def test_retimed_words_give_the_line_its_times() -> None:
    words = (Word("Owls", 1100, 1200), Word("dance", 1300, 4000))
    line = edit.with_words(LINES, 1, words)[1]
    assert (line.start_ms, line.end_ms, line.words) == (1100, 4000, words)
    assert edit.with_words(LINES, 1, ())[1] == replace(OWLS, words=())


REFUSED = {
    "end": replace(MOON, end_ms=2999),
    "start": replace(MOON, start_ms=None),
    "text": Cue(CueKind.LINE, "two\nlines"),
    "words": replace(OWLS, words=(Word("dance", 1000, 1100), Word("Owls", 1100, 1200))),
}


@pytest.mark.parametrize(
    ("field", "cue"),
    [
        *REFUSED.items(),
        ("start", replace(MOON, start_ms=-1)),
        ("end", replace(MOON, end_ms=10**9)),
        ("text", Cue(CueKind.SECTION, " ")),
        ("text", Cue(CueKind.LINE, "o" * 5001)),
        ("words", replace(OWLS, end_ms=2800)),
        ("words", replace(OWLS, words=(SUNG[0], Word("dance", 1400, 1300)))),
        ("words", replace(OWLS, words=(Word(" ", 1000, 1100),))),
        ("words", replace(HEAD, words=(Word("verse", 1000, 1000),))),
        ("words", Cue(CueKind.LINE, "Owls", words=SUNG[:1])),
    ],
)
def test_unsound_lines_are_refused_by_line_and_field(field: str, cue: Cue) -> None:
    with pytest.raises(UnsoundLyrics) as caught:
        checked([OWLS, cue])
    assert [(problem.place, problem.field) for problem in caught.value.problems] == [(1, field)]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [MOON] * (limits.MAX_LINES + 1),
        [replace(MOON, text="a " * 2400, words=(Word("a", 3000, 3000),) * 2400)] * 5,
    ],
)
def test_a_lyric_has_some_lines_and_not_too_many(lines: Sequence[Cue]) -> None:
    with pytest.raises(UnsoundLyrics):
        checked(lines)


def test_checked_lines_are_ordered_and_their_timing_is_known() -> None:
    lyrics = checked([MOON, Cue(CueKind.LINE, " more "), OWLS, replace(HEAD, end_ms=None)])
    assert [cue.text for cue in lyrics.cues] == ["Owls dance, dance", "verse", "in the moonlight", "more"]
    assert (lyrics.timing, lyrics.cues[1].end_ms) == (Timing.WORD, 1000)
    assert checked([MOON]).timing is Timing.LINE
    assert checked([Cue(CueKind.LINE, "more")]).timing is Timing.PLAIN


moments = st.integers(-100, 5000)
operations: st.SearchStrategy[Callable[[Sequence[Cue]], Sequence[Cue]]] = st.one_of(
    st.builds(
        lambda place, start, end: lambda lines: edit.retimed(lines, place, start, end),
        st.integers(0, 3),
        moments,
        moments,
    ),
    st.builds(lambda by: lambda lines: edit.shifted(lines, by), moments),
    st.builds(
        lambda place, at: lambda lines: edit.split(lines, place, at), st.integers(0, 3), st.integers(0, 20)
    ),
    st.builds(lambda place: lambda lines: edit.joined(lines, place), st.integers(0, 3)),
    st.builds(lambda place: lambda lines: edit.removed(lines, place), st.integers(0, 3)),
    st.builds(
        lambda place, text: lambda lines: edit.reworded(lines, place, text),
        st.integers(0, 3),
        st.text("Owls dance[]月光,", max_size=20),
    ),
)


@given(st.lists(operations, max_size=6))
def test_any_edits_leave_sound_lines(given: list[Callable[[Sequence[Cue]], Sequence[Cue]]]) -> None:
    lines: Sequence[Cue] = LINES
    for operation in given:
        try:
            lines = operation(lines)
        except UnsoundLyrics:
            continue
    if lines:
        assert len(checked(lines).cues) == len(lines)
