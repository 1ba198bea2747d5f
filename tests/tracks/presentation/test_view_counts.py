"""The counts of the library's views: kept for seconds, and right at once after what a person did."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.support.factories import make_task, make_track
from tracks.models import Track
from tracks.presentation.view_counts import KEY, RECENT, view_counts
from tracks.services.events import record_event

pytestmark = pytest.mark.django_db


def counts(staff: Client) -> dict[str, str]:
    """As the rail of a page shows them."""
    groups = staff.get("/").context["rail"]["groups"]
    return {item.name: item.count for item in groups[0].views}


def decide(api: APIClient, track: Track, review: str) -> None:
    assert api.patch(f"/api/v1/tracks/{track.pk}/", {"review": review}, format="json").status_code == 200


def test_what_a_person_did_is_counted_at_once(staff: Client, api: APIClient) -> None:
    first, second = make_track(), make_track()
    assert counts(staff)["To review"] == "2"
    decide(api, first, "approved")
    assert (counts(staff)["To review"], counts(staff)["Approved"]) == ("1", "1")
    decide(api, second, "rejected")
    assert (counts(staff)["To review"], counts(staff)["Rejected"]) == ("", "1")
    api.patch(f"/api/v1/tracks/{first.pk}/", {"parked": {"reason": "later"}}, format="json")
    assert counts(staff)["Parked"] == "1"


def test_an_act_counts_although_its_event_got_a_smaller_id(api: APIClient) -> None:
    track, task = make_track(), make_task()
    decide(api, track, "approved")
    act = track.events.get()
    act.delete()
    record_event("task.polled", task)
    Track.objects.update(review="new")
    assert view_counts()["Approved"] == ""
    Track.objects.update(review="approved")
    act.save(force_insert=True)  # committed only now, with the id that it drew before
    assert view_counts()["Approved"] == "1"


def test_events_of_the_workers_leave_the_counts_until_there_are_many() -> None:
    task = make_task()
    record_event("task.polled", task)
    make_track(task)
    assert view_counts()["All songs"] == "1"
    make_track(make_task())
    record_event("task.polled", task)
    assert view_counts()["All songs"] == "1"
    for _ in range(RECENT):
        record_event("task.polled", task)
    assert view_counts()["All songs"] == "2"


def test_what_is_counted_is_asked_of_the_database_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_track()
    view_counts()
    with django_assert_num_queries(1):
        view_counts()
    cache.delete(KEY)
    with django_assert_num_queries(7):
        view_counts()
