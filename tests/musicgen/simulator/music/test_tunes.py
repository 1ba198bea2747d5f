"""The music itself: the timing agrees with the sound, and any lyric can be sung."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import example, given
from hypothesis import strategies as st

from musicgen.simulator.music.library import Library
from musicgen.simulator.music.singing import syllables
from musicgen.simulator.music.songbook import MAX_SUNG_LINES, TAG, THEMES, Recipe, Theme, choose, recipe, sung
from musicgen.simulator.music.synth import RATE, synthesize
from musicgen.simulator.music.tunes import compose


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.title)
def test_each_song_lasts_20_to_40_seconds(theme: Theme) -> None:
    assert 20 <= compose(Recipe(theme, 0, sung(theme.text), voice=True)).duration <= 40


def test_there_are_six_songs_and_one_is_not_english() -> None:
    assert len({theme.title for theme in THEMES}) == 6
    assert any(not theme.text.isascii() for theme in THEMES)


@given(
    st.lists(st.text(max_size=60) | st.sampled_from(["[verse]", "[Chorus]", "", "雨停了", "…"]), max_size=60)
)
@example(["[verse]"] * 20 + ["one line"])
@example(["[verse]", "one line"] + ["[verse]"] * 20)
def test_any_lyric_is_timed_in_order_within_the_song(lines: list[str]) -> None:
    score = compose(recipe("a harbour", "\n".join(lines), instrumental=False))
    times = [(part.start, part.end) for part in score.sections]
    assert all(start <= end for start, end in times)
    assert all(before[0] <= after[0] for before, after in itertools.pairwise(times))
    assert times[-1][1] == score.duration
    assert [part.text.strip() for part in score.sections[1:-1]] == list(score.recipe.text)


@given(st.text())
def test_the_same_prompt_chooses_the_same_song(words: str) -> None:
    assert choose(words) is choose(words)


def test_a_hint_chooses_its_song() -> None:
    assert choose("Neon lights over the CITY").title == "Midnight Tram"


def test_a_very_long_lyric_is_cut() -> None:
    text = sung("\n".join(f"line {number}\n[verse]" for number in range(100)))
    assert sum(not TAG.match(line) for line in text) == MAX_SUNG_LINES


@pytest.mark.parametrize("lyrics", ["", "\n\n", "[verse]\n[chorus]"])
def test_a_lyric_without_a_line_is_written_by_the_provider(lyrics: str) -> None:
    assert recipe("harbour", lyrics, instrumental=False).text == sung(THEMES[0].text)


def test_words_and_characters_are_one_note_each() -> None:
    assert syllables("Oh harbour lights, hold") == ["Oh", "harbour", "lights", "hold"]
    assert syllables("慢慢走，OK 走") == ["慢", "慢", "走", "OK", "走"]


def test_the_voice_sings_each_word_within_its_line() -> None:
    score = compose(
        recipe("harbour", "[verse]\nfour words in here\nand five words over there", instrumental=False)
    )
    lines = [part for part in score.sections if part.text in score.recipe.text and not TAG.match(part.text)]
    sung_notes = [note for note in score.notes if note.instrument == "voice"]
    for line in lines:
        within = [note.word for note in sung_notes if line.start - 0.001 <= note.start < line.end]
        assert within == line.text.split()


def test_the_sound_is_as_long_as_the_score_says_and_not_silent() -> None:
    score = compose(recipe("harbour", "one line", instrumental=False))
    sound = synthesize(score)
    assert sound.shape == (round(score.duration * RATE), 2)
    assert np.abs(sound).max() <= 1
    assert all(np.abs(second).max() > 0.02 for second in np.array_split(sound, int(score.duration)))


def test_without_the_voice_it_sounds_different() -> None:
    with_voice = recipe("harbour", "one line", instrumental=False)
    alone = Recipe(with_voice.theme, with_voice.take, with_voice.text, voice=False)
    assert not np.array_equal(synthesize(compose(with_voice)), synthesize(compose(alone)))


def test_a_file_is_made_once_and_stored_for_the_next_run(tmp_path: Path) -> None:
    made = recipe("harbour", "one line", instrumental=False)
    first = Library(tmp_path).mp3(made)
    before = first.stat().st_mtime_ns
    assert Library(tmp_path).mp3(made).stat().st_mtime_ns == before
    assert soundfile.info(str(first)).frames == round(compose(made).duration * RATE)
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
