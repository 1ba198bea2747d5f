"""The sections of a song as its waveform, its chapters and its dock show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from tracks.domain.updates import CueKind
from tracks.models import LyricLine

SectionKind = Literal["quiet", "verse", "chorus", "bridge"]
# A song that begins this soon with its first section has nothing before it; milliseconds.
MAX_LEAD_MS = 1_000
# A pause shorter than this is no part of its own; milliseconds.
MIN_UNSUNG_MS = 1_000
# The first that is found says what a section is: a pre-chorus is no chorus, a guitar solo no instrumental.
_KINDS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("verse", re.compile(r"\bpre[- ]?chorus|\bverse")),
    ("chorus", re.compile(r"chorus|refrain|\bhook|\bdrop")),
    ("bridge", re.compile(r"\bbridge|\bsolo")),
    ("quiet", re.compile(r"\bintro|\boutro|\bbreak|\binterlude|\binstr?\b|\binstrumental")),
)
_SHORT = {
    **{"pre": "Pre", "verse": "V", "chorus": "Ch", "bridge": "Br", "intro": "In", "outro": "Out"},
    **{"solo": "So", "hook": "Hk", "drop": "Dr", "break": "Bk"},
}


@dataclass(frozen=True, slots=True)
class SongSection:
    """A stretch of a song, in milliseconds. ``name``: as it was given; blank before the first heading."""

    name: str
    kind: SectionKind
    start_ms: int
    end_ms: int

    @property
    def short(self) -> str:
        """Two to four letters for where the name does not fit: ``V2`` for ``Verse 2``."""
        word, _, rest = self.name.lower().replace("-", " ").partition(" ")
        short = _SHORT.get(word, self.name[:3])
        return short + rest if word == "verse" and rest.isdecimal() else short


def sections_of(lines: Iterable[LyricLine], length_ms: int | None) -> list[SongSection]:
    """Each timed heading up to the next one or the end; what is before the first is quiet.

    ``lines``: the headings, and the sung lines where some headings share a start. Together the sections cover
    the song, without a gap or an overlap. Empty without timed headings or a length.
    """
    headings = [(start, line) for start, line in headings_of(lines) if start < (length_ms or 0)]
    starts = [(start, _named(line.text), kind_of_section(line.text)) for start, line in headings]
    if not starts or not length_ms:
        return []
    if starts[0][0] > MAX_LEAD_MS:
        starts.insert(0, (0, "", "quiet"))
    else:
        starts[0] = (0, *starts[0][1:])
    ends = [*(start for start, _, _ in starts[1:]), length_ms]
    return [
        SongSection(name, kind, start, end)
        for (start, name, kind), end in zip(starts, ends, strict=True)
        if end > start
    ]


def headings_of(lines: Iterable[LyricLine]) -> list[tuple[int, LyricLine]]:
    """The timed headings with where they begin, in milliseconds, in order."""
    timed = [(line.start_ms, line) for line in lines if line.start_ms is not None]
    found: list[tuple[int, LyricLine]] = []
    sung_until = 0
    for start, group in groupby(sorted(timed, key=itemgetter(0)), key=itemgetter(0)):
        members = [line for _, line in group]
        found += _spread([one for one in members if one.kind == CueKind.SECTION], sung_until, start)
        sung_until = max([sung_until, start, *(line.end_ms or 0 for line in members)])
    return found


def _spread(headings: list[LyricLine], sung_until: int, start: int) -> list[tuple[int, LyricLine]]:
    """Of headings that share a start all but the last are of parts without words, which are before it.

    Suno sends "[Solo]" with the first word of the section behind it, so it has that word's time.
    """
    unsung = len(headings) - 1
    room = start - sung_until if start - sung_until >= MIN_UNSUNG_MS * unsung else 0
    begins = [start - room + room * place // max(unsung, 1) for place in range(unsung)]
    return list(zip([*begins, start], headings, strict=False))


def kind_of_section(name: str) -> SectionKind:
    """Which of the four looks a section has; that of a verse where its name is not known."""
    lower = name.lower()
    return next((kind for kind, pattern in _KINDS if pattern.search(lower)), "verse")


def _named(text: str) -> str:
    return text[:1].upper() + text[1:]
