"""The colours: readable in both schemes, as WCAG counts it, and the style sheets name no others."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR) / "static/css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: colours for name, *colours in PAIR.findall((STYLES / "tokens.css").read_text())}

# (text, ground, least contrast): AA for text, AAA for lyrics, 3 for what is no text.
WANTED = [
    *[
        (ink, ground, 4.5)
        for ink in ("ink", "ink-quiet")
        for ground in ("page", "surface", "raised", "accent-soft")
    ],
    *[
        (ink, ground, 4.5)
        for ink in ("accent", "good", "warn", "bad")
        for ground in ("page", "surface", "raised")
    ],
    *[(f"{tone}", f"{tone}-soft", 4.5) for tone in ("good", "warn", "bad", "accent")],
    *[("ink", f"{tone}-soft", 4.5) for tone in ("good", "warn", "bad")],
    ("accent-strong", "accent-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("lyric", "surface", 7),
    ("lyric-now", "surface", 7),
    ("star", "surface", 3),
    ("field-line", "surface", 3),
    ("field-line", "page", 3),
]


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground", "least"), WANTED)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(ink: str, ground: str, least: float, scheme: int) -> None:
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= least


def test_the_signals_differ_in_lightness_too() -> None:
    for scheme in (0, 1):
        tones = sorted(luminance(TOKENS[name][scheme]) for name in ("good", "warn", "bad"))
        assert all(later > earlier for earlier, later in pairwise(tones))


@pytest.mark.parametrize("name", ["layout.css", "components.css", "lists.css", "player.css", "compare.css"])
def test_colours_stand_in_one_place(name: str) -> None:
    text = re.sub(r"linear-gradient\([^;]*", "", (STYLES / name).read_text())
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", text) == []


def test_no_style_or_script_asks_elsewhere() -> None:
    for path in [*STYLES.glob("*.css"), *(STYLES.parent / "js").glob("*.js")]:
        assert not re.search(r"https?://|@import|url\(", path.read_text()), path.name
