"""The rail of every page: where one can go, and how much waits there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tracks.domain.roles import Action
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.domain.updates import TrackKind
from tracks.models import Asset, Review, Task, Track
from tracks.presentation.times import relative_time
from tracks.queries.access import may

# Counting a million rows costs more than showing fifty.
MAX_COUNTED = 10_000
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
        "items": _items(request, user),
        "groups": [RailGroup("Views", _views(request))],
        "may_order": may(user, Action.ORDER),
        "deadline": _deadline(),
    }


def _items(request: HttpRequest, user: User | AnonymousUser) -> list[RailItem]:
    name = request.resolver_match.url_name if request.resolver_match else ""
    tasks = bounded_count(Task.objects.filter(status__in=OPEN))
    places = [
        RailItem("Library", reverse("tracks"), "library", is_current=name in ("tracks", "track", "compare")),
        RailItem("Order", reverse("new-task"), "order", is_current=name == "new-task"),
        RailItem("Tasks", reverse("tasks"), "tasks", tasks, "open", name in ("tasks", "task")),
        RailItem("Providers", reverse("providers"), "ops", is_current=name == "providers"),
    ]
    return [place for place in places if place.name != "Order" or may(user, Action.ORDER)]


def _views(request: HttpRequest) -> list[RailItem]:
    songs = Track.objects.filter(kind=TrackKind.SONG)
    views = {
        "All songs": ("", songs),
        "To review": ("review=new", songs.filter(review=Review.NEW)),
        "Approved": ("review=approved", songs.filter(review=Review.APPROVED)),
        "Rejected": ("review=rejected", songs.filter(review=Review.REJECTED)),
        "Failed": ("status=failed", songs.filter(status=TrackStatus.FAILED)),
    }
    shown = request.META.get("QUERY_STRING", "") if request.path == reverse("tracks") else None
    return [_view(name, query, rows, query == shown) for name, (query, rows) in views.items()]


def _view(name: str, query: str, rows: QuerySet[Track], is_current: bool) -> RailItem:
    address = f"{reverse('tracks')}?{query}" if query else reverse("tracks")
    return RailItem(name, address, count=bounded_count(rows), is_current=is_current)


def bounded_count(rows: QuerySet[Any]) -> str:
    """How many, as text; blank for none, and "10,000+" where counting on would cost more than it tells."""
    count = rows.order_by()[: MAX_COUNTED + 1].count()
    if count > MAX_COUNTED:
        return f"{MAX_COUNTED:,}+"
    return f"{count:,}" if count else ""


def _deadline() -> str:
    """The nearest moment at which a file that is still to be archived is deleted by its provider."""
    due = Asset.objects.filter(next_attempt_at__isnull=False, expires_at__isnull=False)
    nearest = due.order_by("expires_at").values_list("expires_at", flat=True).first()
    if nearest is None:
        return ""
    return f"Next file to archive: its link expires {relative_time(nearest, timezone.now())}."
