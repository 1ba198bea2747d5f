"""Parses the answers that are not about a task's state: the word timing of a song, the balance.

https://docs.sunoapi.org/suno-api/get-timestamped-lyrics and
https://docs.sunoapi.org/suno-api/get-remaining-credits (read 2026-11). ``waveformData`` is not read: the
waveform is measured from the archived file.
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

MAX_WORDS = 20_000
MAX_CREDITS = 1e15


def parse_word_timing(body: Any, task_id: str, track_id: str, written: str = "") -> TaskUpdate:
    """The lyrics with each word's time; a track that states nothing where no word is timed (yet).

    ``written``: the lyric as text, where it is known.
    """
    rows = json_fields.mappings(pick(mapping(mapping(body).get("data")), "aligned_words"), MAX_WORDS)
    found = json_fields.bounded_lyrics(lyrics.word_timed_lyrics(_no_more_than_a_text(rows), written))
    if found is None:
        return TaskUpdate(task_id, tracks=(TrackUpdate(track_id),))
    track = TrackUpdate(track_id, lyrics=found, timing_state=TimingState.THERE)
    return TaskUpdate(task_id, tracks=(track,))


def parse_credits(body: Any) -> Balance:
    """The balance, a bare number in ``data``. Raises Unreadable."""
    given = mapping(body).get("data")
    number = json_fields.number(given)
    if number is None or abs(number) >= MAX_CREDITS:
        raise Unreadable("There is no number of credits in it.")
    return Balance(Decimal(str(given)), "credits")


def _no_more_than_a_text(rows: list[Row]) -> Iterator[lyrics.RawWord]:
    """The words, until together they are longer than any lyric."""
    # Each of their letters is then searched for in the text.
    length = 0
    for row in rows:
        word = _word(row)
        length += len(word.text)
        if length > json_fields.MAX_TEXT:
            return
        yield word


def _word(row: Row) -> lyrics.RawWord:
    """The word as it is, with blanks and line ends, which show where it belongs."""
    is_timed = json_fields.flag(pick(row, "success")) is not False
    start, end = (json_fields.time_ms(pick(row, name)) if is_timed else None for name in ("start_s", "end_s"))
    return lyrics.RawWord(_spelled(row.get("word")), start, end)


def _spelled(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()[: json_fields.MAX_SENTENCE]
