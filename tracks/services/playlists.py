"""Playlists: create, rename, delete, and every change of their order. A playlist's row guards its entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from tracks.domain.names import name_key, tidy_name
from tracks.domain.sequence import with_added, with_moved, with_removed
from tracks.models import Playlist, PlaylistEntry
from tracks.services.events import record_event, record_track_events, tasks_of
from tracks.services.ingest.rows import save_changes
from tracks.services.review import UNKNOWN, ChangedMeanwhile

MAX_TRACKS = 10_000  # in one playlist
MAX_AT_ONCE = 500  # positions in one statement


class SortedBy(StrEnum):
    """What a playlist can be sorted by, once; equals keep their order."""

    TITLE = "title"
    RATING = "rating"
    NEWEST = "newest"
    OLDEST = "oldest"


_SORTED = {
    SortedBy.TITLE: Lower("track__title").asc(),
    SortedBy.RATING: F("track__rating").desc(nulls_last=True),
    SortedBy.NEWEST: F("track__received_at").desc(),
    SortedBy.OLDEST: F("track__received_at").asc(),
}


class NameTaken(Exception):
    """Something else of the kind has this name, case and width aside; the text says so, for people."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"There is a {what} “{name}” already. Nothing was saved; choose another name.")


class PlaylistFull(Exception):
    """A playlist would hold more than MAX_TRACKS tracks; the text says so, for people."""

    def __init__(self) -> None:
        super().__init__(
            f"A playlist holds at most {MAX_TRACKS:,} tracks. Nothing was added; begin another playlist."
        )


@dataclass(frozen=True, slots=True)
class Added:
    """What became of ids that were to be in a playlist. ``missing``: there is no such track."""

    added: list[int]
    already_in: list[int]
    missing: list[int]


def create_playlist(name: str, description: str, by: User) -> Playlist:
    """The name must be valid, see name_problem(). Raises NameTaken."""
    name, now = tidy_name(name), timezone.now()
    try:
        with transaction.atomic():
            playlist = Playlist.objects.create(
                name=name,
                key=name_key(name),
                description=description,
                created_by=by,
                created_at=now,
                updated_at=now,
            )
            _record("playlist.created", playlist, by)
            return playlist
    except IntegrityError as error:
        raise NameTaken(name, "playlist") from error


def change_playlist(
    pk: int, changes: Mapping[str, str], by: User, shown: Mapping[str, Any] = UNKNOWN
) -> Playlist:
    """Writes what differs of ``name`` and ``description``.

    ``shown``: the values that the person saw while changing them. What equals them is not written, so that a
    page opened long ago undoes nobody's work; what is not in it is written as given.

    Raises Playlist.DoesNotExist, NameTaken and ChangedMeanwhile, with nothing written.
    """
    values = dict(changes)
    if "name" in values:
        values["name"] = tidy_name(values["name"])
    values = {name: value for name, value in values.items() if shown.get(name) != value}
    if "name" in values:
        values["key"] = name_key(values["name"])
    try:
        with transaction.atomic():
            playlist = _locked(pk)
            if conflicts := [name for name in values if name in shown and _is_another(playlist, name, shown)]:
                raise ChangedMeanwhile(conflicts)
            if before := save_changes(playlist, values):
                _touch(playlist)
                shown = {name: old for name, old in before.items() if name != "key"}
                _record("playlist.changed", playlist, by, **{"from": shown})
            return playlist
    except IntegrityError as error:
        raise NameTaken(values["name"], "playlist") from error


def delete_playlist(pk: int, by: User) -> None:
    """Its tracks stay. Raises Playlist.DoesNotExist."""
    with transaction.atomic():
        playlist = _locked(pk)
        _record("playlist.deleted", playlist, by, tracks=playlist.entries.count())
        playlist.delete()


def add_to_playlist(pk: int, track_ids: Sequence[int], by: User, at: int | None = None) -> Added:
    """Puts tracks in before place ``at`` (the end without it), in their order; those already in stay.

    Raises Playlist.DoesNotExist and PlaylistFull.
    """
    with transaction.atomic():
        playlist = _locked(pk)
        entries = list(playlist.entries.all())
        order = [entry.track_id for entry in entries]
        wanted = list(dict.fromkeys(track_ids))
        if len(set(order).union(wanted)) > MAX_TRACKS:
            raise PlaylistFull
        tasks = tasks_of(set(wanted) - set(order))
        already = set(order).intersection(wanted)
        known = [one for one in wanted if one in tasks]
        _write(playlist, entries, with_added(order, known, at), by, tasks)
        missing = [one for one in wanted if one not in tasks and one not in already]
        return Added(known, [one for one in wanted if one in already], missing)


