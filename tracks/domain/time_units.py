"""Decides whether a song's length and lyric times were stated in seconds or in milliseconds, by evidence.

All values here are milliseconds under the reading "as documented, in seconds"; the other reading divides
them by 1,000. Milliseconds where seconds are documented were seen live at a service with TemPolor's API.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from statistics import median_low

from tracks.domain.lyrics.lines import line_timed
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing, Word

# Our measure of what can be: a song, a sung line or word, and the reach of times where no length is known.
SONG_MS = (1_000, 86_400_000)
SUNG_MS = (60, 60_000)
PAUSED_MS = (60, 600_000)  # from one line to the next
TIMES_MS = (500, 3_600_000)
# A time is absurd beyond so many times the song's length (a stated one may be another version's; without any,
# beyond twenty minutes) and so many times the latest time before it.
BEYOND, LEAP = 3, 2
BEYOND_UNKNOWN_MS, LEAP_UNKNOWN = 1_200_000, 10
# Between the two units, a thousand times apart, lies a factor of its root.
MUCH = 32


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The middle one of all lyric times, and the middle length of a sung line or word; None without any.

    ``bounds``: how short and how long that can be.
    """

    time: int | None
    sung: int | None
    bounds: tuple[int, int]


def decided(
    stated_ms: int | None, lyrics: Lyrics | None, measured_ms: int | None
) -> tuple[int | None, Lyrics | None]:
    """The song's stated length and its lyrics in milliseconds, without absurd times.

    The length that we measured decides where it is known, else what contradicts itself least; of equals
    the documented unit. A line whose start is absurd stays in its place, untimed; an absurd end is unknown.
    """
    evidence = _evidence(lyrics)
    length_scale, times_scale = _scales(stated_ms, evidence, measured_ms)
    length = _divided(stated_ms, length_scale)
    if length is not None and not 0 < length <= SONG_MS[1]:
        length = None
    if lyrics is None or evidence.time is None:
        return length, lyrics
    known = measured_ms or length
    return length, _without_absurd(_scaled(lyrics, times_scale), known)


def fits_in_other_unit(length_ms: int, measured_ms: int) -> bool:
    """Whether the length, decided before the song was measured, is right but for its unit, within 2 %."""
    readings = (length_ms // 1000, length_ms * 1000)
    return measured_ms >= SONG_MS[0] and any(
        abs(reading - measured_ms) * 50 <= measured_ms for reading in readings
    )


def _scales(stated: int | None, evidence: _Evidence, measured: int | None) -> tuple[int, int]:
    """By what to divide the stated length, and the lyric times."""
    lengths = (1,) if stated is None else (1, 1000)
    if measured and stated:
        lengths = (1000,) if stated > MUCH * measured else (1,)
    return min(
        product(lengths, (1, 1000)), key=lambda pair: _contradictions(pair, stated, evidence, measured)
    )


def _contradictions(
    scales: tuple[int, int], stated: int | None, evidence: _Evidence, measured: int | None
) -> int:
    length = measured or _divided(stated, scales[0])
    times = (length // 200, _reach(length)) if length else TIMES_MS
    checked = (
        (length, SONG_MS),
        (_divided(evidence.time, scales[1]), times),
        (_divided(evidence.sung, scales[1]), evidence.bounds),
    )
    return sum(value is not None and not low <= value <= high for value, (low, high) in checked)


def _reach(length: int) -> int:
    """How late a lyric time may be in a song of this length: providers round it, and lines fade out."""
    return length + length // 10 + 2000


def _divided(value: int | None, scale: int) -> int | None:
    return None if value is None else (value + scale // 2) // scale


def _evidence(lyrics: Lyrics | None) -> _Evidence:
    times = sorted(_times(lyrics))
    sung, bounds = _sung_lengths(lyrics)
    return _Evidence(median_low(times) if times else None, median_low(sung) if sung else None, bounds)


def _sung_lengths(lyrics: Lyrics | None) -> tuple[list[int], tuple[int, int]]:
    """How long each line or word is sung; where few have an end, how long it is from one to the next."""
    # Headings come as entries of 20 milliseconds: https://tempolorapi.apifox.cn/296524440e0 (read 2026-11).
    spans = [(start, end) for kind, start, end in _spans(lyrics) if kind is CueKind.LINE]
    sung = [end - start for start, end in spans if end > start]
    if 2 * len(sung) >= len(spans):
        return sung, SUNG_MS
    return [later - start for start, later in pairwise(sorted({start for start, _ in spans}))], PAUSED_MS


def _spans(lyrics: Lyrics | None) -> Iterator[tuple[CueKind, int, int]]:
    """Kind, start and end of each timed word, else of each timed line or heading."""
    for cue in lyrics.cues if lyrics else ():
        if cue.words:
            yield from ((cue.kind, word.start_ms, word.end_ms) for word in cue.words)
        elif cue.start_ms is not None:
            yield cue.kind, cue.start_ms, cue.start_ms if cue.end_ms is None else cue.end_ms


def _times(lyrics: Lyrics | None) -> Iterator[int]:
    for _, start, end in _spans(lyrics):
        yield start
        if end > start:
            yield end


def _scaled(lyrics: Lyrics, scale: int) -> Lyrics:
    if scale == 1:
        return lyrics
    return replace(lyrics, cues=tuple(_scaled_cue(cue, scale) for cue in lyrics.cues))


def _scaled_cue(cue: Cue, scale: int) -> Cue:
    words = tuple(
        Word(word.text, *(((time + scale // 2) // scale) for time in (word.start_ms, word.end_ms)))
        for word in cue.words
    )
    return replace(
        cue, start_ms=_divided(cue.start_ms, scale), end_ms=_divided(cue.end_ms, scale), words=words
    )


def _without_absurd(lyrics: Lyrics, length: int | None) -> Lyrics:
    last = _last_plausible(sorted(_times(lyrics)), length)
    if lyrics.timing is Timing.WORD:
        return replace(lyrics, cues=tuple(_bounded_words(lyrics.cues, last)))
    return line_timed(_bounded_line(cue, last) for cue in lyrics.cues)


def _last_plausible(times: Sequence[int], length: int | None) -> int:
    """The latest time that is no absurd one; ``times`` rise. Where most were absurd, none is."""
    beyond, leap = (BEYOND * _reach(length), LEAP) if length else (BEYOND_UNKNOWN_MS, LEAP_UNKNOWN)
    latest = 0
    for place, time in enumerate(times):
        if time > max(beyond, leap * latest):
            return latest if place * 2 >= len(times) else SONG_MS[1]
        latest = time
    return min(latest, SONG_MS[1])


def _bounded_line(cue: Cue, last: int) -> Cue:
    if cue.start_ms is None or cue.start_ms > last:
        return replace(cue, start_ms=None, end_ms=None)
    return replace(cue, end_ms=None if cue.end_ms is None or cue.end_ms > last else cue.end_ms)


def _bounded_words(cues: Sequence[Cue], last: int) -> Iterator[Cue]:
    """A word whose start is absurd is sung where the word before it ends; one whose end is, has no length."""
    floor = 0
    for cue in cues:
        if not any(word.start_ms <= last for word in cue.words):
            yield replace(_bounded_line(cue, last), words=()) if cue.words else _bounded_line(cue, last)
            continue
        words: list[Word] = []
        for word in cue.words:
            start = word.start_ms if word.start_ms <= last else floor
            floor = word.end_ms if start <= word.end_ms <= last else start
            words.append(Word(word.text, start, floor))
        yield replace(cue, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, words=tuple(words))
