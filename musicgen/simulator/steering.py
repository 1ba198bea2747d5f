"""Steering words: words in double brackets in a request's texts that make a simulated provider misbehave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = frozenset(
    {"duplicate", "shuffle", "silent", "skip", "delay", "error-then-success", "success-then-error"}
    | {"fail", "refuse", "items", "no-answer", "error-500", "expired"}
    | {"no-audio", "part-failed", "none-mp3", "same-file", "unaligned", "outlier", "bad-zip", "late-timing"}
    | {"slow", "corrupt", "half", "html", "empty", "flaky", "redirect", "junk", "gzip", "slice"}
)
ABSURD_SECONDS = 5000  # where an [[outlier]] ends
# A word after an operation's name and a slash is for what is made from this track later.
WRITTEN = re.compile(r"\[\[(?:([a-z-]+)/)?([a-z0-9-]+)(?::([^\]]*))?\]\]")


@dataclass(frozen=True)
class Steering:
    """The words found, each with what follows its colon, else ""."""

    words: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def text(self, word: str) -> str:
        """What follows the colon."""
        return self.words.get(word, "")

    def number(self, word: str, default: int) -> int:
        """The number after the colon, or the default where there is none."""
        digits = self.text(word).partition(":")[0]
        return int(digits) if digits.isdecimal() else default

    def times(self, word: str, default: int) -> int:
        """How many times a word holds: the number after its last colon; 0 where the word is absent."""
        if word not in self.words:
            return 0
        last = self.text(word).rpartition(":")[2]
        return int(last) if last.isdecimal() else default

    def among_first(self, word: str, count: int, default: int | None = None) -> bool:
        """Whether a word, perhaps with how many times it holds after its colon, holds the `count`th time."""
        times = self.text(word)
        limit = int(times) if times.isdecimal() else default
        return word in self.words and (limit is None or count <= limit)


def read_steering(
    body: Mapping[str, Any], origin: Mapping[str, Any] | None = None, operation: str = ""
) -> Steering:
    """The steering words of a submit, and those that the submit of its source had for this operation.

    Other words in brackets are ignored.
    """
    own = {word: value for scope, word, value in _written(body) if not scope}
    meant = {word: value for scope, word, value in _written(origin or {}) if scope and scope == operation}
    return Steering({**meant, **own})


def without(text: str) -> str:
    """The text without its steering words."""
    return WRITTEN.sub(lambda found: "" if found[2] in WORDS else found[0], text).strip()


def _written(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    texts = " ".join(value for value in body.values() if isinstance(value, str))
    for scope, word, value in WRITTEN.findall(texts):
        if word in WORDS:
            yield scope, word, value
