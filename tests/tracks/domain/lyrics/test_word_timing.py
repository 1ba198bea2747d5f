"""Word timing, from timed words and the written lyric."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.lyrics import RawWord, as_text, plain_lyrics, word_timed_lyrics
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing, Word
from tracks.presentation.lyric_sheet import pieces

# As it is sent: quote marks as words of 0.18 s, a line end inside a word, a line's last word with the line
# end, the next heading and the next line's quote mark. https://github.com/zh30/get-suno-lyric/issues/2
QUOTED = """[Verse 1]
"You laugh," she said
I swear I've heard that sound
A thousand lifetimes

[Chorus]
"Cosmic déjà vu"
(been here before) with you"""
QUOTED_WORDS = [
    ("[Verse 1]\n", 18.55, 18.57),
    ('"', 18.57, 18.75),
    ("You ", 18.75, 19.10),
    ("laugh,", 19.10, 19.60),
    ('" ', 19.60, 19.78),
    ("she ", 19.78, 20.00),
    ("said\nI ", 20.00, 21.00),
    ("swear ", 21.46, 21.80),
    ("I've ", 21.80, 22.00),
    ("heard ", 22.00, 22.40),
    ("that ", 22.40, 22.60),
    ("so", 22.60, 22.90),
    ("und\n", 22.90, 23.50),
    ("A ", 25.77, 25.90),
    ("thousand ", 25.90, 26.60),
    ("lifetimes\n\n[Chorus]\n", 26.60, 28.00),
    ('"', 48.16, 48.34),
    ("Cosmic ", 48.51, 49.30),
    ("déjà ", 49.30, 49.90),
    ('vu\n"\n', 49.90, 51.00),
    ("(been ", 51.62, 51.90),
    ("here ", 51.90, 52.20),
    ("before) ", 52.20, 52.90),
    ("with ", 52.90, 53.20),
    ("you", 53.20, 54.80),
]


def raw(*words: tuple[str, float | None, float | None]) -> list[RawWord]:
    return [RawWord(text, in_ms(start), in_ms(end)) for text, start, end in words]


def in_ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def line(text: str, *words: Word) -> Cue:
    return Cue(CueKind.LINE, text, words[0].start_ms, words[-1].end_ms, words)


def shown(lyrics: Lyrics | None) -> list[tuple[str, int | None, int | None]]:
    return [(cue.text, cue.start_ms, cue.end_ms) for cue in (lyrics.cues if lyrics else ())]


def texts(lyrics: Lyrics | None) -> list[str]:
    return as_text(lyrics).split("\n")


def sung(lyrics: Lyrics | None) -> list[Cue]:
    return [cue for cue in (lyrics.cues if lyrics else ()) if cue.kind is CueKind.LINE]


def only_line(lyrics: Lyrics | None) -> Cue:
    (line,) = sung(lyrics)
    return line


def letters_of(text: str) -> list[str]:
    return [char for char in text if char.isalnum()]


def test_lines_come_out_as_they_are_written_whatever_the_words_bring() -> None:
    lyrics = word_timed_lyrics(raw(*QUOTED_WORDS), QUOTED)
    assert lyrics is not None
    assert lyrics.timing is Timing.WORD
    assert as_text(lyrics) == QUOTED


def test_every_word_of_the_quoted_lyric_has_its_time() -> None:
    lyrics = word_timed_lyrics(raw(*QUOTED_WORDS), QUOTED)
    assert [[word.text for word in line.words] for line in sung(lyrics)] == [
        ['"You', 'laugh,"', "she", "said"],
        ["I", "swear", "I've", "heard", "that", "so", "und"],
        ["A", "thousand", "lifetimes"],
        ['"Cosmic', "déjà", 'vu"'],
        ["(been", "here", "before)", "with", "you"],
    ]
    starts = [(line.start_ms, line.end_ms) for line in sung(lyrics)]
    assert starts == [(18750, 20800), (20800, 23500), (25770, 28000), (48510, 51000), (51620, 54800)]


def test_a_quote_mark_of_its_own_is_no_line_and_takes_no_time() -> None:
    first = sung(word_timed_lyrics(raw(*QUOTED_WORDS), QUOTED))[0]
    assert first.words[0] == Word('"You', 18750, 19100)


def test_without_a_text_the_words_say_where_lines_end() -> None:
    words = raw(("[Verse]\nHello ", 1.36, 1.79), ("there\n", 1.8, 2.1), ("good ", 3, 3.4), ("night", 3.4, 4))
    assert word_timed_lyrics(words) == Lyrics(
        Timing.WORD,
        (
            Cue(CueKind.SECTION, "Verse", 1360, 1360),
            line("Hello there", Word("Hello", 1360, 1790), Word("there", 1800, 2100)),
            line("good night", Word("good", 3000, 3400), Word("night", 3400, 4000)),
        ),
    )


def test_a_word_over_two_lines_is_divided_by_its_letters() -> None:
    lyrics = word_timed_lyrics(
        raw(
            ("one\nthree", 0, 8),
        ),
        "one\nthree",
    )
    assert [(line.text, line.start_ms, line.end_ms) for line in sung(lyrics)] == [
        ("one", 0, 3000),
        ("three", 3000, 8000),
    ]


def test_syllables_without_spaces_between_them_stay_one_word_of_the_line() -> None:
    line = only_line(word_timed_lyrics(raw(("a", 1, 2), ("gain ", 2, 3), ("now", 3, 4)), "again now"))
    assert line.text == "again now"
    assert line.words == (Word("a", 1000, 2000), Word("gain", 2000, 3000), Word("now", 3000, 4000))


def test_chinese_characters_are_timed_one_by_one() -> None:
    text = "带我回家\n「好吗」"
    lyrics = word_timed_lyrics(raw(*[(char, at, at + 1) for at, char in enumerate(text)]), text)
    assert [[word.text for word in line.words] for line in sung(lyrics)] == [
        ["带", "我", "回", "家"],
        ["「好", "吗」"],
    ]


def test_chinese_characters_alone_make_a_line_without_spaces() -> None:
    assert only_line(word_timed_lyrics(raw(("带", 1, 2), ("我", 2, 3)))).text == "带我"


def test_words_without_any_spaces_get_them() -> None:
    words = raw(("[Verse 1]", 0, 0.1), ("Hello,", 1, 2), ("world", 2, 3), ("!", 3, 3.1))
    assert texts(word_timed_lyrics(words)) == ["[Verse 1]", "Hello, world!"]


def test_the_written_spelling_stays() -> None:
    words = raw(("im ", 1, 2), ("GONNA ", 2, 3), ("stay ", 3, 4), ("tonight", 4, 5))
    line = only_line(word_timed_lyrics(words, "I’m going to stay tonight."))
    assert line.text == "I’m going to stay tonight."
    assert line.words[-2:] == (Word("stay", 3000, 4000), Word("tonight.", 4000, 5000))
    assert (line.start_ms, line.end_ms) == (1000, 5000)


def test_composed_and_decomposed_accents_are_the_same_letter() -> None:
    line = only_line(word_timed_lyrics(raw(("de\u0301ja\u0300 ", 1, 2), ("vu", 2, 3)), "déjà vu"))
    assert [word.text for word in line.words] == ["déjà", "vu"]


def test_words_missing_in_the_middle_leave_later_lines_right() -> None:
    text = "first line here\nnever sung at all\nlast line there"
    first = raw(("first ", 1, 2), ("line ", 2, 3), ("here\n", 3, 4))
    lines = sung(word_timed_lyrics([*first, *raw(("last ", 7, 8), ("line ", 8, 9), ("there", 9, 10))], text))
    assert [(line.text, line.start_ms) for line in lines] == [
        ("first line here", 1000),
        ("never sung at all", None),
        ("last line there", 7000),
    ]


def test_a_text_that_is_another_lyric_is_left_aside() -> None:
    words = raw(("Moonlight ", 1, 2), ("guides ", 2, 3), ("me ", 3, 4), ("home", 4, 5))
    assert texts(word_timed_lyrics(words, "A calm song about the sea, with a piano")) == [
        "Moonlight guides me home"
    ]


def test_a_text_that_lacks_a_whole_verse_is_left_aside_so_that_nothing_sung_is_lost() -> None:
    verse, chorus = "walking down the long and winding road at night\n", "come back to me tonight\n" * 8
    words = raw(*[(f"{word} ", at, at + 1) for at, word in enumerate((verse + chorus).split(" "))])
    assert texts(word_timed_lyrics(words, chorus))[0] == verse.strip()


def test_a_heading_with_a_word_of_its_own_has_that_time() -> None:
    words = raw(("[Intro]\n", 0.5, 0.52), ("[Verse]\n", 9, 9.02), ("Hey", 10, 11))
    lyrics = word_timed_lyrics(words, "[Intro]\n[Verse]\nHey")
    assert shown(lyrics) == [("Intro", 500, 500), ("Verse", 9000, 9000), ("Hey", 10000, 11000)]


def test_a_heading_that_came_with_a_word_stands_where_its_line_begins() -> None:
    lyrics = word_timed_lyrics(raw(("[Verse]\nHello ", 1.36, 1.79)), "[Verse]\nHello\n[Outro]")
    assert shown(lyrics) == [("Verse", 1360, 1360), ("Hello", 1360, 1790), ("Outro", None, None)]


def test_a_heading_cut_over_several_words_is_still_no_word() -> None:
    lyrics = word_timed_lyrics(raw(("[Ver", 0, 0.1), ("se 1]\n", 0.1, 0.2), ("Hello", 1, 2)))
    assert texts(lyrics) == ["[Verse 1]", "Hello"]
    assert [word.text for word in only_line(lyrics).words] == ["Hello"]


def test_a_marker_in_a_line_stays_in_its_text_and_is_not_sung() -> None:
    line = only_line(
        word_timed_lyrics(raw(("hey ", 1, 2), ("[softly] ", 2, 2.1), ("you", 3, 4)), "hey [softly] you")
    )
    assert line.text == "hey [softly] you"
    assert [word.text for word in line.words] == ["hey", "you"]


def test_a_word_that_was_not_aligned_is_in_the_line_and_not_among_its_words() -> None:
    line = only_line(
        word_timed_lyrics(raw(("one ", 1, 2), ("two ", None, None), ("three", 3, 4)), "one two three")
    )
    assert (line.text, line.start_ms, line.end_ms) == ("one two three", 1000, 4000)
    assert [word.text for word in line.words] == ["one", "three"]


def test_an_end_before_its_start_becomes_the_start() -> None:
    assert only_line(word_timed_lyrics(raw(("one", 5, 4)))).words == (Word("one", 5000, 5000),)


def test_a_word_ends_when_the_next_begins() -> None:
    line = only_line(word_timed_lyrics(raw(("one ", 1, 9), ("two", 2, 3))))
    assert line.words == (Word("one", 1000, 2000), Word("two", 2000, 3000))


def test_a_time_out_of_order_is_moved_between_its_neighbours() -> None:
    words = raw(("one ", 1, 2), ("two ", 99, 100), ("three ", 3, 4), ("four ", 0, 1), ("five", 5, 6))
    assert [word.start_ms for word in only_line(word_timed_lyrics(words)).words] == [
        1000,
        3000,
        3000,
        3000,
        5000,
    ]


def test_words_that_all_start_at_once_are_not_timed() -> None:
    assert word_timed_lyrics([RawWord("all ", 0, 0), RawWord("at ", 0, 0), RawWord("once", 0, 0)]) is None


def test_words_in_no_order_are_put_in_that_of_their_times() -> None:
    words = raw(("five", 5, 6), ("four ", 4, 5), ("three ", 3, 4), ("two ", 2, 3), ("one ", 1, 2))
    assert only_line(word_timed_lyrics(words)).text == "one two three four five"


@pytest.mark.parametrize("start", [-1, 86_400_000_001, 10**30])
def test_an_impossible_time_is_none(start: int) -> None:
    line = only_line(word_timed_lyrics([RawWord("one ", start, start), RawWord("two", 2000, 3000)]))
    assert [word.text for word in line.words] == ["two"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        raw(("", 0, 1)),
        raw((" \n ", 0, 1), ('"', 1, 2)),
        raw(("[Instrumental]\n", 0, 1)),
        raw(("Hello", None, None)),
        raw(("Hello", None, 3)),
    ],
)
def test_without_a_timed_sung_word_there_are_no_lyrics(words: list[RawWord]) -> None:
    assert word_timed_lyrics(words) is None
    assert word_timed_lyrics(words, "[Verse]\nHello") is None


times = st.none() | st.integers(-10, 300_000)
odd = ["[Verse]\n", '"', "la ", "\nNa", "【副歌】", "你", "a\u0301", ""]
fragments = st.text(max_size=12) | st.sampled_from(odd)
raw_words = st.builds(RawWord, fragments, times, times)
usual = ["oh", "la", "Nächte", "don’t", "I'm", "你好", "gò,", '"wait"', "(choir)", "24", "-"]
lyric_lines = st.lists(st.sampled_from(usual), min_size=1, max_size=6).map(" ".join)
headings = st.sampled_from(["[Verse 1]", "[Chorus: all]"])


@given(st.lists(raw_words, max_size=25), st.text(max_size=60) | st.lists(lyric_lines).map("\n".join))
def test_any_words_come_out_ordered_and_sound(words: list[RawWord], text: str) -> None:
    lyrics = word_timed_lyrics(words, text)
    starts = [cue.start_ms for cue in (lyrics.cues if lyrics else ()) if cue.start_ms is not None]
    assert starts == sorted(starts)
    for cue in lyrics.cues if lyrics else ():
        assert cue.text == cue.text.strip() != ""
        assert (cue.start_ms is None) == (cue.end_ms is None)
        _check_words(cue)


def _check_words(cue: Cue) -> None:
    if not cue.words:
        return
    assert (cue.start_ms, cue.end_ms) == (cue.words[0].start_ms, cue.words[-1].end_ms)
    assert all(word.start_ms <= word.end_ms and word.text == word.text.strip() != "" for word in cue.words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(cue.words))
    rows = [[word.start_ms, word.end_ms, word.text] for word in cue.words]
    assert "".join(piece.text for piece in pieces(cue.text, rows)) == cue.text


@given(st.lists(st.builds(RawWord, fragments, st.integers(0, 9000), times), max_size=25))
def test_without_a_text_nothing_sung_is_lost(words: list[RawWord]) -> None:
    lyrics = word_timed_lyrics(words)
    if lyrics is not None:
        in_order = sorted(letters_of(as_text(plain_lyrics("".join(word.text for word in words)))))
        assert sorted(letters_of(as_text(lyrics))) == in_order


@st.composite
def cut_lyrics(draw: st.DrawFn) -> tuple[str, list[RawWord]]:
    """A lyric, and the same cut at arbitrary places into words with rising times."""
    text = "\n".join(draw(st.lists(lyric_lines | headings, min_size=1)))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(text) - 1)))))
    parts = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
    return text, [RawWord(part, 100 * at, 100 * at + 90) for at, part in enumerate(parts)]


@given(cut_lyrics())
def test_a_lyric_cut_anywhere_comes_back_with_every_letter_timed(lyric: tuple[str, list[RawWord]]) -> None:
    text, words = lyric
    lyrics = word_timed_lyrics(words, text)
    if lyrics is None:
        assert not any(letters_of(cue.text) for cue in sung(plain_lyrics(text)))
        return
    untimed = plain_lyrics(text)
    assert untimed is not None
    assert [(cue.kind, cue.text) for cue in lyrics.cues] == [(cue.kind, cue.text) for cue in untimed.cues]
    for line in sung(lyrics):
        assert letters_of("".join(word.text for word in line.words)) == letters_of(line.text)
