"""The rail of every page: where one can go, and how much waits there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tracks.domain.hue import song_hue
from tracks.domain.roles import Action
from tracks.domain.statuses import TaskStatus
from tracks.models import Asset, SavedSearch, Task
from tracks.presentation.library import VIEWS, address, view_of
from tracks.presentation.times import relative_time
from tracks.presentation.view_counts import bounded_count, view_counts
from tracks.queries.access import may
from tracks.queries.library import playlists_with_counts

MAX_LISTED = 12  # playlists, and saved searches
_NO_FILTERS = ("ordering", "as", "cursor")
OPEN = (TaskStatus.QUEUED, TaskStatus.UNSURE, TaskStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class RailItem:
    """A place. ``count``: as text, blank for none; ``counted``: what it counts, for screen readers."""

    name: str
    url: str
    icon: str = ""
    count: str = ""
    counted: str = ""
    is_current: bool = False
    hue: int | None = None


@dataclass(frozen=True, slots=True)
class RailGroup:
    name: str
    views: list[RailItem]


def rail(request: HttpRequest) -> dict[str, Any]:
    """A context processor; nothing is asked of the database before a template shows the rail."""
    return {"rail": SimpleLazyObject(lambda: _rail(request))}


def _rail(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", AnonymousUser())
    if not may(user, Action.LOOK):
        return {"items": [], "groups": [], "may_order": False, "deadline": ""}
    return {
        "items": places(request, bounded_count(Task.objects.filter(status__in=OPEN))),
        "may_order": may(user, Action.ORDER),
        # The narrow rail shows neither, and they cost several queries.
        "groups": SimpleLazyObject(lambda: _groups(request)),
        "deadline": SimpleLazyObject(_deadline),
    }


def places(request: HttpRequest, tasks: str = "") -> list[RailItem]:
    """Where one can go, with the current one marked. ``tasks``: how many are open, as text."""
    user = getattr(request, "user", AnonymousUser())
    name = request.resolver_match.url_name if request.resolver_match else ""
    every = [
        RailItem("Library", reverse("tracks"), "library", is_current=name in ("tracks", "track", "compare")),
        RailItem("Order", reverse("new-task"), "order", is_current=name == "new-task"),
        RailItem("Tasks", reverse("tasks"), "tasks", tasks, "open", name in ("tasks", "task")),
        RailItem("Providers", reverse("providers"), "ops", is_current=name == "providers"),
    ]
    return [place for place in every if place.name != "Order" or may(user, Action.ORDER)]


def _groups(request: HttpRequest) -> list[RailGroup]:
    shown = _shown(request)
    groups = [
        RailGroup("Views", _views(shown)),
        RailGroup("Playlists", _playlists(request, shown)),
        RailGroup("Saved searches", _searches(shown)),
    ]
    return [group for group in groups if group.views]


def _shown(request: HttpRequest) -> dict[str, str] | None:
    """The filters of the list on the screen, without its order and its place; None on another page."""
    if request.path != reverse("tracks"):
        return None
    return {name: str(value) for name, value in request.GET.items() if value and name not in _NO_FILTERS}


def _views(shown: dict[str, str] | None) -> list[RailItem]:
    current = view_of(shown) if shown is not None and not shown.keys() & {"q", "playlist"} else None
    counts = view_counts()
    return [
        RailItem(name, address(query), count=counts[name], is_current=name == current)
        for name, query in VIEWS.items()
    ]


def _playlists(request: HttpRequest, shown: dict[str, str] | None) -> list[RailItem]:
    lists: QuerySet[Any] = playlists_with_counts().order_by("-updated_at")
    latest = lists.values_list("pk", "name", "count")
    every = RailItem("All playlists", reverse("playlists"), is_current=request.path == reverse("playlists"))
    return [*(_playlist(request, shown, *values) for values in latest[:MAX_LISTED]), every]


def _playlist(request: HttpRequest, shown: dict[str, str] | None, pk: int, name: str, count: int) -> RailItem:
    """Current on its page, and where the library is narrowed to it."""
    url = reverse("playlist", args=[pk])
    is_shown = shown is not None and shown.get("playlist") == str(pk)
    return RailItem(
        name=name,
        url=url,
        count=f"{count:,}" if count else "",
        is_current=is_shown or request.path == url,
        hue=song_hue(None, name),
    )


def _searches(shown: dict[str, str] | None) -> list[RailItem]:
    latest = SavedSearch.objects.order_by("-id")[:MAX_LISTED]
    return [
        RailItem(
            name=one.name,
            url=address(one.query),
            is_current=shown is not None and bool(shown) and shown == _filters(one.query),
        )
        for one in latest
    ]


def _filters(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in _NO_FILTERS}


def _deadline() -> str:
    """The nearest moment at which a file that is still to be archived is deleted by its provider."""
    due = Asset.objects.filter(next_attempt_at__isnull=False, expires_at__isnull=False)
    nearest, now = due.order_by("expires_at").values_list("expires_at", flat=True).first(), timezone.now()
    if nearest is None:
        return ""
    ends = "was to expire" if nearest <= now else "expires"
    return f"Next file to archive: its link {ends} {relative_time(nearest, now)}."
