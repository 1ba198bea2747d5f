"""Lyrics as a text: what is written can be read again, and what a text does not say is not lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracks.domain.lyrics.edit import LAST_MS
from tracks.domain.lyrics.timed_text import UnreadableText, lines_of_text, stamp, timed_text
from tracks.domain.updates import Cue, CueKind, Word

TIMES = st.none() | st.integers(0, LAST_MS)
TEXTS = st.text(max_size=12).map(lambda text: " ".join(text.split())) | st.sampled_from(
    ["[oh] yeah", "[00:01.00]", "\\", "\\[", "[verse]", "", "[1,2", "]", "[ 1:2 ] x"]
)


@st.composite
def cues(draw: st.DrawFn) -> Cue:
    kind, start = draw(st.sampled_from(CueKind)), draw(TIMES)
    text = draw(TEXTS.filter(bool) if kind is CueKind.SECTION else TEXTS)
    return Cue(kind, text, start, start)


LINES = st.lists(cues(), max_size=6).map(tuple)
OWLS = Cue(CueKind.LINE, "Owls dance", 1004, 3000, (Word("Owls", 1004, 1500), Word("dance", 1600, 2900)))
VERSE = Cue(CueKind.SECTION, "verse", 1004, 1004)


@given(LINES)
@example((Cue(CueKind.LINE, ""),))
@example((Cue(CueKind.SECTION, "\\"),))
def test_lines_become_text_and_the_same_lines_again(lines: tuple[Cue, ...]) -> None:
    assert lines_of_text(timed_text(lines))[0] == lines


@given(st.text(st.sampled_from("[]\\:.,0159 ab\n"), max_size=40))
@example("[00:01.00] [verse]\n\nOwls")
@example("[ ]")
@example("[\\ ]")
def test_a_text_that_is_read_is_written_in_a_way_that_says_the_same(text: str) -> None:
    try:
        lines, rows = lines_of_text(text)
    except UnreadableText:
        return
    assert len(rows) == len(lines)
    assert lines_of_text(timed_text(lines))[0] == lines


@given(LINES.map(lambda lines: (VERSE, OWLS, *lines, OWLS)))
def test_a_text_that_nobody_changed_is_what_it_was_made_from(lines: tuple[Cue, ...]) -> None:
    assert lines_of_text(timed_text(lines), lines)[0] == lines


def test_ends_and_words_stay_with_their_lines() -> None:
    moved = lines_of_text("[verse]\n[00:02.004] Owls dance", [VERSE, OWLS])[0]
    assert moved[1] == Cue(
        CueKind.LINE, "Owls dance", 2004, 4000, (Word("Owls", 2004, 2500), Word("dance", 2600, 3900))
    )
    respelled = lines_of_text("[00:01.004] Owls prance", [VERSE, OWLS])[0]
    assert (respelled[0].end_ms, respelled[0].words[1]) == (3000, Word("prance", 1600, 2900))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("[00:75.00] Owls", "A minute has 60 seconds"),
        ("[1.5] Owls", "This is no time"),
        ("[00:01.00][00:02.00] Owls", "A line has one start"),
    ],
)
def test_what_is_no_time_is_told_with_its_row(row: str, sentence: str) -> None:
    with pytest.raises(UnreadableText) as refused:
        lines_of_text(f"Owls\n\n{row}")
    assert [(one.row, one.sentence.startswith(sentence)) for one in refused.value.problems] == [(3, True)]


@pytest.mark.parametrize(
    ("time", "text"), [(0, "00:00.00"), (62_500, "01:02.50"), (1, "00:00.001"), (86_400_000, "24:00:00.00")]
)
def test_a_start_as_it_is_written(time: int, text: str) -> None:
    assert stamp(time) == text
