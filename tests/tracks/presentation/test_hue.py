"""The colour of a song."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracks.models import Track
from tracks.presentation.hue import hue_of


def test_a_known_cover_gives_the_hue() -> None:
    assert hue_of(Track(title="Owls", hue=0)) == 0


def test_a_title_gives_the_same_hue_in_every_process() -> None:
    assert [hue_of(Track(title=title)) for title in ("Owls", "Paper Lanterns", "雨后的街")] == [13, 22, 23]


@given(st.text(max_size=40))
def test_any_title_gives_one_of_24_hues(title: str) -> None:
    assert 0 <= hue_of(Track(title=title)) < 24
