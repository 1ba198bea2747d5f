"""One request changes a track in several ways: all of them are written, or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.support.factories import make_reported_track
from tracks.models import Track
from tracks.services.review import ChangedMeanwhile
from tracks.services.track_changes import change_track

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Any] = {
    "title": "Night Owl",
    "review": "approved",
    "parked": {"reason": "the end is cut off"},
    "tags": ["Night"],
    "lyrics_offset": 0.5,
}


def state(track: Track) -> tuple[object, ...]:
    track.refresh_from_db()
    tags = [tag.name for tag in track.tags.all()]
    return track.title, track.review, track.parked_reason, tags, track.lyrics_offset_ms


def test_all_of_it_is_written(ada: User) -> None:
    track = make_reported_track()
    change_track(track.pk, CHANGES, ada)
    assert state(track) == ("Night Owl", "approved", "the end is cut off", ["Night"], 500)


def test_where_the_last_is_refused_none_is_written(ada: User) -> None:
    track = make_reported_track()
    before, events = state(track), track.events.count()
    with pytest.raises(ValueError, match="ten seconds"):
        change_track(track.pk, CHANGES | {"lyrics_offset": 11}, ada)
    assert state(track) == before
    assert track.events.count() == events


def test_where_somebody_else_was_faster_none_is_written(ada: User) -> None:
    track = make_reported_track()
    before = state(track)
    with pytest.raises(ChangedMeanwhile):
        change_track(track.pk, CHANGES | {"shown": {"review": "rejected"}}, ada)
    assert state(track) == before
