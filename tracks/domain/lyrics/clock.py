"""Timed words as a provider gives them, and what of their times can be believed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# No song is longer; what is said to start later, or before the song, is not timed.
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class RawWord:
    """One timed entry as a provider gives it; the text may hold tags, blanks, line ends, half a word."""

    text: str
    start_ms: int | None
    end_ms: int | None


def straightened(words: Iterable[RawWord]) -> list[RawWord]:
    """The words in the order they are sung, each over when the next one starts; both times or none.

    The order they came in is believed, and a start that falls out of it is moved between its neighbours'.
    Where most starts fall out of it, they came in no order and the starts are believed.
    """
    believed = _not_all_at_once([_believed(word) for word in words])
    steady = _longest_rise(believed)
    if 2 * len(steady) < sum(word.start_ms is not None for word in believed):
        believed = _by_start(believed)
        steady = _longest_rise(believed)
    return _each_over_in_time(_in_line(believed, steady))


def _believed(word: RawWord) -> RawWord:
    start, end = word.start_ms, word.end_ms
    if start is None or not 0 <= start <= DAY_MS:
        return replace(word, start_ms=None, end_ms=None)
    return replace(word, end_ms=start if end is None else max(start, min(end, DAY_MS)))


def _not_all_at_once(words: list[RawWord]) -> list[RawWord]:
    """Where all words start at one moment, they were written down, not timed."""
    starts = [word.start_ms for word in words if word.start_ms is not None]
    if len(starts) > 1 and len(set(starts)) == 1:
        return [replace(word, start_ms=None, end_ms=None) for word in words]
    return words


def _longest_rise(words: Sequence[RawWord]) -> set[int]:
    """Places of the longest run of starts that never falls, others between them left out."""
    lasts: list[int] = []  # the smallest start that a run of each length can end with
    ends: list[int] = []  # and its place
    before: dict[int, int] = {}
    for place, word in enumerate(words):
        if word.start_ms is not None:
            length = bisect_right(lasts, word.start_ms)
            before[place] = ends[length - 1] if length else -1
            lasts[length : length + 1] = [word.start_ms]
            ends[length : length + 1] = [place]
    run: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        run.add(place)
        place = before[place]
    return run


def _by_start(words: Iterable[RawWord]) -> list[RawWord]:
    """Words without a start stay behind their predecessor."""
    keyed, latest = [], -1
    for word in words:
        latest = latest if word.start_ms is None else word.start_ms
        keyed.append((latest, word))
    return [word for _, word in sorted(keyed, key=lambda pair: pair[0])]


def _in_line(words: Sequence[RawWord], steady: set[int]) -> list[RawWord]:
    """Every start between that of the steady word before and that of the one behind."""
    straight: list[RawWord] = []
    floor = 0
    for word, ceiling in zip(words, _ceilings(words, steady), strict=True):
        if word.start_ms is not None:
            floor = max(floor, min(word.start_ms, ceiling))
            word = replace(word, start_ms=floor, end_ms=max(floor, word.end_ms or 0))
        straight.append(word)
    return straight


def _ceilings(words: Sequence[RawWord], steady: set[int]) -> list[int]:
    """For each word the start of the next steady one, itself included."""
    ceilings: list[int] = []
    ceiling = DAY_MS
    for place in reversed(range(len(words))):
        start = words[place].start_ms
        if start is not None and place in steady:
            ceiling = start
        ceilings.append(ceiling)
    return ceilings[::-1]


def _each_over_in_time(words: Sequence[RawWord]) -> list[RawWord]:
    over: list[RawWord] = []
    following = DAY_MS
    for word in reversed(words):
        if word.start_ms is None or word.end_ms is None:
            over.append(word)
        else:
            over.append(replace(word, end_ms=min(word.end_ms, following)))
            following = word.start_ms
    return over[::-1]
