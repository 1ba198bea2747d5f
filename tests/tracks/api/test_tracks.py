"""Tracks over the API: list, search, read, review, archive again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertNumQueries
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.factories import make_asset, make_reported_track, make_task, make_track
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.models import LyricLine, Track

pytestmark = pytest.mark.django_db

ROW = {
    *("id", "task", "kind", "source", "provider", "external_id", "position", "status", "archive", "title"),
    *("style", "model", "duration", "stream_url", "created_at", "finished_at", "received_at", "assets"),
    *("usable_until", "lyrics_timing", "hue", "review", "rating", "notes", "parked", "tags"),
    *("lyrics_origin", "lyrics_version", "lyrics_offset"),
}
ASSET = {
    *("id", "kind", "label", "status", "url", "content_type", "bytes", "sha256", "duration", "expires_at"),
    *("archived_at", "error", "unusual", "refused_reason", "refused_url"),
}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def archived(track: Track, **over: Any) -> Any:
    values = {"status": AssetStatus.ARCHIVED, "file": "a.mp3", "sha256": "0" * 64, "duration_ms": 96_123}
    return make_asset(track, **(values | over))


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_a_track_has_every_field_and_a_row_lacks_the_texts(api: APIClient) -> None:
    track = make_track()
    make_asset(track)
    detail = api.get(f"/api/v1/tracks/{track.pk}/").json()
    assert set(detail) == ROW | {"prompt", "lyrics_text", "lyrics", "checks"}
    assert set(detail["assets"][0]) == ASSET
    row = api.get("/api/v1/tracks/").json()["results"][0]
    assert set(row) == ROW
    assert row == {name: detail[name] for name in ROW}


def test_the_hue_is_that_of_the_cover_or_one_of_the_title(api: APIClient) -> None:
    known, other = make_track(title="Owls", hue=7), make_track(title="Owls")
    assert [api.get(f"/api/v1/tracks/{one.pk}/").json()["hue"] for one in (known, other)] == [7, 13]


def test_seconds_times_and_the_source(api: APIClient) -> None:
    source = make_track()
    track = make_track(make_task(source_track=source), duration_ms=96_123, created_at=NOON)
    found = api.get(f"/api/v1/tracks/{track.pk}/").json()
    assert (found["duration"], found["created_at"], found["finished_at"]) == (
        96.123,
        "2026-11-01T12:00:00Z",
        None,
    )
    assert (found["source"], found["task"]) == (source.pk, track.task_id)


def test_lyrics_come_in_order_with_words_in_seconds(api: APIClient) -> None:
    track = make_track(lyrics_timing="word")
    words = [[1001, 1500, "Moon"], [1500, 2500, "light"]]
    LyricLine.objects.create(
        track=track, position=1, kind="line", start_ms=1001, end_ms=2500, text="Moonlight", words=words
    )
    LyricLine.objects.create(track=track, position=0, kind="section", text="verse")
    found = api.get(f"/api/v1/tracks/{track.pk}/").json()
    assert found["lyrics_timing"] == "word"
    assert found["lyrics"] == [
        {"position": 0, "kind": "section", "start": None, "end": None, "text": "verse", "words": []},
        {
            "position": 1,
            "kind": "line",
            "start": 1.001,
            "end": 2.5,
            "text": "Moonlight",
            "words": [
                {"start": 1.001, "end": 1.5, "text": "Moon"},
                {"start": 1.5, "end": 2.5, "text": "light"},
            ],
        },
    ]


@pytest.mark.parametrize(
    ("stored", "shown"), [("word", "word"), ("line", "line"), ("plain", "none"), ("none", "none")]
)
def test_plain_lyrics_have_no_timing(api: APIClient, stored: str, shown: str) -> None:
    track = make_track(lyrics_timing=stored)
    assert api.get(f"/api/v1/tracks/{track.pk}/").json()["lyrics_timing"] == shown


def test_a_files_link_is_ours_and_there_once_archived(api: APIClient) -> None:
    track = make_track()
    make_asset(track, kind=AssetKind.AUDIO_HI)
    archived(track, kind=AssetKind.AUDIO)
    archived(track, kind=AssetKind.STEM, label="drums & bass")
    links = [asset["url"] for asset in api.get(f"/api/v1/tracks/{track.pk}/").json()["assets"]]
    base = f"http://testserver/api/v1/tracks/{track.pk}/media/"
    assert links == [f"{base}audio", None, f"{base}stem?label=drums+%26+bass"]


def test_the_measured_duration_stands_on_the_asset(api: APIClient) -> None:
    track = make_track()
    archived(track)
    assert api.get(f"/api/v1/tracks/{track.pk}/").json()["assets"][0]["duration"] == 96.123


def test_a_page_costs_six_queries_however_long(api: APIClient) -> None:
    for _ in range(12):
        track = make_track()
        make_asset(track)
        archived(track, kind=AssetKind.IMAGE)
    with assertNumQueries(6):
        assert len(ids(api.get("/api/v1/tracks/"))) == 12


def test_songs_unless_another_kind_is_asked_for(api: APIClient) -> None:
    song, lyrics, files = (make_track(kind=kind) for kind in ("song", "lyrics", "files"))
    assert ids(api.get("/api/v1/tracks/")) == [song.pk]
    assert ids(api.get("/api/v1/tracks/?kind=song")) == [song.pk]
    assert ids(api.get("/api/v1/tracks/?kind=lyrics")) == [lyrics.pk]
    assert ids(api.get("/api/v1/tracks/?kind=files")) == [files.pk]
    assert ids(api.get("/api/v1/tracks/?kind=all")) == [files.pk, lyrics.pk, song.pk]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=moonlit", True),
        ("q=harbour", False),
        ("q=moonlit&ordering=title", True),
        ("external_id=song-7", True),
        ("external_id=song-8", False),
        ("provider=suno", True),
        ("provider=tempolor", False),
        ("style=jazz", True),
        ("style=dark+jazz", True),
        ("style=jazz+dark", False),
        ("style=!!!", False),
        ("style=Pop", False),
        ("style=%25", False),
        ("model=chirp-v5", True),
        ("model=chirp", False),
        ("status=streaming", True),
        ("status=ready", False),
        ("review=rejected", True),
        ("review=new", False),
        ("created_after=2026-11-01T12:00:00Z", True),
        ("created_after=2026-11-01T12:00:01Z", False),
        ("created_after=2026-11-01T14:00:00%2B02:00", True),
        ("created_after=2026-11-01", True),
        ("created_after=2026-11-02", False),
        ("created_before=2026-11-01T12:00:01Z", True),
        ("created_before=2026-11-01T12:00:00Z", False),
        ("review=&status=&q=&created_after=", True),
        ("provider=suno&review=rejected&status=streaming&style=jazz&model=chirp-v5&q=owl", True),
    ],
)
def test_filters_narrow_the_list(api: APIClient, query: str, is_found: bool) -> None:
    make_track(
        make_task(provider="suno"),
        external_id="song-7",
        style="Dark Jazz, female voice",
        model="chirp-v5",
        status="streaming",
        review="rejected",
        received_at=NOON,
    )
    assert bool(ids(api.get(f"/api/v1/tracks/?{query}"))) is is_found


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("id", "abcd"),
        ("-id", "dcba"),
        ("created_at", "abcd"),
        ("-created_at", "badc"),
        ("title", "cbad"),
        ("-title", "dabc"),
        ("duration", "bacd"),
        ("-duration", "abdc"),
        ("rating", "bacd"),
        ("-rating", "abdc"),
    ],
)
def test_an_ordering_drops_nothing_and_puts_nulls_last(api: APIClient, ordering: str, expected: str) -> None:
    late = NOON + timedelta(hours=1)
    names = {
        make_track(title="C", created_at=NOON, duration_ms=9000, rating=5).pk: "a",
        make_track(title="B", created_at=late, duration_ms=8000, rating=1).pk: "b",
        make_track(title="A", created_at=None, duration_ms=None, rating=None).pk: "c",
        make_track(title="D", created_at=None, duration_ms=None, rating=None).pk: "d",
    }
    seen, address = "", f"/api/v1/tracks/?page_size=1&ordering={ordering}"
    while address:
        found = api.get(address).json()
        seen += "".join(names[row["id"]] for row in found["results"])
        address = found["next"]
    assert seen == expected


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("q=%00", "q"),
        ("q=" + "x" * 501, "q"),
        ("external_id=%00", "external_id"),
        ("provider=mozart", "provider"),
        ("style=%00", "style"),
        ("style=" + "x" * 60_000, "style"),
        ("model=%00", "model"),
        ("status=done", "status"),
        ("review=maybe", "review"),
        ("kind=songs", "kind"),
        ("created_after=yesterday", "created_after"),
        ("created_after=2026-13-01", "created_after"),
        ("created_after=2026-11-01T12:00:00+02:00", "created_after"),
        ("created_after=9999-12-31T23:59:59-23:59", "created_after"),
        ("created_after=0001-01-01T00:00:00%2B23:59", "created_after"),
        ("created_before=%00", "created_before"),
        ("created_before=99999999999999999999", "created_before"),
        ("ordering=received_at", "ordering"),
        ("ordering=title,id", "ordering"),
        ("ordering=%00", "ordering"),
        ("cursor=x", "cursor"),
        ("page_size=1.5", "page_size"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(api: APIClient, query: str, attr: str) -> None:
    assert attrs(api.get(f"/api/v1/tracks/?{query}")) == {attr}


def test_a_cursor_of_another_ordering_is_refused(api: APIClient) -> None:
    for _ in range(2):
        make_track()
    onward = api.get("/api/v1/tracks/?page_size=1&ordering=title").json()["next"]
    assert attrs(api.get(onward.replace("ordering=title", "ordering=rating"))) == {"cursor"}


def test_the_earliest_and_latest_times_are_taken(api: APIClient) -> None:
    track = make_track()
    query = "created_after=0001-01-01T00:00:00Z&created_before=9999-12-31T23:59:59Z"
    assert ids(api.get(f"/api/v1/tracks/?{query}")) == [track.pk]


def patch(api: APIClient, track: Track, body: Any) -> Any:
    return api.patch(f"/api/v1/tracks/{track.pk}/", body, format="json")


def test_a_review_is_saved_and_recorded(api: APIClient) -> None:
    track = make_track()
    answer = patch(api, track, {"review": "approved", "rating": 4, "notes": "Use the first take."})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["review"], found["rating"], found["notes"]) == ("approved", 4, "Use the first take.")
    assert set(found) == ROW | {"prompt", "lyrics_text", "lyrics", "checks"}
    event = track.events.get()
    assert (event.kind, event.data["by"], event.data["to"]["review"]) == ("track.reviewed", "ada", "approved")


def test_a_title_of_a_person_stands(api: APIClient) -> None:
    track = make_reported_track()
    assert patch(api, track, {"title": "  Night Owl  "}).json()["title"] == "Night Owl"
    assert ids(api.get("/api/v1/tracks/?q=night")) == [track.pk]


def test_a_rating_can_be_taken_back(api: APIClient) -> None:
    track = make_track(rating=3)
    assert patch(api, track, {"rating": None}).json()["rating"] is None


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"title": ""}, "title"),
        ({"title": " \n"}, "title"),
        ({"title": None}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"title": ["a"]}, "title"),
        ({"title": True}, "title"),
        ({"review": "great"}, "review"),
        ({"review": None}, "review"),
        ({"review": {}}, "review"),
        ({"rating": 6}, "rating"),
        ({"rating": -1}, "rating"),
        ({"rating": 2.5}, "rating"),
        ({"rating": 2**62}, "rating"),
        ({"rating": "many"}, "rating"),
        ({"rating": True}, "rating"),
        ({"notes": None}, "notes"),
        ({"notes": "\x00"}, "notes"),
        ({"notes": "x" * 20_001}, "notes"),
        ({"status": "ready"}, "status"),
        ({"titel": "x"}, "titel"),
        ([], "non_field_errors"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(api: APIClient, body: Any, attr: str) -> None:
    track = make_track()
    assert attrs(patch(api, track, body)) == {attr}
    assert not track.events.exists()


def test_archive_makes_what_is_missing_due(api: APIClient) -> None:
    track = make_track()
    asset = make_asset(track, status=AssetStatus.FAILED, error="404")
    answer = api.post(f"/api/v1/tracks/{track.pk}/archive/")
    assert answer.status_code == 202
    assert answer.json()["assets"][0]["status"] == "pending"
    asset.refresh_from_db()
    assert asset.next_attempt_at is not None
    assert asset.next_attempt_at <= timezone.now()
    assert track.events.get(kind="track.archive_again").data["by"] == "ada"


@pytest.mark.parametrize("pk", ["99999999999999999999", "0", "12345"])
@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "/"),
        ("PATCH", "/"),
        ("POST", "/archive/"),
        ("GET", "/lyrics.json"),
        ("GET", "/lyrics.lrc"),
        ("GET", "/media/audio"),
    ],
)
def test_a_track_that_is_not_there_is_a_404(api: APIClient, pk: str, method: str, rest: str) -> None:
    refusal(api.generic(method, f"/api/v1/tracks/{pk}{rest}", "{}", "application/json"), 404)


@pytest.mark.parametrize(
    ("shown", "status", "review"),
    [
        ({"review": "new"}, 409, "rejected"),
        ({"review": "rejected"}, 200, "approved"),
        ({"rating": None}, 200, "approved"),
        ({}, 200, "approved"),
        ({"reviewed": "new"}, 400, "rejected"),
    ],
)
def test_what_somebody_else_decided_meanwhile_is_not_overwritten_unseen(
    api: APIClient, shown: dict[str, Any], status: int, review: str
) -> None:
    track = make_track(make_task(), review="rejected")
    answer = api.patch(f"/api/v1/tracks/{track.pk}/", {"review": "approved", "shown": shown}, format="json")
    assert answer.status_code == status
    if status == 409:
        assert "Somebody else changed the review" in answer.json()["errors"][0]["detail"]
    track.refresh_from_db()
    assert track.review == review
