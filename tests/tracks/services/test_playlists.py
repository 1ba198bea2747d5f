"""Playlists: any order of changes keeps each track once and the positions without a gap, also at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_staff, make_task, make_track
from tracks.models import Event, Playlist, PlaylistEntry, Track
from tracks.presentation.event_text import describe_event
from tracks.services import playlists

SONGS = 6


def order_of(playlist: Playlist) -> list[int]:
    """The track ids in order; the positions must be 0, 1, 2 and so on."""
    entries = list(playlist.entries.order_by("position", "pk"))
    assert [entry.position for entry in entries] == list(range(len(entries)))
    ids = [entry.track_id for entry in entries]
    assert len(set(ids)) == len(ids)
    return ids


def make_tracks(count: int) -> list[int]:
    task = make_task()
    return [make_track(task, position=number).pk for number in range(count)]


@pytest.fixture
def ada(db: None) -> User:
    return make_staff("ada", "curator")


@pytest.fixture
def playlist(ada: User) -> Playlist:
    return playlists.create_playlist(" Night  Drive ", "", ada)


def sentences() -> list[str]:
    return [describe_event(event, with_title=True)[1] for event in Event.objects.order_by("pk")]


def test_it_is_created_renamed_and_deleted_and_each_is_told(ada: User, playlist: Playlist) -> None:
    assert (playlist.name, playlist.created_by) == ("Night Drive", ada)
    playlists.change_playlist(playlist.pk, {"name": "Day Drive", "description": "Sunny"}, ada)
    playlists.change_playlist(playlist.pk, {"name": "Day Drive"}, ada)
    playlists.delete_playlist(playlist.pk, ada)
    assert not Playlist.objects.exists()
    assert sentences() == [
        "ada created the playlist “Night Drive”",
        "ada changed the playlist “Day Drive”",
        "ada deleted the playlist “Day Drive”",
    ]


@pytest.mark.parametrize("name", ["night drive", "Ｎight Drive"])
def test_a_name_stands_once(ada: User, playlist: Playlist, name: str) -> None:
    with pytest.raises(playlists.NameTaken, match="already"):
        playlists.create_playlist(name, "", ada)
    other = playlists.create_playlist("Other", "", ada)
    with pytest.raises(playlists.NameTaken):
        playlists.change_playlist(other.pk, {"name": name}, ada)
    assert playlists.change_playlist(playlist.pk, {"name": "NIGHT DRIVE"}, ada).name == "NIGHT DRIVE"


def test_tracks_are_added_at_a_place_in_their_order(ada: User, playlist: Playlist) -> None:
    a, b, c, d, e = make_tracks(5)
    playlists.add_to_playlist(playlist.pk, [a, b], ada)
    added = playlists.add_to_playlist(playlist.pk, [e, b, c, 999_999, c], ada, at=1)
    assert (added.added, added.already_in, added.missing) == ([e, c], [b], [999_999])
    playlists.add_to_playlist(playlist.pk, [d], ada, at=77)
    assert order_of(playlist) == [a, e, c, b, d]


def test_a_track_is_moved_and_taken_out(ada: User, playlist: Playlist) -> None:
    a, b, c, d = make_tracks(4)
    playlists.set_playlist(playlist.pk, [a, b, c, d], ada)
    playlists.move_in_playlist(playlist.pk, a, 2, ada)
    assert order_of(playlist) == [b, c, a, d]
    playlists.move_in_playlist(playlist.pk, d, 0, ada)
    playlists.move_in_playlist(playlist.pk, b, 99, ada)
    assert order_of(playlist) == [d, c, a, b]
    assert playlists.remove_from_playlist(playlist.pk, [c, 999_999, b], ada) == [c, b]
    assert order_of(playlist) == [d, a]
    with pytest.raises(PlaylistEntry.DoesNotExist):
        playlists.move_in_playlist(playlist.pk, c, 0, ada)


def test_an_unknown_track_leaves_the_order_as_it_was(ada: User, playlist: Playlist) -> None:
    a, b = make_tracks(2)
    playlists.set_playlist(playlist.pk, [a, b], ada)
    assert playlists.set_playlist(playlist.pk, [b, 999_999, a], ada) == [999_999]
    assert order_of(playlist) == [a, b]
    assert playlists.set_playlist(playlist.pk, [b, a, b], ada) == []
    assert order_of(playlist) == [b, a]


def test_history_tells_it_once_for_the_list_and_for_each_track(ada: User, playlist: Playlist) -> None:
    a, b = make_tracks(2)
    Event.objects.all().delete()
    playlists.add_to_playlist(playlist.pk, [a, b], ada)
    playlists.add_to_playlist(playlist.pk, [a, b], ada)
    playlists.remove_from_playlist(playlist.pk, [b], ada)
    assert [event.kind for event in Event.objects.order_by("pk")] == [
        *("playlist.changed", "track.playlist", "track.playlist"),
        *("playlist.changed", "track.playlist"),
    ]
    assert sentences()[1] == "ada added “Owl's Moonlit Waltz” (1) to the playlist “Night Drive”"
    assert sentences()[-1] == "ada took “Owl's Moonlit Waltz” (2) out of the playlist “Night Drive”"
    assert Track.objects.get(pk=a).events.get().task_id == Track.objects.get(pk=a).task_id


def test_who_added_it_stays_when_it_is_moved(ada: User, playlist: Playlist) -> None:
    a, b = make_tracks(2)
    playlists.add_to_playlist(playlist.pk, [a, b], ada)
    before = set(playlist.entries.values_list("pk", "added_by", "added_at"))
    playlists.set_playlist(playlist.pk, [b, a], make_staff("bob", "curator"))
    assert set(playlist.entries.values_list("pk", "added_by", "added_at")) == before


def test_thousands_are_added_in_a_few_statements(ada: User, playlist: Playlist) -> None:
    task = make_task()
    rows = [Track(task=task, provider="suno", external_id=str(number)) for number in range(2000)]
    ids = [track.pk for track in Track.objects.bulk_create(rows)]
    with CaptureQueriesContext(connection) as seen:
        playlists.add_to_playlist(playlist.pk, ids, ada)
        playlists.set_playlist(playlist.pk, ids[::-1], ada)
    # SQLite takes a thousand values in a statement; a query for each would be thousands.
    assert len(seen) < 60
    assert order_of(playlist) == ids[::-1]


def test_a_playlist_is_bounded(ada: User, playlist: Playlist) -> None:
    inside = make_tracks(1)
    playlists.add_to_playlist(playlist.pk, inside, ada)
    many = range(10**9, 10**9 + playlists.MAX_TRACKS)
    with pytest.raises(playlists.PlaylistFull, match="10,000"):
        playlists.add_to_playlist(playlist.pk, many, ada)
    with pytest.raises(playlists.PlaylistFull):
        playlists.set_playlist(playlist.pk, [*inside, *many], ada)
    assert order_of(playlist) == inside


places = st.integers(0, SONGS + 1)
some = st.lists(st.integers(0, SONGS - 1), max_size=4)
steps = st.one_of(
    st.tuples(st.just("add"), some, places | st.none()),
    st.tuples(st.just("remove"), some, st.none()),
    st.tuples(st.just("move"), some, places),
    st.tuples(st.just("set"), some, st.none()),
)


def test_any_order_of_changes_keeps_each_track_once_without_a_gap(ada: User, playlist: Playlist) -> None:
    tracks = make_tracks(SONGS)

    @examples(60, HealthCheck.function_scoped_fixture)
    @given(st.lists(steps, max_size=8))
    def check(changes: list[tuple[str, list[int], int | None]]) -> None:
        playlists.set_playlist(playlist.pk, [], ada)
        expected: list[int] = []
        for kind, chosen, place in changes:
            ids = [tracks[number] for number in chosen]
            expected = carried_out(playlist, kind, ids, place, expected, ada)
            assert order_of(playlist) == expected

    check()


def carried_out(
    playlist: Playlist, kind: str, ids: list[int], place: int | None, order: list[int], by: User
) -> list[int]:
    """Makes the change, and returns the order as a plain list has it."""
    if kind == "add":
        playlists.add_to_playlist(playlist.pk, ids, by, at=place)
        new = [one for one in dict.fromkeys(ids) if one not in order]
        at = len(order) if place is None else place
        return order[:at] + new + order[at:]
    if kind == "remove":
        playlists.remove_from_playlist(playlist.pk, ids, by)
        return [one for one in order if one not in ids]
    if kind == "set":
        playlists.set_playlist(playlist.pk, ids, by)
        return list(dict.fromkeys(ids))
    if not ids or ids[0] not in order:
        return order
    assert place is not None
    playlists.move_in_playlist(playlist.pk, ids[0], place, by)
    rest = [one for one in order if one != ids[0]]
    return [*rest[:place], ids[0], *rest[place:]]


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What the calls return, or the exception of each; each on a connection of its own."""

    def run(call: Callable[[], object]) -> object:
        try:
            return call()
        except playlists.NameTaken as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_lose_no_track() -> None:
    ada = make_staff("ada", "curator")
    playlist = playlists.create_playlist("Race", "", ada)
    tracks = make_tracks(24)
    playlists.add_to_playlist(playlist.pk, tracks[:4], ada)
    at_once(
        [
            *(
                lambda n=n: playlists.add_to_playlist(playlist.pk, tracks[n : n + 6], ada, at=1)
                for n in (4, 8, 12)
            ),
            *(lambda n=n: playlists.add_to_playlist(playlist.pk, tracks[n:], ada) for n in (16, 18)),
            lambda: playlists.move_in_playlist(playlist.pk, tracks[0], 9, ada),
            lambda: playlists.remove_from_playlist(playlist.pk, [tracks[1]], ada),
        ]
    )
    assert set(order_of(playlist)) == set(tracks) - {tracks[1]}


@pytest.mark.django_db(transaction=True)
def test_of_the_same_name_at_once_one_is_created() -> None:
    ada = make_staff("ada", "curator")
    made = at_once([lambda: playlists.create_playlist("Race", "", ada)] * 6)
    assert sum(isinstance(one, Playlist) for one in made) == 1
    assert Playlist.objects.count() == 1
