"""Other spellings of a text, as services write them when they repeat what they were sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from hypothesis import strategies as st

Spelling = Callable[[str], str]

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def unicode_escaped(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" for one in text)


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_php_json(text: str) -> str:
    """As PHP's json_encode does it: with slashes escaped."""
    return in_json(text).replace("/", "\\/")


def hex_escaped(text: str) -> str:
    return "".join(f"\\x{ord(one):02X}" for one in text)


def percent_encoded(text: str) -> str:
    return quote(text, safe="")


def all_percent_encoded(text: str) -> str:
    return "".join(f"%{ord(one):02x}" for one in text)


SPELLINGS: tuple[Spelling, ...] = (
    unicode_escaped,
    in_json,
    in_php_json,
    hex_escaped,
    percent_encoded,
    all_percent_encoded,
)
MIXED: tuple[Spelling, ...] = (str, *SPELLINGS)


@st.composite
def spelled(draw: st.DrawFn, text: str) -> str:
    """The text with each character in a spelling of its own, the whole then spelled up to twice again."""
    text = "".join(draw(st.sampled_from(MIXED))(one) for one in text)
    for spelling in draw(st.lists(st.sampled_from(SPELLINGS), max_size=2)):
        text = spelling(text)
    return text
