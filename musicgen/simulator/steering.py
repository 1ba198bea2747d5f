"""Words in double square brackets, anywhere in a request's texts, that make the provider misbehave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = frozenset(
    {"duplicate", "shuffle", "silent", "fail", "refuse", "items", "no-answer", "error-500", "expired"}
    | {"no-audio", "part-failed", "none-mp3"}
    | {"slow", "corrupt", "half", "html", "empty", "flaky", "redirect"}
)
WRITTEN = re.compile(r"\[\[([a-z0-9-]+)(?::([^\]]*))?\]\]")


@dataclass(frozen=True)
class Steering:
    """The words found, each with what stood behind its colon ("" when nothing did)."""

    words: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def text(self, word: str) -> str:
        """What stood behind the colon."""
        return self.words.get(word, "")

    def number(self, word: str, default: int) -> int:
        """The number behind the colon, or the default where none stands there."""
        digits = self.text(word).partition(":")[0]
        return int(digits) if digits.isdecimal() else default


def read(body: Mapping[str, Any]) -> Steering:
    """The steering words of a submit; words that are not ours are left alone."""
    texts = " ".join(value for value in body.values() if isinstance(value, str))
    return Steering({word: value for word, value in WRITTEN.findall(texts) if word in WORDS})


def without(text: str) -> str:
    """The text as a singer should see it."""
    return WRITTEN.sub(lambda found: "" if found[1] in WORDS else found[0], text).strip()
