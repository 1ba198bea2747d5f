"""The language that a text is marked with, so that browsers take a face that has its letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# What a script is mostly written for; Latin letters say nothing. Kana and Hangul come before Han, which
# Japanese and Korean use as well. Ranges: https://www.unicode.org/Public/UNIDATA/Blocks.txt
_LETTERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ja": re.compile("[\u3041-\u30ff\uff66-\uff9f]"),
        "ko": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
        "zh": re.compile("[\u3400-\u9fff\U00020000-\U0003134f]"),
        "he": re.compile("[\u0590-\u05ff]"),
        "ar": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
        "ru": re.compile("[\u0400-\u04ff]"),
    }
)


def language_of(text: str) -> str:
    """A value for ``lang``, by the script of the text; blank where its letters are Latin or none."""
    return next((code for code, letters in _LETTERS.items() if letters.search(text)), "")
