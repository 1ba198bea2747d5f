"""Drawn covers: any song gets a sound, small picture of its own, and always the same one."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.songs import WAVEFORM
from tracks.domain.oklch import srgb
from tracks.presentation.drawn_cover import FAMILIES, SIDE, CoverSubject, draw_cover

SVG = "{http://www.w3.org/2000/svg}"
REACH = re.compile(r"-?\d+(?:\.\d+)?")
subjects = st.builds(
    CoverSubject, st.integers(1, 10**9), st.text(max_size=20), st.integers(0, 23), st.binary(max_size=1100)
)


@given(subjects)
def test_any_song_gets_a_small_picture_that_stays_on_its_canvas(subject: CoverSubject) -> None:
    svg = draw_cover(subject)
    root = ElementTree.fromstring(svg)  # noqa: S314  drawn by us
    assert root.get("viewBox") == f"0 0 {SIDE} {SIDE}"
    assert len(svg) <= 4_096
    for path in root.iter(f"{SVG}path"):
        assert all(-1 <= float(one) <= SIDE + 1 for one in REACH.findall(path.get("d") or ""))
    assert all(re.fullmatch(r"#[0-9a-f]{6}|none", one.get("fill", "none")) for one in root.iter())


@given(subjects)
def test_a_song_has_the_same_cover_each_time(subject: CoverSubject) -> None:
    again = CoverSubject(subject.track_id, subject.title, subject.hue, subject.waveform)
    assert draw_cover(again) == draw_cover(subject)
    assert again.digest == subject.digest


def test_every_family_is_drawn_and_shaped_by_the_sound() -> None:
    """One in six each: of 120 songs every family has some."""
    drawn = {draw_cover(CoverSubject(number, "Owls", 0, WAVEFORM))[50:400] for number in range(120)}
    assert len(drawn) >= len(FAMILIES)
    subject = CoverSubject(1, "Owls", 0, WAVEFORM)
    other_sound = CoverSubject(1, "Owls", 0, WAVEFORM[:520] + WAVEFORM[520:][::-1])
    assert len({draw_cover(one) for one in (subject, other_sound, CoverSubject(1, "Owls", 0, b""))}) == 3


@pytest.mark.parametrize(
    "other",
    [
        *(CoverSubject(2, "Owls", 0, b"ab"), CoverSubject(1, "Owl", 0, b"ab")),
        *(CoverSubject(1, "Owls", 1, b"ab"), CoverSubject(1, "Owls", 0, b"ba")),
    ],
)
def test_whatever_changes_the_picture_changes_its_version(other: CoverSubject) -> None:
    assert CoverSubject(1, "Owls", 0, b"ab").digest != other.digest


@pytest.mark.parametrize(
    ("colour", "shown"),
    [
        *(((1, 0, 0), "#ffffff"), ((0, 0, 0), "#000000"), ((0.6279554, 0.2576833, 29.2338803), "#ff0000")),
        ((0.4520137, 0.3132144, 264.0520206), "#0000ff"),
    ],
)
def test_colours_are_those_of_the_screen(colour: tuple[float, float, float], shown: str) -> None:
    """The corners of sRGB in OKLCH, as https://www.w3.org/TR/css-color-4/ converts them."""
    assert srgb(*colour) == shown


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_a_colour_that_no_screen_shows_is_made_paler(lightness: float, chroma: float, hue: float) -> None:
    assert re.fullmatch("#[0-9a-f]{6}", srgb(lightness, chroma, hue))
