"""The timing of a song's words, and the credits: asked for over real HTTP, read from every form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.any_json import anything
from tests.support.http_server import json_reply, serving
from tests.support.payloads import bent, check_storable, load
from tests.support.suno_service import provider
from tests.support.time_units import decided
from tracks.domain.updates import CueKind, Lyrics, TaskUpdate, Timing, TimingState, TrackUpdate
from tracks.providers.base import AnswerLost, Balance
from tracks.providers.json_fields import MAX_TEXT
from tracks.providers.suno import word_timing

TIMED = load("suno/timestamped-lyrics.json")


def lyrics_of(rows: Any, written: str = "") -> Lyrics | None:
    body = {"code": 200, "data": {"alignedWords": rows}}
    (track,) = word_timing.parse_word_timing(body, "aa11", "c1", written).tracks
    return decided(track).lyrics


def row(word: Any, start: Any = 1.0, end: Any = 2.0, **more: Any) -> dict[str, Any]:
    return {"word": word, "startS": start, "endS": end, **more}


def times(lyrics: Lyrics | None) -> list[tuple[str, int, int]]:
    assert lyrics
    return [(word.text.strip(), word.start_ms, word.end_ms) for cue in lyrics.cues for word in cue.words]


def test_word_timing_is_requested_with_both_ids() -> None:
    with serving(json_reply(TIMED)) as service:
        update = provider(service.url).word_timing("aa11", "c1")
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/api/v1/generate/get-timestamped-lyrics")
    assert request.json == {"taskId": "aa11", "audioId": "c1"}
    assert (update.external_id, update.state) == ("aa11", None)
    (track,) = update.tracks
    assert (track.external_id, track.timing_state) == ("c1", TimingState.THERE)
    assert track.lyrics is not None
    assert track.lyrics.timing is Timing.WORD


def test_no_more_is_read_than_a_text_may_hold() -> None:
    lyrics = lyrics_of([row("x" * 499 + " ", place, place + 1) for place in range(2_000)])
    assert lyrics
    assert sum(len(cue.text) for cue in lyrics.cues) <= MAX_TEXT


def test_a_section_is_no_word_and_a_word_without_success_has_no_time() -> None:
    lyrics = lyrics_of(TIMED["data"]["alignedWords"])
    assert lyrics
    assert [(cue.kind, cue.text) for cue in lyrics.cues] == [
        (CueKind.SECTION, "Verse"),
        (CueKind.LINE, "Under silver beams"),
        (CueKind.LINE, "it flies"),
    ]
    assert times(lyrics) == [
        ("Under", 1360, 1790),
        ("silver", 1790, 2310),
        ("it", 3020, 3200),
        ("flies", 3200, 4000),
    ]


def test_the_written_lyric_shows_where_lines_end() -> None:
    rows = [row("Under ", 1, 2), row("silver ", 2, 3), row("beams ", 3, 4), row("it flies", 4, 5)]
    lyrics = lyrics_of(rows, "[Verse]\nUnder silver\nbeams it flies")
    assert lyrics
    assert [cue.text for cue in lyrics.cues] == ["Verse", "Under silver", "beams it flies"]


@pytest.mark.parametrize(
    "body",
    [
        load("suno/timestamped-lyrics-empty.json"),
        {"code": 200, "data": None},
        {"code": 200, "data": {"alignedWords": None}},
        {"code": 200, "data": {"alignedWords": [row("la", success=False)]}},
        {"code": 200, "data": {"alignedWords": [{"word": "la"}]}},
        {"code": 200, "data": {"alignedWords": [row("la", None, None)]}},
        {"code": 200, "data": {"alignedWords": [row("[Intro]")]}},
        {"code": 200, "data": {"alignedWords": [row(None), row(5), row("")]}},
    ],
)
def test_without_a_timed_word_the_track_states_nothing_yet(body: Any) -> None:
    update = word_timing.parse_word_timing(body, "aa11", "c1")
    assert update == TaskUpdate("aa11", tracks=(TrackUpdate("c1"),))


@pytest.mark.parametrize(
    ("start", "end"),
    [(1.36, 4.0), ("1.36", "4.0"), (1.3604, 3.9996)],
)
def test_seconds_in_every_spelling_are_milliseconds(start: Any, end: Any) -> None:
    assert times(lyrics_of([row("la", start, end)])) == [("la", 1360, 4000)]


def test_milliseconds_are_known_by_their_size() -> None:
    rows = [row("la ", 1360, 1790), row("lo", 180_000, 181_000)]
    assert times(lyrics_of(rows)) == [("la", 1360, 1790), ("lo", 180_000, 181_000)]


def test_one_absurd_time_makes_no_milliseconds_of_all_others() -> None:
    rows = [row(f"la{place} ", place, place + 0.5) for place in range(10)] + [row("lo", 1e9, 1e9)]
    assert times(lyrics_of(rows))[9] == ("la9", 9000, 9500)


@pytest.mark.parametrize("spelling", ["aligned_words", "alignedWords"])
def test_both_spellings_of_the_keys_are_read(spelling: str) -> None:
    body = {"code": 200, "data": {spelling: [{"word": "la", "start_s": 1, "end_s": 2}]}}
    (track,) = word_timing.parse_word_timing(body, "aa11", "c1").tracks
    assert times(track.lyrics) == [("la", 1000, 2000)]


@given(body=anything)
def test_any_json_in_place_of_word_timing_is_tolerated(body: Any) -> None:
    check_storable(word_timing.parse_word_timing(body, "aa11", "c1"))


@given(data=st.data())
def test_any_damaged_word_timing_is_tolerated(data: Any) -> None:
    check_storable(word_timing.parse_word_timing(data.draw(bent(TIMED)), "aa11", "c1"))


@pytest.mark.parametrize(
    ("dialect", "path"), [("sunoapi", "/api/v1/generate/credit"), ("kie", "/api/v1/chat/credit")]
)
def test_the_credits_are_asked_for_where_the_host_has_them(dialect: str, path: str) -> None:
    with serving(json_reply(load("suno/credits.json"))) as service:
        balance = provider(service.url, dialect).balance()
    (request,) = service.requests
    assert (request.method, request.path) == ("GET", path)
    assert balance == Balance(Decimal(100), "credits")


@pytest.mark.parametrize(("data", "amount"), [(0, "0"), (12.5, "12.5"), ("77", "77"), (-3, "-3")])
def test_credits_in_every_spelling(data: Any, amount: str) -> None:
    assert word_timing.parse_credits({"code": 200, "data": data}).amount == Decimal(amount)


@pytest.mark.parametrize("data", [None, True, "many", [], {}, {"credits": 5}, 1e300, 10**400])
def test_what_is_no_number_of_credits_is_a_lost_answer(data: Any) -> None:
    answer = json_reply({"code": 200, "msg": "success", "data": data})
    with serving(answer) as service, pytest.raises(AnswerLost):
        provider(service.url).balance()
