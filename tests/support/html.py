"""Reads a page: its text without tags, and its tags by their attributes."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

Tag = tuple[str, dict[str, str | None]]


class Page(HTMLParser):
    """The parsed answer: ``words`` as one line of text, ``tags`` in their order."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        super().__init__()
        assert answer.status_code == status, (answer.status_code, answer.content[:500])
        self.html: str = answer.content.decode()
        self.tags: list[Tag] = []
        self._words: list[str] = []
        self.feed(self.html)
        self.words = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in attributes]

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]

    def tracks(self) -> list[str | None]:
        return [attributes["data-track-id"] for attributes in self.with_attribute("data-track-id")]
