"""Reviewing a track: differences are written and recorded once, and no provider overwrites them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.support.factories import make_task
from tracks.domain.updates import Source, TaskState, TaskUpdate, TrackKind, TrackState, TrackUpdate
from tracks.models import Statement, Task, Track
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.review import ChangedMeanwhile, edit

pytestmark = pytest.mark.django_db


def report(task: Task, *tracks: TrackUpdate, state: TaskState = TaskState.RUNNING) -> None:
    update = TaskUpdate(external_id=task.external_id, state=state, tracks=tracks)
    apply(task.pk, [update], Provenance(Source.CALLBACK, timezone.now(), {}))


def song(**over: Any) -> TrackUpdate:
    return TrackUpdate(**({"external_id": "take-1", "title": "Working Title"} | over))


def made(*tracks: TrackUpdate) -> Track:
    task = make_task(provider="suno")
    report(task, *(tracks or (song(),)))
    return task.tracks.first() or Track()


def edits(track: Track) -> list[str]:
    return [event.kind for event in track.events.order_by("pk") if "by" in event.data]


def test_differences_are_written_and_recorded_once() -> None:
    track = edit(made().pk, {"review": "approved", "rating": 5}, "ada")
    assert (track.review, track.rating, edits(track)) == ("approved", 5, ["track.reviewed"])
    event = track.events.get(kind="track.reviewed")
    assert event.data == {
        "by": "ada",
        "from": {"review": "new", "rating": None},
        "to": {"review": "approved", "rating": 5},
    }


def test_an_unchanged_value_is_not_recorded() -> None:
    track = edit(made().pk, {"review": "new", "rating": None, "notes": "", "title": "Working Title"}, "ada")
    assert edits(track) == []
    assert not Statement.objects.filter(source=Source.PERSON).exists()


def test_a_title_stays_above_later_updates() -> None:
    track = edit(made().pk, {"title": "Night Owl"}, "ada")
    assert (track.title, edits(track)) == ("Night Owl", ["track.changed"])
    report(track.task, song(title="Final Title", state=TrackState.READY), state=TaskState.DONE)
    track.refresh_from_db()
    assert (track.title, track.status) == ("Night Owl", "ready")


def test_the_latest_of_a_persons_titles_counts() -> None:
    track = made()
    for title in ("Night Owl", "Day Owl", "Night Owl"):
        edit(track.pk, {"title": title}, "ada")
    track.refresh_from_db()
    assert track.title == "Night Owl"


def test_a_title_changes_neither_the_kind_nor_the_place() -> None:
    second = made(song(external_id="take-2", kind=TrackKind.LYRICS))
    edit(second.pk, {"title": "Night Owl"}, "ada")
    takes = (
        song(external_id="take-1", position=0),
        song(external_id="take-2", kind=TrackKind.LYRICS, position=1),
    )
    report(second.task, *takes)
    second.refresh_from_db()
    assert (second.kind, second.position, second.title) == (TrackKind.LYRICS, 1, "Night Owl")


def test_a_track_without_an_id_is_known_by_its_place() -> None:
    track = made(song(external_id="", kind=TrackKind.FILES))
    edit(track.pk, {"title": "Stems"}, "ada")
    assert [(one.pk, one.title) for one in track.task.tracks.all()] == [(track.pk, "Stems")]


def test_only_what_is_given_changes() -> None:
    track = made()
    edit(track.pk, {"review": "rejected", "rating": 1, "notes": "Too loud.", "title": "Loud"}, "ada")
    track = edit(track.pk, {"rating": None}, "grace")
    assert (track.review, track.rating, track.notes, track.title) == ("rejected", None, "Too loud.", "Loud")


def test_what_the_person_did_not_change_is_not_written() -> None:
    track = edit(made().pk, {"notes": "Lovely", "rating": 4}, "ada")
    track = edit(
        track.pk, {"notes": "", "rating": None, "review": "approved"}, "bob", {"notes": "", "rating": None}
    )
    assert (track.notes, track.rating, track.review) == ("Lovely", 4, "approved")


def test_a_field_that_two_people_changed_is_refused_and_nothing_is_written() -> None:
    track = edit(made().pk, {"notes": "Lovely", "title": "Night Owl"}, "ada")
    shown = {"notes": "", "title": "Working Title", "rating": None}
    with pytest.raises(ChangedMeanwhile) as caught:
        edit(track.pk, {"notes": "Loud", "title": "Day Owl", "rating": 3}, "bob", shown)
    assert sorted(caught.value.fields) == ["notes", "title"]
    track.refresh_from_db()
    assert (track.notes, track.title, track.rating) == ("Lovely", "Night Owl", None)


def test_other_line_ends_are_no_change() -> None:
    track = edit(made().pk, {"notes": "one\r\ntwo"}, "ada")
    assert track.notes == "one\ntwo"
    edit(track.pk, {"notes": "one\r\ntwo"}, "bob")
    edit(track.pk, {"notes": "one\ntwo, three"}, "bob", {"notes": "one\r\ntwo"})
    assert edits(track) == ["track.reviewed", "track.reviewed"]


def test_a_track_that_is_gone_cannot_be_reviewed() -> None:
    with pytest.raises(Track.DoesNotExist):
        edit(12345, {"review": "approved"}, "ada")
