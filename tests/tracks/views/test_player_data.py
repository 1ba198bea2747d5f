"""What scripts read to play and draw a song without its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.clients import session_client
from tests.support.factories import make_lines, make_staff, make_track
from tests.support.songs import make_archived_asset, make_song
from tracks.models import LyricLine, Track

pytestmark = pytest.mark.django_db


def data_of(client: Client, track: Track) -> Any:
    answer = client.get(f"/tracks/{track.pk}/player.json")
    assert answer.status_code == 200
    return answer.json()


def test_the_dock_has_all_it_shows_of_a_song(staff: Client) -> None:
    song = make_song(style="Waltz", model="TemPolor v4.5", rating=4, review="approved", hue=7)
    make_lines(
        song,
        "verse 1",
        ("Moonlight guides", 12_345, 15_000),
        ("spoken", None, None),
        ("Owls", 20_000, 20_000),
    )
    LyricLine.objects.filter(kind="section").update(start_ms=9_700, end_ms=9_720)
    note = song.track_notes.create(at_ms=55_300, text="Breath is cut", by="ada")
    song.track_notes.create(at_ms=None, text="All of it", by="ada")
    found = data_of(staff, song)
    wave = found.pop("wave")
    assert found == {
        "id": song.pk,
        "title": "Owl's Moonlit Waltz",
        "lang": "",
        "style": "Waltz",
        "provider": "TemPolor",
        "model": "TemPolor v4.5",
        "hue": 7,
        "audio": f"/api/v1/tracks/{song.pk}/media/audio",
        "cover": f"/api/v1/tracks/{song.pk}/media/image",
        "cover_type": "image/jpeg",
        "cover_size": None,
        "duration": 97.0,
        "loudness_lufs": -14.2,
        "review": "approved",
        "rating": 4,
        "url": f"/tracks/{song.pk}/",
        "sections": [{"name": "Verse 1", "kind": "verse", "start": 9.7, "end": 97.0}],
        "lines": [
            {"start": 12.345, "end": 15.0, "text": "Moonlight guides"},
            {"start": 20.0, "end": 20.0, "text": "Owls"},
        ],
        "notes": [{"id": note.pk, "time": 55.3, "text": "Breath is cut", "by": "ada"}],
    }
    assert (wave["width"], wave["height"]) == (720, 112)
    assert [(path["kind"], path["is_envelope"]) for path in wave["paths"]] == [
        *(("quiet", is_envelope) for is_envelope in (True, False, True)),
        *(("verse", is_envelope) for is_envelope in (True, False, True)),
    ]
    assert wave["ribbon"] == [
        {"kind": "quiet", "x": 0.0, "width": 69.0},
        {"kind": "verse", "x": 72.0, "width": 645.0},
    ]
    assert wave["names"] == [{"at": 10.0, "text": "Verse 1", "fits": True}]


def test_a_song_without_sound_has_nothing_to_play_or_draw(staff: Client) -> None:
    found = data_of(staff, make_track(duration_ms=None, title=""))
    assert [found[name] for name in ("audio", "wave", "duration", "loudness_lufs")] == [None] * 4
    assert found["cover"].startswith(f"/tracks/{found['id']}/cover.svg?v=")
    assert (found["cover_type"], found["cover_size"]) == ("image/svg+xml", "any")
    assert (found["title"], found["lines"], found["sections"]) == ("Untitled", [], [])


@pytest.mark.parametrize(
    ("title", "lang"),
    [
        *(("雨后的街", "zh"), ("きっぷ", "ja"), ("雨の駅", "ja"), ("비 오는 날", "ko"), ("قمر", "ar")),
        *(("ירח", "he"), ("Ветер", "ru"), ("Été", ""), ("7", "")),
    ],
)
def test_a_title_is_marked_with_the_language_of_its_letters(staff: Client, title: str, lang: str) -> None:
    assert data_of(staff, make_track(title=title))["lang"] == lang


def test_it_is_sent_again_only_where_something_changed(staff: Client) -> None:
    song = make_song()
    address = f"/tracks/{song.pk}/player.json"
    first = staff.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    again = staff.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    Track.objects.filter(pk=song.pk).update(rating=5)
    changed = staff.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (changed.status_code, changed.json()["rating"]) == (200, 5)


def test_it_takes_few_queries_however_long_the_song_is(staff: Client) -> None:
    def queries(track: Track) -> int:
        with CaptureQueriesContext(connection) as captured:
            data_of(staff, track)
        return len(captured)

    short, long = make_song(), make_song()
    make_lines(long, *(("line", place * 1000, place * 1000 + 900) for place in range(60)))
    make_archived_asset(long, kind="audio_hi")
    queries(short)
    assert queries(long) == queries(short) <= 8


def test_who_may_not_look_gets_none_of_it() -> None:
    address = f"/tracks/{make_song().pk}/player.json"
    assert Client().get(address).status_code == 302
    assert session_client(make_staff(role="")).get(address).status_code == 403
    assert session_client(make_staff("vera", role="viewer")).get(address).status_code == 200
    assert session_client(make_staff("vic", role="viewer")).get("/tracks/0/player.json").status_code == 404
