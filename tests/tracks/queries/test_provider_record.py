"""Until when more can be made from a song by its id at the provider: in the API and on the song's page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import dateformat, timezone
from rest_framework.test import APIClient

from tests.support.factories import make_task
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Track

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def song_of(provider: str = "suno", **over: Any) -> Track:
    song = make_song(make_task(provider=provider, status="succeeded"))
    Track.objects.filter(pk=song.pk).update(**{"received_at": NOON, **over})
    return song


def answer_of(api: APIClient, song: Track) -> Any:
    return api.get(f"/api/v1/tracks/{song.pk}/").json()["usable_until"]


def test_sunos_records_are_kept_for_two_months(api: APIClient) -> None:
    assert answer_of(api, song_of()) == "2026-12-31T12:00:00Z"
    (row,) = api.get("/api/v1/tracks/").json()["results"]
    assert row["usable_until"] == "2026-12-31T12:00:00Z"


@pytest.mark.parametrize(
    ("provider", "over"),
    [
        ("tempolor", {}),
        ("suno", {"status": "failed"}),
        ("suno", {"status": "pending"}),
        ("suno", {"kind": "files"}),
        ("suno", {"kind": "lyrics"}),
        ("suno", {"external_id": ""}),
    ],
)
def test_where_nothing_is_known_or_possible_there_is_no_date(
    api: APIClient, provider: str, over: Any
) -> None:
    assert answer_of(api, song_of(provider, **over)) is None


def words_of(staff: Client, days_ago: int, provider: str = "suno") -> tuple[str, str]:
    """The words of a song's page, and the date until which its record is kept."""
    received = timezone.now() - timedelta(days=days_ago)
    song = song_of(provider, received_at=received)
    date = dateformat.format(received + timedelta(days=60), "j F Y")
    return Page(staff.get(f"/tracks/{song.pk}/")).words, date


def test_the_page_says_until_when_and_what(staff: Client) -> None:
    words, date = words_of(staff, days_ago=10)
    assert f"Suno keeps its record of this song until about {date}" in words
    named = words.partition("Suno keeps its record")[2].partition("Downloads")[0]
    for label in ("Extend a song", "WAV file", "Separate voices and instruments", "Video"):
        assert label in named
    assert "Cover a recording" not in named


def test_the_page_says_that_the_date_is_past(staff: Client) -> None:
    words, date = words_of(staff, days_ago=61)
    assert f"Suno kept its record of this song until about {date}" in words
    assert "may be refused" in words


def test_what_needs_the_record_is_named(staff: Client) -> None:
    page = staff.get(f"/tracks/{song_of('suno').pk}/").content.decode()
    assert re.search(r"needs that record[^<]*: [^<]*WAV file", page)


def test_the_page_of_another_providers_song_says_nothing_of_it(staff: Client) -> None:
    assert "its record of this song" not in words_of(staff, 10, "tempolor")[0]
