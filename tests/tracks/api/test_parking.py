"""Songs that are set aside: by whom and why, told once, and taken back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.support.clients import token_client
from tests.support.factories import make_staff, make_track
from tracks.models import Track

pytestmark = pytest.mark.django_db


def test_a_song_is_set_aside_and_taken_back(api: APIClient, ada: User) -> None:
    song, other = make_track(), make_track()
    address = f"/api/v1/tracks/{song.pk}/"
    for _ in range(2):
        answer = api.patch(address, {"parked": {"reason": "the end is cut off"}}, format="json")
    assert answer.json()["parked"]["reason"] == "the end is cut off"
    assert answer.json()["parked"]["by"] == "ada"
    listed = {value: api.get("/api/v1/tracks/", {"parked": value}).json() for value in ("true", "false")}
    assert [row["id"] for row in listed["true"]["results"]] == [song.pk]
    assert [row["id"] for row in listed["false"]["results"]] == [other.pk]
    assert api.patch(address, {"parked": None}, format="json").json()["parked"] is None
    kinds = list(song.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["track.parked", "track.unparked"]
    assert len(api.get("/api/v1/tracks/").json()["results"]) == 2


@pytest.mark.parametrize("parked", [True, "yes", {"reason": "x" * 201}, {"why": "x"}, {"reason": 3}])
def test_what_is_no_parking_is_refused(api: APIClient, parked: object) -> None:
    song = make_track()
    assert api.patch(f"/api/v1/tracks/{song.pk}/", {"parked": parked}, format="json").status_code == 400
    assert Track.objects.get().parked_at is None


def test_a_viewer_parks_nothing(db: None) -> None:
    song = make_track()
    viewer = token_client(make_staff("vic", "viewer"))
    assert viewer.patch(f"/api/v1/tracks/{song.pk}/", {"parked": None}, format="json").status_code == 403
