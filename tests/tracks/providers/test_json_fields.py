"""Tolerant reading: nonsense is "not said", and what remains can be stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from tests.support.any_json import anything
from tracks.domain.updates import AssetKind, AssetState, AssetUpdate, Cue, CueKind, Lyrics, Timing
from tracks.providers import json_fields


def test_text_loses_what_postgresql_cannot_store() -> None:
    assert json_fields.text(" Owl\x00’s \ud800Waltz\udfff ") == "Owl’s Waltz"


@pytest.mark.parametrize("value", [None, 5, True, [], {}, 1.5])
def test_text_of_another_type_is_blank(value: Any) -> None:
    assert json_fields.text(value) == ""


def test_text_ends_at_its_limit() -> None:
    assert json_fields.text("x" * 900, json_fields.MAX_TITLE) == "x" * 500


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (5, "5"),
        ("a", "a"),
        (True, ""),
        (1.5, ""),
        ("x" * 201, ""),
        (10**400, ""),
        ({}, ""),
    ],
)
def test_an_id_is_whole_or_none(value: Any, found: Any) -> None:
    assert json_fields.identifier(value) == found


# What Python takes for a number, or a person might, and JSON would not.
NO_NUMBERS = (
    *(
        "1_2",
        "1_000.5",
        "١٢",
        "１２",
        "१२",
        "²",
        "½",
        "Ⅻ",
        "1e3",
        "1E3",
        " 12 ",
        "12\n",
        "\u00a012",
        "\ufeff12",
    ),
    *(
        "+12",
        "--12",
        "0x10",
        "0b1",
        "NaN",
        "Infinity",
        "-inf",
        "1,5",
        "1.000,5",
        "1.",
        ".5",
        "1.2.3",
        "",
        "-",
    ),
    *("12s", "1:36", "−12", "1j", "1/2", b"12"),
)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, 1.0),
        ("1.5", 1.5),
        (True, None),
        (-1.5, -1.5),
        ("-1.5", -1.5),
        ("007", 7.0),
        *((nonsense, None) for nonsense in NO_NUMBERS),
        ("nan", None),
        (float("inf"), None),
        (10**400, None),
        ("one", None),
        ([], None),
    ],
)
def test_a_number_is_finite(value: Any, found: Any) -> None:
    assert json_fields.number(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1747207721, datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)),
        (1747207721000, datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)),
        ("1747207721", datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)),
        ("2025-05-14 07:28:41", datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)),
        ("2025-05-14T09:28:41+02:00", datetime(2025, 5, 14, 7, 28, 41, tzinfo=UTC)),
        ("2025-05-14", datetime(2025, 5, 14, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        (0, None),
        (174720772, None),
        (9_999_999_999, None),
        (True, None),
        ("yesterday", None),
        ({}, None),
    ],
)
def test_a_time_is_utc_or_none(value: Any, found: Any) -> None:
    assert json_fields.timestamp(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(96, 96_000), ("96.5", 96_500), (96_000, 96_000_000), (1e9, None), (-3, None), (0, None), (None, None)],
)
def test_a_length_is_seconds_as_documented(value: Any, found: Any) -> None:
    assert json_fields.duration_ms(value) == found


def test_the_first_spelling_with_a_value_counts() -> None:
    assert json_fields.pick({"audio_url": "", "audioUrl": "a"}, "audio_url") == "a"


@pytest.mark.parametrize("value", ["[", "text", "[" * 100_000, None, 5])
def test_what_holds_no_object_is_empty(value: Any) -> None:
    assert json_fields.mapping(value) == {}


def test_a_list_ends_at_its_limit() -> None:
    assert len(json_fields.mappings([{"id": 1}] * 1000)) == json_fields.MAX_ROWS


def test_a_link_may_hold_blanks_and_letters_of_any_script() -> None:
    url = "https://x.example/夜 song.mp3?sig=%2F"
    assert json_fields.asset(AssetKind.AUDIO, url) == AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url=url)


def test_lyrics_end_at_their_limit() -> None:
    endless = Lyrics(Timing.PLAIN, (Cue(CueKind.LINE, "la"),) * 9000)
    bounded = json_fields.bounded_lyrics(endless)
    assert bounded is not None
    assert len(bounded.cues) == json_fields.MAX_LINES


@given(value=anything)
def test_nothing_raises(value: Any) -> None:
    found = (
        json_fields.text(value),
        json_fields.identifier(value),
        json_fields.sentence(value),
        json_fields.link_or_blank(value),
    )
    assert all("\x00" not in one for one in found)
    "".join(found).encode()
    for read in (
        json_fields.number,
        json_fields.whole_number,
        json_fields.flag,
        json_fields.timestamp,
        json_fields.duration_ms,
        json_fields.mappings,
    ):
        read(value)
    json_fields.asset(AssetKind.IMAGE, value)


@pytest.mark.parametrize("end", ["\x1fa", "\x01a", "\x7fa", "\na"])
@pytest.mark.parametrize("begin", ["http://", "https://cdn.example/", "http://cdn.example?", "HTTP://a#"])
def test_a_control_character_at_the_end_of_the_longest_link_makes_it_none(begin: str, end: str) -> None:
    """With a pattern that backtracks this test takes minutes."""
    link = begin + "a" * (json_fields.MAX_TEXT - len(begin) - len(end)) + end
    assert json_fields.link_or_blank(link) == ""
