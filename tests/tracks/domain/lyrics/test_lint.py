"""What may be wrong in a lyric: each finding at its line, with a sentence."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.lyrics.lint import Finding, LintCode, lint
from tracks.domain.updates import Cue, CueKind, Word

HEAD = Cue(CueKind.SECTION, "verse", 1000, 1000)
OWLS = Cue(CueKind.LINE, "Owls dance", 1000, 3000)
MOON = Cue(CueKind.LINE, "in the moonlight", 3000, 5000)
LINES = [HEAD, OWLS, MOON]
ORDERED = "[Verse]\nOWLS ＤＡＮＣÉ —\n\nin the moonlight!"


def codes(found: list[Finding]) -> list[tuple[int, str]]:
    return [(one.position, one.code) for one in found]


def test_a_sound_lyric_has_no_finding() -> None:
    assert lint(LINES, 5000, [ORDERED]) == []
    assert lint([Cue(CueKind.LINE, "untimed"), HEAD], None, []) == []


def test_overlapping_lines() -> None:
    found = lint([replace(OWLS, end_ms=3400), MOON])
    assert codes(found) == [(0, "overlap")]
    assert found[0].sentence == "It ends 0.40 s after line 2 starts: end it earlier."
    assert codes(lint([MOON, OWLS])) == [(0, "overlap")]


def test_an_empty_line() -> None:
    assert codes(lint([OWLS, replace(MOON, text=" ")])) == [(1, "empty")]


def test_lines_that_nobody_sings_so_fast() -> None:
    short = replace(OWLS, end_ms=1200)
    assert codes(lint([short, replace(MOON, start_ms=1249)])) == [(1, "close")]
    assert codes(lint([short, replace(MOON, start_ms=1250)])) == []


def test_headings_are_near_their_lines() -> None:
    assert lint([HEAD, OWLS, replace(HEAD, start_ms=2990, end_ms=3000), MOON]) == []


def test_an_end_before_its_start() -> None:
    assert codes(lint([replace(OWLS, end_ms=900)])) == [(0, "end_before_start")]
    words = (Word("Owls", 1500, 1400),)
    assert codes(lint([replace(OWLS, words=words)])) == [(0, "end_before_start")]


def test_times_beyond_the_song() -> None:
    assert codes(lint(LINES, 4900)) == []
    found = lint(LINES, 4899)
    assert codes(found) == [(2, "beyond_song")]
    assert found[0].sentence == "It reaches 5.00 s, and the song ends at 4.90 s."
    assert codes(lint(LINES, 3000)) == [(2, "beyond_song")]


def test_words_that_were_not_ordered() -> None:
    found = lint([OWLS, replace(MOON, text="in the pale sunlight")], None, [ORDERED])
    assert found == [Finding(1, LintCode.OTHER_TEXT, "Here is “pale sunlight”, ordered was “moonlight”.")]
    found = lint([OWLS, MOON, replace(MOON, text="la la", start_ms=5000)], None, [ORDERED])
    assert found == [Finding(2, LintCode.OTHER_TEXT, "Not ordered: “la la”.")]


def test_words_that_are_missing() -> None:
    found = lint([OWLS, replace(MOON, text="in moonlight")], None, [ORDERED])
    assert found == [Finding(1, LintCode.OTHER_TEXT, "Ordered and missing here: “the”.")]


def test_a_description_is_no_ordered_lyric() -> None:
    assert lint(LINES, None, ["an owl's dance at night", ""]) == []
    found = lint([OWLS, replace(MOON, text="in the sun")], None, ["an owl's dance", ORDERED])
    assert codes(found) == [(1, "other_text")]


anything = st.builds(
    Cue,
    kind=st.sampled_from(CueKind),
    text=st.text("Owls dance", max_size=12),
    start_ms=st.none() | st.integers(-10, 3000),
    end_ms=st.none() | st.integers(-10, 3000),
)


@given(
    st.lists(anything, max_size=6),
    st.none() | st.integers(0, 3000),
    st.lists(st.text("Owls dance\n"), max_size=2),
)
def test_any_lines_are_looked_at(cues: list[Cue], length: int | None, ordered: list[str]) -> None:
    found = lint(cues, length, ordered)
    assert all(0 <= one.position < len(cues) and one.sentence.endswith(".") for one in found)
