"""Notes over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.factories import make_track
from tracks.models import TrackNote

pytestmark = pytest.mark.django_db


def write(client: Client, pk: int, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/tracks/{pk}/notes/", body, content_type="application/json")


def test_notes_are_written_listed_and_removed(staff: Client) -> None:
    track = make_track()
    made = write(staff, track.pk, {"time": 55.3, "text": "Breath is cut"})
    assert made.status_code == 201
    note = made.json()
    assert {name: note[name] for name in ("time", "text", "by")} == {
        "time": 55.3, "text": "Breath is cut", "by": "ada",
    }  # fmt: skip
    assert write(staff, track.pk, {"text": "All of it"}).json()["time"] is None
    listed = staff.get(f"/api/v1/tracks/{track.pk}/notes/").json()
    assert [one["text"] for one in listed["results"]] == ["Breath is cut", "All of it"]
    address = f"/api/v1/tracks/{track.pk}/notes/{note['id']}/"
    assert staff.delete(address).status_code == 204
    assert staff.delete(address).status_code == 404
    assert TrackNote.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, {"text": " "}, {"text": "x" * 2001}, {"text": "x", "time": -1}, {"text": "x", "time": 86_401},
        {"text": "x", "time": "soon"}, {"text": "x", "by": "bob"}, {"text": "a\x00b"},
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(staff: Client, body: dict[str, Any]) -> None:
    track = make_track()
    assert write(staff, track.pk, body).status_code == 400
    assert not TrackNote.objects.exists()


def test_there_are_no_notes_of_a_track_that_is_not_there(staff: Client) -> None:
    assert staff.get("/api/v1/tracks/999/notes/").status_code == 404
    assert write(staff, 999, {"text": "x"}).status_code == 404
