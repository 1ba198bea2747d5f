"""Search tokens of our own: casefolded words, and pairs of characters for Chinese, Japanese and Korean."""

from __future__ import annotations


def tokens_of(*texts: str) -> str:
    return " ".join(" ".join(texts).casefold().split())
