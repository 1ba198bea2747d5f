"""What may be asked of TemPolor: every field at its edge, and what follows from a source track."""

from __future__ import annotations

from typing import Any

import pytest

from tracks.domain.updates import TrackKind
from tracks.providers.operations import Names, Params, SourceFacts
from tracks.providers.tempolor.operations import OPERATIONS

LINK = "https://x.example/a.mp3"
GOOD: dict[str, dict[str, Any]] = {
    "generate": {"prompt": "calm harbour", "model": "TemPolor v4.5"},
    "extend": {"item_id": "9001", "start_time": 60},
    "instrumental": {"prompt": "tide", "model": "TemPolor i3.5"},
    "lyrics": {"prompt": "calm harbour"},
    "stems": {"url": LINK},
}


def wrong(operation: str, more: Params, source: SourceFacts | None = None) -> list[tuple[str, str]]:
    problems = OPERATIONS[operation].problems({**GOOD[operation], **more}, source)
    return [(problem.field, problem.code) for problem in problems]


def test_five_operations_are_offered() -> None:
    assert list(OPERATIONS) == list(GOOD)


@pytest.mark.parametrize("operation", GOOD)
def test_the_least_is_enough(operation: str) -> None:
    assert wrong(operation, {}) == []


@pytest.mark.parametrize("operation", GOOD)
def test_every_required_field_is_missed(operation: str) -> None:
    required = [field.name for field in OPERATIONS[operation].fields if field.required]
    problems = OPERATIONS[operation].problems({})
    assert [(problem.field, problem.code) for problem in problems] == [
        (name, "required") for name in required
    ]


@pytest.mark.parametrize(
    ("operation", "field", "most"),
    [
        ("generate", "prompt", 1000),
        ("generate", "lyrics", 3000),
        ("generate", "model", 100),
        ("generate", "voice_id", 100),
        ("extend", "item_id", 200),
        ("extend", "lyrics", 3000),
        ("instrumental", "prompt", 1000),
        ("instrumental", "model", 100),
        ("lyrics", "song_model", 100),
    ],
)
def test_every_length_at_its_edge(operation: str, field: str, most: int) -> None:
    assert wrong(operation, {field: "é" * most}) == []
    assert wrong(operation, {field: "é" * (most + 1)}) == [(field, "max_length")]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (9.9, "min_value"),
        (10, None),
        (10.5, None),
        (600, None),
        (600.1, "max_value"),
        ("60", "invalid"),
        (True, "invalid"),
        (None, "invalid"),
        (float("nan"), "invalid"),
    ],
)
def test_the_start_of_an_extension_at_its_edges(value: Any, problem: str | None) -> None:
    assert wrong("extend", {"start_time": value}) == ([("start_time", problem)] if problem else [])


@pytest.mark.parametrize(("duration_ms", "problem"), [(60_000, "max_value"), (60_001, None), (None, None)])
def test_an_extension_begins_inside_the_song(duration_ms: int | None, problem: str | None) -> None:
    found = wrong("extend", {"start_time": 60}, SourceFacts(duration_ms))
    assert found == ([("start_time", problem)] if problem else [])


@pytest.mark.parametrize(
    ("operation", "field"), [("generate", "upload_audio_url"), ("stems", "url")], ids=["cover", "stems"]
)
@pytest.mark.parametrize("value", ["a.mp3", "ftp://x.example/a.mp3", "file:///etc/passwd"])
def test_a_recording_is_a_link(operation: str, field: str, value: str) -> None:
    more = {field: value} | ({"action": "upload_cover"} if operation == "generate" else {})
    assert wrong(operation, more) == [(field, "invalid")]


@pytest.mark.parametrize("model", ["TemPolor v4.6", "Mureka V9", "TemPolor v4.5", "a new one"])
def test_which_model_covers_is_tempolors_word(model: str) -> None:
    assert wrong("generate", {"model": model, "action": "upload_cover", "upload_audio_url": LINK}) == []


def test_stems_have_no_model() -> None:
    assert wrong("stems", {"model": "TemPolor v4.5"}) == [("model", "unknown")]


@pytest.mark.parametrize(
    ("operation", "names", "field"),
    [
        ("generate", Names.AUDIO, "upload_audio_url"),
        ("extend", Names.TRACK, "item_id"),
        ("stems", Names.AUDIO, "url"),
    ],
)
def test_what_a_source_track_fills_in(operation: str, names: Names, field: str) -> None:
    found = OPERATIONS[operation].names(names)
    assert found is not None
    assert found.name == field


def test_what_each_operation_makes_and_needs() -> None:
    makes = [OPERATIONS[name].makes for name in GOOD]
    song, lyrics, files = TrackKind.SONG, TrackKind.LYRICS, TrackKind.FILES
    assert makes == [song, song, song, lyrics, files]
    assert [name for name in GOOD if OPERATIONS[name].needs_source] == ["extend", "stems"]
