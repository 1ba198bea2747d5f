"""Tags: one spelling for all cases and widths, on one track or many, also at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.factories import make_staff, make_task, make_track
from tracks.models import Event, Tag, Track, TrackTag
from tracks.presentation.event_text import describe_event
from tracks.services import tags


@pytest.fixture
def ada(db: None) -> User:
    return make_staff("ada", "curator")


def tags_of(track: Track) -> list[str]:
    return [tag.name for tag in track.tags.order_by("key")]


def sentences() -> list[str]:
    return [describe_event(event, with_title=False)[1] for event in Event.objects.order_by("pk")]


def test_a_tracks_tags_are_set_and_the_first_spelling_stays(ada: User) -> None:
    one, other = make_track(), make_track()
    tags.set_tags(one.pk, ["Summer", "single"], ada)
    tags.set_tags(other.pk, ["ＳＵＭＭＥＲ", "summer "], ada)
    assert (tags_of(one), tags_of(other)) == (["single", "Summer"], ["Summer"])
    assert Tag.objects.count() == 2
    assert TrackTag.objects.filter(added_by=ada).count() == 3


def test_what_is_left_out_is_taken_off_and_a_tag_of_nothing_goes(ada: User) -> None:
    track = make_track()
    tags.set_tags(track.pk, ["a", "b"], ada)
    tags.set_tags(track.pk, ["b", "c"], ada)
    tags.set_tags(track.pk, ["C", "B"], ada)
    tags.set_tags(track.pk, [], ada)
    assert not Tag.objects.exists()
    assert sentences() == [
        "ada tagged the song “a”, “b”",
        "ada changed the tags of the song",
        "ada took “b”, “c” off the song",
    ]


def test_a_track_that_is_gone_cannot_be_tagged(ada: User) -> None:
    with pytest.raises(Track.DoesNotExist):
        tags.set_tags(999_999, ["a"], ada)
    assert tags.add_tag([999_999], "a", ada) == tags.Tagged([], [999_999])
    assert not Tag.objects.exists()


def test_many_are_tagged_and_untagged_and_told_which(ada: User) -> None:
    one, two, three = make_track(), make_track(), make_track()
    tags.set_tags(two.pk, ["Summer"], ada)
    done = tags.add_tag([one.pk, two.pk, 999_999, three.pk, one.pk], "summer", ada)
    assert done == tags.Tagged([one.pk, three.pk], [999_999])
    gone = tags.remove_tag([two.pk, three.pk, 999_999], "SUMMER", ada)
    assert gone == tags.Tagged([two.pk, three.pk], [999_999])
    assert tags.remove_tag([two.pk], "summer", ada) == tags.remove_tag([two.pk], "nothing", ada)
    assert (tags_of(one), tags_of(two)) == (["Summer"], [])
    assert [event.kind for event in one.events.all()] == ["track.tagged"]


def test_thousands_take_a_few_statements(ada: User) -> None:
    task = make_task()
    rows = [Track(task=task, provider="suno", external_id=str(number)) for number in range(2000)]
    ids = [track.pk for track in Track.objects.bulk_create(rows)]
    with CaptureQueriesContext(connection) as seen:
        tags.add_tag(ids, "many", ada)
        tags.remove_tag(ids, "many", ada)
    assert len(seen) < 60
    assert Event.objects.count() == 4000


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_leave_one_of_the_wanted_sets() -> None:
    ada, track, other = make_staff("ada", "curator"), make_track(), make_track()
    wanted = [["a", "b"], ["B", "c"], ["c", "d"], [], ["d"], ["A"]]

    def change(names: list[str]) -> None:
        try:
            tags.set_tags(track.pk, names, ada)
            tags.add_tag([other.pk, track.pk], "both", ada)
            tags.remove_tag([track.pk, other.pk], "both", ada)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(wanted)) as pool:
        list(pool.map(change, wanted))
    assert {name.lower() for name in tags_of(track)} in [{name.lower() for name in names} for names in wanted]
    assert tags_of(other) == []
    assert set(Tag.objects.values_list("pk", flat=True)) == set(
        TrackTag.objects.values_list("tag", flat=True)
    )
