"""Puts the timed words of a provider in order and repairs their times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# A start beyond it, or before the song, is no time: no song is longer than a day, which milliseconds that are
# taken for seconds make a thousand days (see tracks/domain/time_units.py).
LAST_MS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class RawWord:
    """One timed entry as a provider gives it; the text may hold tags, spaces, line breaks, half a word."""

    text: str
    start_ms: int | None
    end_ms: int | None


def in_order(words: Iterable[RawWord]) -> list[RawWord]:
    """The words in the order they are sung, each ending before the next starts; both times or none.

    The given order counts, and a start that falls out of it is moved between those of its neighbours. Where
    most starts fall out of it, the words came in no order and are sorted by their starts.
    """
    plausible = _unless_all_at_once([_plausible(word) for word in words])
    rising = _longest_rising_run(plausible)
    if 2 * len(rising) < sum(word.start_ms is not None for word in plausible):
        plausible = _by_start(plausible)
        rising = _longest_rising_run(plausible)
    return _without_overlap(_with_rising_starts(plausible, rising))


def _plausible(word: RawWord) -> RawWord:
    start, end = word.start_ms, word.end_ms
    if start is None or not 0 <= start <= LAST_MS:
        return replace(word, start_ms=None, end_ms=None)
    return replace(word, end_ms=start if end is None else max(start, min(end, LAST_MS)))


def _unless_all_at_once(words: list[RawWord]) -> list[RawWord]:
    """Without times where all words have the same start: then nothing was timed."""
    starts = [word.start_ms for word in words if word.start_ms is not None]
    if len(starts) > 1 and len(set(starts)) == 1:
        return [replace(word, start_ms=None, end_ms=None) for word in words]
    return words


def _longest_rising_run(words: Sequence[RawWord]) -> set[int]:
    """The places of a longest subsequence of starts that never falls."""
    lasts: list[int] = []  # the smallest start that a run of each length can end with
    ends: list[int] = []  # the place of that start
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
    """Words without a start stay after the one before them."""
    keyed, latest = [], -1
    for word in words:
        latest = latest if word.start_ms is None else word.start_ms
        keyed.append((latest, word))
    return [word for _, word in sorted(keyed, key=lambda pair: pair[0])]


def _with_rising_starts(words: Sequence[RawWord], rising: set[int]) -> list[RawWord]:
    """Every start moved between those of the rising run before and after it."""
    moved: list[RawWord] = []
    floor = 0
    for word, ceiling in zip(words, _ceilings(words, rising), strict=True):
        if word.start_ms is not None:
            floor = max(floor, min(word.start_ms, ceiling))
            word = replace(word, start_ms=floor, end_ms=max(floor, word.end_ms or 0))
        moved.append(word)
    return moved


def _ceilings(words: Sequence[RawWord], rising: set[int]) -> list[int]:
    """For each word the start of the next one in the rising run, itself included."""
    ceilings: list[int] = []
    ceiling = LAST_MS
    for place in reversed(range(len(words))):
        start = words[place].start_ms
        if start is not None and place in rising:
            ceiling = start
        ceilings.append(ceiling)
    return ceilings[::-1]


def _without_overlap(words: Sequence[RawWord]) -> list[RawWord]:
    cut: list[RawWord] = []
    following = LAST_MS
    for word in reversed(words):
        if word.start_ms is None or word.end_ms is None:
            cut.append(word)
        else:
            cut.append(replace(word, end_ms=min(word.end_ms, following)))
            following = word.start_ms
    return cut[::-1]
