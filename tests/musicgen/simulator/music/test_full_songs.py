"""The demo's songs: sections that are heard and seen, takes that differ, words as they are sung, covers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from musicgen.simulator.music.library import Library
from musicgen.simulator.music.passages import KINDS
from musicgen.simulator.music.repertoire import REPERTOIRE
from musicgen.simulator.music.score import Score
from musicgen.simulator.music.songbook import TAG, THEMES, Piece, Recipe, Theme, choose, recipe, sung
from musicgen.simulator.music.stems import PARTS
from musicgen.simulator.music.synth import RATE, synthesize
from musicgen.simulator.music.tunes import compose, spliced
from tests.support.waiting import until

TITLES = {theme.title: theme for theme in REPERTOIRE}
WHOLE = [theme for theme in REPERTOIRE if "fail" not in dict(theme.habits)]


def take(title: str, number: int = 0) -> Recipe:
    theme = TITLES[title]
    return Recipe(theme, number, sung(theme.text), voice=True)


def loudness(score: Score, windows: int = 60) -> list[float]:
    """The root mean square of each part of the song, as a share of the loudest."""
    parts = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(synthesize(score), windows)]
    return [part / max(parts) for part in parts]


@pytest.mark.parametrize("theme", WHOLE, ids=lambda theme: theme.title)
@pytest.mark.parametrize("number", [0, 1])
def test_each_take_lasts_45_to_110_seconds(theme: Theme, number: int) -> None:
    assert 45 <= compose(Recipe(theme, number, sung(theme.text), voice=True)).duration <= 110
    assert 45 <= compose(Recipe(theme, number, (), voice=False)).duration <= 130


def test_a_song_has_loud_and_quiet_parts_and_an_end_that_fades() -> None:
    heard = loudness(compose(take("Paper Lanterns")))
    assert sum(share > 0.6 for share in heard) > 10
    assert sum(share < 0.25 for share in heard) > 10
    assert max(heard[:4]) < 0.3
    assert heard[-1] < 0.05


def test_two_takes_of_one_request_differ_in_length_and_in_where_they_are_loud() -> None:
    scores = [compose(take("Oh", number)) for number in (0, 1)]
    assert scores[0].duration != scores[1].duration
    one, other = (np.array(loudness(score)) for score in scores)
    assert float(np.abs(one - other).mean()) > 0.1


def test_the_same_take_is_always_the_same() -> None:
    first = synthesize(compose(take("Two Old Cups")))
    compose.cache_clear()
    assert np.array_equal(first, synthesize(compose(take("Two Old Cups"))))
    assert first.shape == (round(compose(take("Two Old Cups")).duration * RATE), 2)
    assert float(np.abs(first).max()) <= 1


def test_stems_are_the_notes_of_their_song() -> None:
    whole = take("Midnight Tram")
    notes = set(compose(whole).notes)
    stems = [Recipe(whole.theme, 0, whole.text, voice=True, parts=parts) for parts in PARTS.values() if parts]
    assert all(set(compose(stem).notes) == notes for stem in stems)
    assert len({stem.key for stem in (*stems, whole)}) == len(stems) + 1


def test_a_gap_of_six_seconds_and_more_is_played_without_words() -> None:
    lines = [part for part in compose(take("Midnight Tram")).sections if part.words]
    gaps = [after.start - before.end for before, after in itertools.pairwise(lines)]
    assert max(gaps) >= 6


def test_a_line_in_parentheses_is_sung_in_the_background() -> None:
    score = compose(take("Paper Lanterns"))
    behind = next(part for part in score.sections if part.text.startswith("("))
    before = score.sections[score.sections.index(behind) - 1]

    def gain(start: float, end: float) -> float:
        return max(n.gain for n in score.notes if n.instrument == "voice" and start <= n.start + 0.001 < end)

    assert gain(behind.start, behind.end) < 0.7 * gain(before.start, before.end)


def test_one_word_is_sung_otherwise_than_it_was_ordered() -> None:
    ordered = TITLES["Harbour Lamps"].text
    made = recipe("a folk waltz", ordered, instrumental=False, book=REPERTOIRE)
    differing = [(one, other) for one, other in zip(sung(ordered), made.text, strict=True) if one != other]
    assert differing == [
        ("The gulls have counted every boat but one", "The gulls have counted every boot but one")
    ]


def test_an_extension_goes_on_in_full() -> None:
    first, new = take("Paper Lanterns"), take("Paper Lanterns", 2)
    longer = compose(spliced(Piece(first, 0, 30), Piece(new)))
    assert longer.duration == pytest.approx(30 + compose(new).duration, abs=0.01)
    assert longer.fade == compose(new).fade


@given(
    st.lists(
        st.text(max_size=40)
        | st.sampled_from(
            [f"[{word}]" for _, words in KINDS for word in words] + ["[Verse 2]", "(oh)", "雨"]
        ),
        max_size=40,
    ),
    st.sampled_from(REPERTOIRE),
    st.integers(0, 8),
)
def test_any_lyric_is_timed_in_order_within_the_song(lines: list[str], theme: Theme, number: int) -> None:
    made = recipe(theme.hints[0], "\n".join(lines), instrumental=False, take=number, book=REPERTOIRE)
    score = compose(made)
    times = [(part.start, part.end) for part in score.sections]
    assert all(start <= end for start, end in times)
    assert all(before[0] <= after[0] for before, after in itertools.pairwise(times))
    assert times[-1][1] <= score.duration
    written = [part.text.strip() for part in score.sections]
    assert list(made.text) in [written[start : start + len(made.text)] for start in (0, 1)]
    assert all(0 <= note.start < score.duration for note in score.notes)


def test_words_of_four_scripts_are_sung() -> None:
    scripts = {name(letter) for theme in REPERTOIRE for letter in theme.text}
    assert {"latin", "hebrew", "han", "kana"} <= scripts


def name(letter: str) -> str:
    ranges = {"latin": ("a", "z"), "hebrew": ("א", "ת"), "han": ("一", "鿿"), "kana": ("ぁ", "ヿ")}
    return next((script for script, (first, last) in ranges.items() if first <= letter <= last), "")


def test_every_short_song_sounds_as_before_beside_the_full_ones() -> None:
    assert choose("a harbour at night") is THEMES[0]
    assert all(theme.band is None for theme in THEMES)


def pictured() -> Iterator[Theme]:
    shapes = set()
    for theme in REPERTOIRE:
        shape = theme.picture.partition(".")[0]
        if shape and shape not in shapes:
            shapes.add(shape)
            yield theme


@pytest.mark.parametrize("theme", list(pictured()), ids=lambda theme: theme.picture)
def test_a_cover_is_a_picture_of_its_format_that_differs_by_take(theme: Theme, tmp_path: Path) -> None:
    library = Library(tmp_path)
    covers = [library.cover(Recipe(theme, number, ("line",), voice=True), 96) for number in (0, 1)]
    opened = [Image.open(cover) for cover in covers]
    assert {picture.format for picture in opened} == {theme.picture.partition(".")[2].upper()}
    assert opened[0].size == (96, 96)
    assert opened[0].tobytes() != opened[1].tobytes()


def test_tags_are_never_sung() -> None:
    for theme in WHOLE:
        score = compose(Recipe(theme, 0, sung(theme.text), voice=True))
        assert all(not part.words for part in score.sections if TAG.match(part.text.strip()))


def test_who_asks_for_a_file_does_not_wait_for_all_that_is_made_ahead(tmp_path: Path) -> None:
    library, theme = Library(tmp_path), TITLES["Oh"]
    ahead = [partial(library.cover, Recipe(theme, number, (), voice=False), 400) for number in range(60)]
    for make in ahead:
        library.make_soon(make)
    until(lambda: list(tmp_path.glob("*.png")), what="the first file")
    for number in range(100, 105):
        before = len(list(tmp_path.glob("*.png")))
        library.cover(Recipe(theme, number, (), voice=False), 400)
        assert len(list(tmp_path.glob("*.png"))) - before <= 4
    until(lambda: len(list(tmp_path.glob("*.png"))) == 65, what="all files")
