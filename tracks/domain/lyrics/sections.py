"""Reads the rows of a written lyric: sung lines, and the section tags before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracks.domain.updates import CueKind

# A tag is a short bracketed word or two: "[verse]", "[Chorus 2: choir]", "【副歌】".
TAG = re.compile(r"\[([^\[\]\n]{1,80})\]|【([^【】\n]{1,80})】")
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A heading without its brackets, or a line as written; ``place``: the index where its text begins."""

    kind: CueKind
    text: str
    place: int


def rows_of(text: str) -> Iterator[WrittenRow]:
    """Each row of the text in order, without blank ones; one line may hold tags and words."""
    begin = 0
    for line in text.splitlines(keepends=True):
        yield from _rows_of_line(line, begin)
        begin += len(line)


def _rows_of_line(line: str, begin: int) -> Iterator[WrittenRow]:
    at = _skip_blanks(line, 0)
    while tag := TAG.match(line, at):
        if heading := (tag[1] or tag[2]).strip():
            yield WrittenRow(CueKind.SECTION, heading, begin + line.index(heading, at))
        at = _skip_blanks(line, tag.end())
    if rest := line[at:].rstrip():
        yield WrittenRow(CueKind.LINE, rest, begin + at)


def _skip_blanks(line: str, at: int) -> int:
    blank = _BLANK.match(line, at)
    return blank.end() if blank else at
