"""Looks for what may be wrong in a timed lyric: overlaps, empty and hurried lines, other words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from tracks.domain.lyrics.blocks import Step
from tracks.domain.lyrics.match import SungWord, compared_words, sung_words
from tracks.domain.updates import Cue, CueKind

# Nobody sings two lines that start nearer to each other.
MIN_GAP_MS = 250
# How far behind the song's end a line may end: lengths and times are rounded by providers.
SLACK_MS = 100
# A text that holds less than this share of the sung words is no lyric of them, but a description.
MIN_SHARED = 0.6
MAX_QUOTED = 60  # characters
# A page waits for it; a song that says three words 144 times in a row has 62,000.
MAX_PAIRS = 100_000


class LintCode(StrEnum):
    OVERLAP = "overlap"
    EMPTY = "empty"
    CLOSE = "close"
    END_BEFORE_START = "end_before_start"
    BEYOND_SONG = "beyond_song"
    OTHER_TEXT = "other_text"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. ``position``: of the line, from 0; the sentence is for people."""

    position: int
    code: LintCode
    sentence: str


def lint(cues: Sequence[Cue], length_ms: int | None = None, ordered: Sequence[str] = ()) -> list[Finding]:
    """What may be wrong, in the order of the lines; the lines need not be sound.

    ``length_ms``: the song's. ``ordered``: texts that may be the lyric that was ordered, the best first; one
    of other words, such as a description of the song, is passed over.
    """
    found = [*_single(cues, length_ms), *_neighbours(cues), *_other_text(cues, ordered)]
    order = list(LintCode)
    return sorted(found, key=lambda one: (one.position, order.index(one.code)))


def _single(cues: Sequence[Cue], length_ms: int | None) -> Iterator[Finding]:
    for place, cue in enumerate(cues):
        if not cue.text.strip():
            yield Finding(place, LintCode.EMPTY, "The line is empty: write what is sung, or delete it.")
        if any(end < start for start, end in _times(cue)):
            sentence = "An end lies before its start: set one of them anew."
            yield Finding(place, LintCode.END_BEFORE_START, sentence)
        latest = max((max(pair) for pair in _times(cue)), default=0)
        if length_ms and (latest > length_ms + SLACK_MS or (cue.start_ms or 0) >= length_ms):
            sentence = f"It reaches {_seconds(latest)}, and the song ends at {_seconds(length_ms)}."
            yield Finding(place, LintCode.BEYOND_SONG, sentence)


def _times(cue: Cue) -> Iterator[tuple[int, int]]:
    """Start and end of the line and of its words, where both are known."""
    if cue.start_ms is not None:
        yield cue.start_ms, cue.start_ms if cue.end_ms is None else cue.end_ms
    yield from ((word.start_ms, word.end_ms) for word in cue.words)


def _neighbours(cues: Sequence[Cue]) -> Iterator[Finding]:
    timed = [
        (place, cue.start_ms, cue.start_ms if cue.end_ms is None else cue.end_ms)
        for place, cue in enumerate(cues)
        if cue.kind is CueKind.LINE and cue.start_ms is not None
    ]
    for (place, start, end), (later, following, _) in pairwise(timed):
        if following < end or following < start:
            gap = _seconds(max(start, end) - following)
            sentence = f"It ends {gap} after line {later + 1} starts: end it earlier."
            yield Finding(place, LintCode.OVERLAP, sentence)
        if 0 <= following - start < MIN_GAP_MS:
            sentence = (
                f"It starts {_seconds(following - start)} after line {place + 1}: nobody sings so fast."
            )
            yield Finding(later, LintCode.CLOSE, sentence)


def _other_text(cues: Sequence[Cue], ordered: Iterable[str]) -> list[Finding]:
    """One finding for each line that differs from the first text that is this lyric's."""
    ours = [(place, word) for place, cue in enumerate(cues) if _is_sung(cue) for word in sung_words(cue.text)]
    for text in ordered:
        theirs = sung_words(text)
        keys = [word.key for _, word in ours], [word.key for word in theirs]
        steps = compared_words(*keys, most_pairs=MAX_PAIRS) or []
        shared = sum(until - begin for step, begin, until, _, _ in steps if step == "equal")
        if shared and shared >= MIN_SHARED * len(ours):
            return _by_line(_sentences(ours, theirs, steps))
    return []


def _is_sung(cue: Cue) -> bool:
    return cue.kind is CueKind.LINE


def _sentences(
    ours: Sequence[tuple[int, SungWord]], theirs: Sequence[SungWord], steps: Iterable[Step]
) -> Iterator[tuple[int, str]]:
    """A line's position, and what differs there."""
    for step, begin, until, their_begin, their_until in steps:
        missing = _quoted(theirs[their_begin:their_until])
        if step == "insert":
            yield ours[max(0, begin - 1)][0], f"Ordered and missing here: {missing}."
        elif step == "replace":
            written = _quoted([word for _, word in ours[begin:until]])
            yield ours[begin][0], f"Here is {written}, ordered was {missing}."
        elif step == "delete":
            for place, words in groupby(ours[begin:until], key=lambda pair: pair[0]):
                yield place, f"Not ordered: {_quoted([word for _, word in words])}."


def _by_line(sentences: Iterable[tuple[int, str]]) -> list[Finding]:
    lines: dict[int, list[str]] = {}
    for place, sentence in sentences:
        lines.setdefault(place, []).append(sentence)
    return [Finding(place, LintCode.OTHER_TEXT, " ".join(parts)) for place, parts in lines.items()]


def _quoted(words: Iterable[SungWord]) -> str:
    text = " ".join(word.text for word in words)
    return f"“{text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED].rstrip() + '…'}”"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.2f} s"
