"""The colours: readable in both schemes, as WCAG counts it, and the style sheets name no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tracks.domain.oklch import srgb

STATIC = Path(settings.BASE_DIR) / "static"
STYLES = STATIC / "styles"
COLOUR = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
PAIR = re.compile(rf"--([\w-]+): light-dark\({COLOUR}, {COLOUR}\)")
TOKENS = {
    name: (srgb(*map(float, parts[:3])), srgb(*map(float, parts[3:])))
    for name, *parts in PAIR.findall((STYLES / "tokens.css").read_text())
}
GROUNDS = ("page", "surface", "raised")

# (text, ground, least contrast): AA for text, AAA for words that are not sung yet, 3 for what is no text.
WANTED = [
    *[
        (ink, ground, 4.5)
        for ink in ("ink", "ink-2", "ink-3", "accent", "ok", "warn", "bad", "wait")
        for ground in GROUNDS
    ],
    *[(tone, f"{tone}-soft", 4.5) for tone in ("accent", "ok", "warn", "bad", "wait")],
    ("on-act", "act", 4.5),
    ("lyric-wait", "surface", 7),
    ("lyric-1", "surface", 4.5),
    ("lyric-2", "surface", 3),
    ("lyric-3", "surface", 3),
    ("star", "surface", 3),
    *[("field-line", ground, 3) for ground in GROUNDS],
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


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_colours_stand_in_one_place(path: Path) -> None:
    text = re.sub(r"mask-image: [^;]*", "", path.read_text())
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", text) == []


def test_no_style_or_script_asks_elsewhere() -> None:
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\((?!\"\.\./fonts/|#|[`\"']?#\$)", text), path.name
