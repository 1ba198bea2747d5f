"""How many songs each view of the library has, counted at most every few seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from tracks.domain.updates import TrackKind
from tracks.models import Event, Track
from tracks.presentation.library import VIEWS
from tracks.queries.library import narrowed
from tracks.queries.stacks import leaders

# Counting a million rows costs more than showing fifty.
MAX_COUNTED = 10_000
# What only the workers changed is shown so much later; what a person did is shown at once.
MAX_AGE_SECONDS = 5
# Events that are looked through for what people did; where more came meanwhile, all is counted anew.
RECENT = 50
KEY = "rail:view-counts"


@dataclass(frozen=True, slots=True)
class _Counted:
    """``acts``: the recent events of people when it was counted; ``latest``: the last event then."""

    counts: Mapping[str, str]
    acts: frozenset[int]
    latest: int | None


def view_counts() -> Mapping[str, str]:
    """The count of each of the VIEWS, as text; right at once after anything that a person did."""
    # Read before it is counted: what is committed in between is then new the next time.
    recent = list(Event.objects.order_by("-pk").values_list("pk", "data__by")[:RECENT])
    counted: _Counted | None = cache.get(KEY)
    if counted is None or _is_outdated(counted, recent):
        counted = _count(recent)
        cache.set(KEY, counted, MAX_AGE_SECONDS)
    return counted.counts


def _is_outdated(counted: _Counted, recent: Sequence[tuple[int, Any]]) -> bool:
    if counted.latest not in [pk for pk, _by in recent] and (recent or counted.latest):
        return True
    # Not only later ids: events are committed in another order than they draw their ids in.
    return not _acts(recent) <= counted.acts


def _count(recent: Sequence[tuple[int, Any]]) -> _Counted:
    songs = Track.objects.filter(kind=TrackKind.SONG)
    # As the list has them: all takes of a request are one row.
    counts = {name: bounded_count(leaders(_of_view(songs, query))) for name, query in VIEWS.items()}
    return _Counted(counts, _acts(recent), recent[0][0] if recent else None)


def _acts(recent: Sequence[tuple[int, Any]]) -> frozenset[int]:
    return frozenset(pk for pk, by in recent if by)


def _of_view(songs: QuerySet[Track], query: Mapping[str, str]) -> QuerySet[Track]:
    columns = {name: value for name, value in query.items() if name != "parked"}
    return narrowed(songs.filter(**columns), query)


def bounded_count(rows: QuerySet[Any], most: int = MAX_COUNTED) -> str:
    """How many, as text; blank for none, and "10,000+" where counting on would cost more than it tells."""
    count = rows.order_by()[: most + 1].count()
    if count > most:
        return f"{most:,}+"
    return f"{count:,}" if count else ""