def remove_from_playlist(pk: int, track_ids: Collection[int], by: User) -> list[int]:
    """Takes tracks out; returns the ids of those that were in. Raises Playlist.DoesNotExist."""
    with transaction.atomic():
        playlist = _locked(pk)
        entries = list(playlist.entries.all())
        order = [entry.track_id for entry in entries]
        _write(playlist, entries, with_removed(order, track_ids), by, {})
        return [one for one in order if one in set(track_ids)]


def move_in_playlist(pk: int, track_id: int, to: int, by: User) -> None:
    """Puts one track at place ``to``, counted from 0; the end if that is beyond it.

    Raises Playlist.DoesNotExist, and PlaylistEntry.DoesNotExist where the track is not in it.
    """
    with transaction.atomic():
        playlist = _locked(pk)
        entries = list(playlist.entries.all())
        order = [entry.track_id for entry in entries]
        if track_id not in order:
            raise PlaylistEntry.DoesNotExist
        _write(playlist, entries, with_moved(order, track_id, to), by, {})


def sort_playlist(pk: int, sorted_by: SortedBy, by: User) -> None:
    """Puts all its tracks in another order, once. Raises Playlist.DoesNotExist."""
    with transaction.atomic():
        playlist = _locked(pk)
        entries = list(playlist.entries.all())
        order = playlist.entries.order_by(_SORTED[sorted_by], "position", "pk")
        _write(playlist, entries, list(order.values_list("track_id", flat=True)), by, {})


def set_playlist(pk: int, track_ids: Sequence[int], by: User) -> list[int]:
    """Makes these the playlist's tracks in this order; an id that comes again counts once.

    Returns the ids of which there is no track: then nothing is changed. Raises Playlist.DoesNotExist and
    PlaylistFull.
    """
    with transaction.atomic():
        playlist = _locked(pk)
        entries = list(playlist.entries.all())
        wanted = list(dict.fromkeys(track_ids))
        if len(wanted) > MAX_TRACKS:
            raise PlaylistFull
        new = set(wanted) - {entry.track_id for entry in entries}
        tasks = tasks_of(new)
        if missing := [one for one in wanted if one in new and one not in tasks]:
            return missing
        _write(playlist, entries, wanted, by, tasks)
        return []


def _locked(pk: int) -> Playlist:
    return Playlist.objects.select_for_update(no_key=True).get(pk=pk)


def _is_another(playlist: Playlist, name: str, shown: Mapping[str, Any]) -> bool:
    return bool(getattr(playlist, name) != shown[name])


def _write(
    playlist: Playlist,
    entries: Sequence[PlaylistEntry],
    order: Sequence[int],
    by: User,
    tasks: Mapping[int, int],
) -> None:
    """Writes only what differs, and records it. ``tasks``: of the tracks that are new in it."""
    by_track = {entry.track_id: entry for entry in entries}
    places = {track: place for place, track in enumerate(order)}
    gone = by_track.keys() - places.keys()
    new = [track for track in order if track not in by_track]
    moved = [entry for entry in entries if places.get(entry.track_id, entry.position) != entry.position]
    if not (gone or new or moved):
        return
    removed = tasks_of(gone)
    playlist.entries.filter(track__in=gone).delete()
    for entry in moved:
        entry.position = places[entry.track_id]
    PlaylistEntry.objects.bulk_update(moved, ["position"], batch_size=MAX_AT_ONCE)
    PlaylistEntry.objects.bulk_create(
        PlaylistEntry(playlist=playlist, track_id=track, position=places[track], added_by=by) for track in new
    )
    _touch(playlist)
    _record("playlist.changed", playlist, by, added=len(new), removed=len(gone), tracks=len(order))
    about = {"by": by.get_username(), "playlist": playlist.pk, "name": playlist.name}
    record_track_events("track.playlist", tasks, {**about, "change": "added"})
    record_track_events("track.playlist", removed, {**about, "change": "removed"})


def _touch(playlist: Playlist) -> None:
    playlist.updated_at = timezone.now()
    playlist.save(update_fields=["updated_at"])


def _record(kind: str, playlist: Playlist, by: User, **more: Any) -> None:
    data = {"by": by.get_username(), "playlist": playlist.pk, "name": playlist.name, **more}
    record_event(kind, None, data=data)
