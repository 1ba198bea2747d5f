"""The library: songs by request, with search, filters, and what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.forms.song_filter import NEWEST, ORDERINGS, SongFilter
from tracks.models import Playlist, SavedSearch, Task, Track
from tracks.presentation import library
from tracks.presentation.arrivals import arrivals, arriving
from tracks.presentation.headline import headline
from tracks.presentation.library_rows import LibraryRow, RowGroup, by_day, by_place, library_rows
from tracks.presentation.rail import MAX_LISTED
from tracks.presentation.song_rows import song_rows
from tracks.presentation.view_counts import bounded_count
from tracks.queries.access import allowed_to
from tracks.queries.changes import latest_event
from tracks.queries.lyric_hits import lyric_hits
from tracks.queries.stacks import leaders, listed_songs, takes_of
from tracks.views.pagination import requested_page
from tracks.views.song_filters import offered_filter, requested_filter, requested_ids

# A count reads every row that it counts, and with filters each costs more.
MAX_COUNTED = 1000
SHAPES = (("", "List"), ("covers", "Covers"))


@allowed_to(Action.LOOK)
@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """A page of the list; see SongFilter for what its address may ask for."""
    song_filter = offered_filter(request)
    songs = song_filter.filtered(listed_songs())
    ordering = song_filter.ordering
    page = requested_page(request, leaders(songs, ordering).prefetch_related("assets"), ordering)
    rows = _rows(page.rows, song_filter, songs)
    is_first = not page.previous_cursor
    context = {
        **_head(request, song_filter),
        **(_above(song_filter) if is_first else {}),
        **_counts(songs, song_filter),
        "groups": _groups(rows, song_filter, is_all=is_first and not page.next_cursor),
        "page": page,
        **_live(),
    }
    return render(request, "tracks/list.html", context)


@allowed_to(Action.LOOK)
@require_safe
def song_list_rows(request: HttpRequest) -> HttpResponse:
    """For scripts: the rows of the songs ``ids`` and the lines of the tasks ``tasks``, as they are now."""
    song_filter = requested_filter(request)
    chosen = listed_songs().filter(pk__in=requested_ids(request, "ids")).prefetch_related("assets")
    tasks = Task.objects.filter(pk__in=requested_ids(request, "tasks")).order_by("-id")
    context = {
        "as_covers": request.GET.get("as") == "covers",
        "rows": _rows(list(chosen), song_filter, song_filter.filtered(listed_songs())),
        "arrivals": arrivals(tasks, timezone.now()),
    }
    return render(request, "tracks/part_changed.html", context)


@allowed_to(Action.LOOK)
@require_safe
def song_list_takes(request: HttpRequest, pk: int) -> HttpResponse:
    """For scripts: the takes of one task that the filters leave, as rows of their own."""
    songs = requested_filter(request).filtered(listed_songs()).filter(task=pk)
    found = songs.order_by("position", "pk").prefetch_related("assets")
    return render(request, "tracks/part_takes.html", {"takes": song_rows(found, timezone.now(), {})})


def _live() -> dict[str, int]:
    """Where to begin asking what changed, and the song after which others are new; see views/changes.py."""
    newest = Track.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {"cursor": latest_event(), "newest": newest or 0}


def _head(request: HttpRequest, song_filter: SongFilter) -> dict[str, Any]:
    """The title, the filters that are set, and all that changes them."""
    active, order, shape = song_filter.active(), song_filter.ordering, request.GET.get("as", "")
    words = _words(song_filter, active)
    chosen = {"ordering": "" if order == NEWEST else order, "as": shape if shape == "covers" else ""}
    query = active | {name: value for name, value in chosen.items() if value}
    view = library.view_of(active)
    return {
        "filter": song_filter,
        "active_filters": active,
        "title": library.title_of(active, words),
        "playlist_url": _playlist_url(active, words),
        "chips": library.chips(query, active, song_filter.names(), words),
        "cleared": library.address(library.VIEWS[view]),
        "is_narrowed": song_filter.errors or active.keys() - library.VIEWS[view].keys(),
        "hidden": {name: value for name, value in query.items() if name != "q"},
        "orders": library.offered(query, "ordering", ORDERINGS, order),
        "order_name": dict(ORDERINGS)[order],
        "shapes": library.offered(query, "as", SHAPES, chosen["as"]),
        "as_covers": chosen["as"] == "covers",
        "query": library.address(query).partition("?")[2],
        "saved_search": _saved_search(active, "" if order == NEWEST else order),
    }


def _saved_search(active: Mapping[str, str], order: str) -> SavedSearch | None:
    """The saved search that is this one."""
    wanted = dict(active) | ({"ordering": order} if order else {})
    latest = SavedSearch.objects.order_by("-id")[:MAX_LISTED] if wanted else ()
    return next((search for search in latest if search.query == wanted), None)


def _words(song_filter: SongFilter, active: Mapping[str, str]) -> dict[str, str]:
    """The values of the filters as people read them."""
    words = {name: song_filter.word(name, value) for name, value in active.items()}
    if "playlist" in active:
        found = Playlist.objects.filter(pk=active["playlist"]).values_list("name", flat=True)
        words["playlist"] = found.first() or active["playlist"]
    return words


def _playlist_url(active: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Of the playlist that the list is called after; blank where it is called after something else."""
    is_there = "q" not in active and words.get("playlist", active.get("playlist")) != active.get("playlist")
    return reverse("playlist", args=[int(active["playlist"])]) if is_there else ""


def _counts(songs: QuerySet[Track], song_filter: SongFilter) -> dict[str, str]:
    """``count``: of songs, as rows; ``takes``: of all that they stand for, blank where each is alone."""
    limit = [] if song_filter.active() in library.VIEWS.values() else [MAX_COUNTED]
    count, takes = bounded_count(leaders(songs), *limit), bounded_count(songs, *limit)
    return {"count": count, "takes": takes if takes != count else ""}


def _above(song_filter: SongFilter) -> dict[str, Any]:
    """What is on its way and what went wrong, above the newest songs: no filter can match it."""
    active, now = song_filter.active(), timezone.now()
    is_whole = active in (library.VIEWS[library.ALL], library.VIEWS[library.TO_REVIEW])
    if not is_whole or song_filter.errors or song_filter.ordering != NEWEST:
        return {}
    return {"arriving": arriving(now), "headline": [] if active else headline(now)}


def _rows(found: list[Track], song_filter: SongFilter, songs: QuerySet[Track]) -> list[LibraryRow]:
    hits = lyric_hits([track.pk for track in found], song_filter.active().get("q", ""))
    own_takes = takes_of(songs, [track.task_id for track in found])
    return library_rows(found, own_takes, hits, timezone.now())


def _groups(rows: list[LibraryRow], song_filter: SongFilter, *, is_all: bool) -> list[RowGroup]:
    """By day where the list is by age; by place where it is all that a search found."""
    if is_all and (text := song_filter.active().get("q")):
        return by_place(rows, text)
    if song_filter.ordering in (NEWEST, "id"):
        return by_day(rows, timezone.now())
    return [RowGroup("", rows)] if rows else []
