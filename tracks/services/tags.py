"""Tags on tracks: those of one track, or one tag on many. A tag lives while some track has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from tracks.domain.names import name_key, tidy_name
from tracks.models import Tag, Track, TrackTag
from tracks.services.events import record_track_events, tasks_of

# One person's change of tags at a time: each takes milliseconds, and sets of tags on sets of tracks would
# else be locked in any order. The number is ours; migration 0002 uses 7042.
_LOCK = "SELECT pg_advisory_xact_lock(7043, 0)"


@dataclass(frozen=True, slots=True)
class Tagged:
    """The ids of the tracks that were changed, and of those that there are not."""

    changed: list[int]
    missing: list[int]


def set_tags(track_id: int, names: Sequence[str], by: User) -> None:
    """Gives the track these tags alone; all valid, see name_problem(). Raises Track.DoesNotExist."""
    with transaction.atomic():
        _lock()
        track = Track.objects.only("task_id").get(pk=track_id)
        wanted = {name_key(name): name for name in reversed(names)}
        had = {tag.key: tag for tag in track.tags.all()}
        added = [_tag(name) for key, name in sorted(wanted.items()) if key not in had]
        removed = [tag for key, tag in had.items() if key not in wanted]
        TrackTag.objects.filter(track=track, tag__in=removed).delete()
        TrackTag.objects.bulk_create(TrackTag(tag=tag, track=track, added_by=by) for tag in added)
        _forget_unused(removed)
        if added or removed:
            _record([track_id], {track_id: track.task_id}, by, added, removed)


def add_tag(track_ids: Sequence[int], name: str, by: User) -> Tagged:
    """Puts the tag on each of the tracks that has it not. The name must be valid, see name_problem()."""
    with transaction.atomic():
        _lock()
        tasks = tasks_of(track_ids)
        if not tasks:
            return Tagged([], list(track_ids))
        tag = _tag(name)
        have = _with_tag(tag, track_ids)
        new = [one for one in dict.fromkeys(track_ids) if one in tasks and one not in have]
        TrackTag.objects.bulk_create(TrackTag(tag=tag, track_id=one, added_by=by) for one in new)
        _record(new, tasks, by, [tag], [])
        return Tagged(new, [one for one in track_ids if one not in tasks])


def remove_tag(track_ids: Sequence[int], name: str, by: User) -> Tagged:
    """Takes the tag off each of the tracks that has it."""
    with transaction.atomic():
        _lock()
        tasks = tasks_of(track_ids)
        missing = [one for one in track_ids if one not in tasks]
        tag = Tag.objects.filter(key=name_key(name)).first()
        if tag is None:
            return Tagged([], missing)
        have = _with_tag(tag, track_ids)
        TrackTag.objects.filter(tag=tag, track__in=have).delete()
        _forget_unused([tag])
        gone = [one for one in dict.fromkeys(track_ids) if one in have]
        _record(gone, tasks, by, [], [tag])
        return Tagged(gone, missing)


def _lock() -> None:
    """Until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)


def _tag(name: str) -> Tag:
    """The tag of this name, however its case and width; a new one is spelled as it is here."""
    return Tag.objects.get_or_create(key=name_key(name), defaults={"name": tidy_name(name)})[0]


def _with_tag(tag: Tag, track_ids: Collection[int]) -> set[int]:
    links = TrackTag.objects.filter(tag=tag, track__in=track_ids)
    return set(links.values_list("track_id", flat=True))


def _forget_unused(tags: Collection[Tag]) -> None:
    used = Exists(TrackTag.objects.filter(tag=OuterRef("pk")))
    Tag.objects.filter(~used, pk__in=[tag.pk for tag in tags]).delete()


def _record(
    tracks: Collection[int], tasks: dict[int, int], by: User, added: Collection[Tag], removed: Collection[Tag]
) -> None:
    data = {
        "by": by.get_username(),
        "added": [tag.name for tag in added],
        "removed": [tag.name for tag in removed],
    }
    record_track_events("track.tagged", {one: tasks[one] for one in tracks}, data)
