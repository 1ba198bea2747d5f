"""What a search finds is marked where people see it: in the line, whatever its case, accents and script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import make_lines, make_track
from tracks.queries.lyric_hits import lyric_hits
from tracks.queries.search import marked, patterns_of


def marks(text: str, search: str) -> list[str]:
    return [piece for piece, is_found in marked(text, patterns_of(search)) if is_found]


@pytest.mark.parametrize(
    ("text", "search", "found"),
    [
        ("Paper lanterns, paper lanterns", "lantern", ["lantern", "lantern"]),
        ("Paper lanterns, paper lanterns", "PAPER lanterns", ["Paper", "lanterns", "paper", "lanterns"]),
        ("Au Café", "cafe", ["Café"]),
        ("the theatre", "the end", ["the"]),
        ("you don’t know", "dont", ["don’t"]),
        ("雨后的街 还亮着昨天", "后的", ["后的"]),
        ("한국어 노래", "노래", ["노래"]),
        ("ﬁre and fire", "fire", ["ﬁre", "fire"]),
        ("nothing here", "lantern", []),
    ],
)
def test_what_was_searched_is_marked(text: str, search: str, found: list[str]) -> None:
    assert marks(text, search) == found


@given(st.text(max_size=60), st.text(max_size=20))
def test_the_pieces_are_the_text(text: str, search: str) -> None:
    assert "".join(piece for piece, _ in marked(text, patterns_of(search))) == text


@pytest.mark.django_db
def test_the_line_with_most_of_the_words_is_quoted_and_headings_are_not() -> None:
    song, other = make_track(), make_track()
    make_lines(song, "lantern street", ("A lantern", 1000, 2000), ("Lantern in the street", 3000, 4000))
    make_lines(other, ("Nothing", 0, 1000))
    hits = lyric_hits([song.pk, other.pk], "lantern street")
    assert {pk: (hit.text, hit.start_ms) for pk, hit in hits.items()} == {
        song.pk: ("Lantern in the street", 3000)
    }
    assert lyric_hits([song.pk], "") == lyric_hits([], "lantern") == {}
