"""Lengths and lyric times in whatever unit, with nonsense among them: from the callback to the rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.task_updates import ready
from tracks.domain.updates import (
    Cue,
    CueKind,
    Lyrics,
    Source,
    TaskUpdate,
    Timing,
)
from tracks.models import Track
from tracks.services.ingest.apply import Provenance, apply

pytestmark = pytest.mark.django_db

# Ten lines up to 96 seconds.
TEN: list[dict[str, Any]] = [{"start": 9.6 * n, "end": 9.6 * n + 8, "text": f"Line {n}"} for n in range(10)]
STARTS = [9600 * n for n in range(10)]


def song_of(**item: Any) -> Track:
    """The track after one callback with this song."""
    task = make_task(external_id="9001")
    deliver(task, {"songs": [base(**item)]})
    process_all()
    return Track.objects.get(task=task)


def base(**item: Any) -> dict[str, Any]:
    subs = {"audio_hi_status": "sub_failed", "lyrics_sections_status": "sub_failed"}
    links = {"audio_url": "https://x.example/a.mp3"}
    return {"item_id": "9001", "status": "succeeded", "duration": 12, **subs, **links, **item}


def starts(track: Track) -> dict[str, int | None]:
    return dict(track.lines.values_list("text", "start_ms"))


def expected(*absurd: int) -> dict[str, int | None]:
    return {f"Line {n}": None if n in absurd else start for n, start in enumerate(STARTS)}


def with_time(place: int, **times: Any) -> list[dict[str, Any]]:
    return [line | times if n == place else line for n, line in enumerate(TEN)]


@pytest.mark.parametrize("duration", [12, 96, None, "96", 96_000, 5000])
@pytest.mark.parametrize("end", [5000, 3700, 86_400, 1e9, 1e15])
def test_one_absurd_end_leaves_all_times_as_they_are(duration: Any, end: Any) -> None:
    track = song_of(duration=duration, lyrics_sections=with_time(9, start=93.1, end=end))
    assert starts(track) == expected() | {"Line 9": 93_100}
    last = track.lines.get(text="Line 9")
    assert duration == 5000 or last.end_ms == last.start_ms


@pytest.mark.parametrize("duration", [12, 96, None, 96_000])
@pytest.mark.parametrize("scale", [1, 1000])
def test_lines_without_ends_are_known_by_the_time_between_them(duration: Any, scale: int) -> None:
    lines = [{"start": line["start"] * scale, "text": line["text"]} for line in TEN]
    lines[4]["end"] = 5000
    assert starts(song_of(duration=duration, lyrics_sections=lines)) == expected()


def test_lines_that_go_on_a_little_beyond_the_stated_length_keep_their_times() -> None:
    lines = [{"start": 2 * n, "end": 2 * n + 2, "text": f"Line {n}"} for n in range(10)]
    assert starts(song_of(duration=12, lyrics_sections=lines)) == {f"Line {n}": 2000 * n for n in range(10)}


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_line_with_an_absurd_start_stays_in_its_place_without_a_time(place: int) -> None:
    track = song_of(duration=96, lyrics_sections=with_time(place, start=7000, end=7004))
    assert starts(track) == expected(place)
    assert list(track.lines.order_by("position").values_list("text", flat=True)) == list(expected())


@pytest.mark.parametrize("duration", [12, 96, None, 96_000])
def test_lines_in_milliseconds_are_the_same_lines(duration: Any) -> None:
    lines = [line | {key: line[key] * 1000 for key in ("start", "end")} for line in TEN]
    assert starts(song_of(duration=duration, lyrics_sections=lines)) == expected()


@pytest.mark.parametrize(
    ("duration", "milliseconds"),
    [
        (96, 96_000),
        ("96.5", 96_500),
        (3700, 3_700_000),
        (5400, 5_400_000),
        ("7200", 7_200_000),
        (214_000, 214_000),
        (1e9, None),
        (1e300, None),
        *((nonsense, None) for nonsense in ("1_2", "١٢", "１２", "1e3", " 12 ", "+12", "0x10", "NaN", "1,5")),
        *(
            (nonsense, None)
            for nonsense in (True, "", "-12", -12, 0, "12s", "²", [12], {"s": 12}, "Infinity")
        ),
    ],
)
def test_a_length_is_seconds_unless_that_cannot_be_and_nonsense_is_none(
    duration: Any, milliseconds: int | None
) -> None:
    assert song_of(duration=duration).duration_ms == milliseconds


def test_a_length_in_milliseconds_is_known_by_the_lines() -> None:
    assert song_of(duration=100_000 / 2, lyrics_sections=TEN[:5]).duration_ms == 50_000


def test_a_song_of_more_than_an_hour_keeps_its_length_and_its_lines() -> None:
    lines = [{"start": 500 * n, "end": 500 * n + 6, "text": f"Line {n}"} for n in range(10)]
    track = song_of(duration=5000, lyrics_sections=lines)
    assert track.duration_ms == 5_000_000
    assert starts(track) == {f"Line {n}": 500_000 * n for n in range(10)}


@pytest.mark.parametrize("nonsense", ["1_0", "١٠", "1e1", True, "0x10", [], "10,5"])
def test_a_line_whose_start_is_nonsense_has_none(nonsense: Any) -> None:
    track = song_of(duration=96, lyrics_sections=with_time(1, start=nonsense))
    assert starts(track) == expected(1)


def test_a_replay_mends_what_an_earlier_version_divided() -> None:
    task = make_task(external_id="9001")
    # 14.6 seconds had become 15 milliseconds.
    divided = Lyrics(Timing.LINE, tuple(Cue(CueKind.LINE, f"Line {n}", 15 * n, 15 * n) for n in range(1, 6)))
    track = ready("9001", duration_ms=5000, lyrics=divided)
    apply(task.pk, [TaskUpdate("9001", tracks=(track,))], Provenance(Source.CALLBACK, timezone.now(), {}))
    lines = [{"start": 14.6 * n, "end": 14.6 * n + 9, "text": f"Line {n}"} for n in range(1, 6)]
    deliver(task, {"songs": [base(duration=5000, lyrics_sections=lines)]})
    process_all()
    song = Track.objects.get(task=task)
    assert song.duration_ms == 5_000_000
    assert starts(song) == {f"Line {n}": 14_600 * n for n in range(1, 6)}
