"""The word timing of a song, and what is left on the account: the answers that speak of no task.

https://docs.sunoapi.org/suno-api/get-timestamped-lyrics and
https://docs.sunoapi.org/suno-api/get-remaining-credits (read 2026-11). ``waveformData`` is left out on
purpose: the heights are measured from the archived file.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tracks.domain import lyrics
from tracks.domain.updates import TaskUpdate, TimingState, TrackUpdate
from tracks.providers import json_fields
from tracks.providers.base import Balance, Unreadable
from tracks.providers.json_fields import Row, mapping, pick

MOST_WORDS = 20_000
MOST_CREDITS = 1e15


def words(body: Any, task_id: str, track_id: str, written: str = "") -> TaskUpdate:
    """The lyrics with each word's time; a track that says nothing where no word is timed (yet).

    ``written``: the lyric as text, where it is known.
    """
    rows = json_fields.rows(pick(mapping(mapping(body).get("data")), "aligned_words"), MOST_WORDS)
    per_second = 1 if lyrics.in_milliseconds(_usual(_numbers(rows)), None) else 1000
    found = json_fields.bounded(lyrics.worded(_no_more_than_a_text(rows, per_second), written))
    if found is None:
        return TaskUpdate(task_id, tracks=(TrackUpdate(track_id),))
    track = TrackUpdate(track_id, lyrics=found, timing_state=TimingState.THERE)
    return TaskUpdate(task_id, tracks=(track,))


def credits_left(body: Any) -> Balance:
    """A bare number in ``data``. Raises Unreadable."""
    said = mapping(body).get("data")
    number = json_fields.number(said)
    if number is None or abs(number) >= MOST_CREDITS:
        raise Unreadable("There is no number of credits in it.")
    return Balance(Decimal(str(said)), "credits")


def _no_more_than_a_text(rows: list[Row], per_second: int) -> Iterator[lyrics.RawWord]:
    """Words until they are longer than any lyric: each of their letters is then looked for in the text."""
    length = 0
    for row in rows:
        word = _word(row, per_second)
        length += len(word.text)
        if length > json_fields.MAX_TEXT:
            return
        yield word


def _numbers(rows: list[Row]) -> list[float]:
    said = (json_fields.number(pick(row, name)) for row in rows for name in ("start_s", "end_s"))
    return [number for number in said if number is not None]


def _usual(numbers: list[float]) -> list[float]:
    """All but the largest tenth: a few absurd times must not turn seconds into milliseconds."""
    return sorted(numbers)[: -(len(numbers) // 10) or None]


def _word(row: Row, per_second: int) -> lyrics.RawWord:
    """The word as it is, blanks and line ends included: they tell where it belongs."""
    is_timed = json_fields.flag(pick(row, "success")) is not False
    start, end = (_time(pick(row, name), per_second) if is_timed else None for name in ("start_s", "end_s"))
    return lyrics.RawWord(_spelled(row.get("word")), start, end)


def _spelled(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()[: json_fields.MAX_WORDS]


def _time(value: Any, per_second: int) -> int | None:
    seconds = json_fields.number(value)
    found = None if seconds is None else seconds * per_second
    return round(found) if found is not None and 0 <= found <= json_fields.DAY_MS else None
