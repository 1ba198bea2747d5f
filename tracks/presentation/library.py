"""The library in words: its views, what is filtered, and the addresses that change either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.urls import reverse

from tracks.domain.statuses import TrackStatus
from tracks.models import Review

ALL, TO_REVIEW = "All songs", "To review"
# The views that every library has, by what their address asks for.
VIEWS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        ALL: {},
        TO_REVIEW: {"review": Review.NEW.value, "parked": "false", "status": TrackStatus.READY.value},
        "Approved": {"review": Review.APPROVED.value},
        "Rejected": {"review": Review.REJECTED.value},
        "Parked": {"parked": "true"},
        "Failed": {"status": TrackStatus.FAILED.value},
    }
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; ``url`` is the same list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class FilterChoice:
    name: str
    url: str
    is_current: bool


def address(query: Mapping[str, str]) -> str:
    """Of the library with these filters."""
    path = reverse("tracks")
    return f"{path}?{urlencode(query)}" if query else path


def view_of(filters: Mapping[str, str]) -> str:
    """The view whose filters are all set, the one with most of them."""
    fitting = [name for name, query in VIEWS.items() if query.items() <= filters.items()]
    return max(fitting, key=lambda name: len(VIEWS[name]))


def title_of(filters: Mapping[str, str], words: Mapping[str, str]) -> str:
    """What the list is called. ``words``: the values of filters as people read them."""
    if "q" in filters:
        return "Search"
    return words.get("playlist") or view_of(filters)


def chips(
    query: Mapping[str, str],
    filters: Mapping[str, str],
    labels: Mapping[str, str],
    words: Mapping[str, str],
) -> list[Chip]:
    """The filters that are neither the view nor the search. ``query``: the whole address."""
    hidden = {"q", *VIEWS[view_of(filters)]}
    return [
        Chip(labels[name].lower(), words[name], address_without(query, name))
        for name in filters
        if name not in hidden
    ]


def address_without(query: Mapping[str, str], *names: str) -> str:
    return address({key: value for key, value in query.items() if key not in names})


def offered(
    query: Mapping[str, str], name: str, values: Iterable[tuple[str, str]], chosen: str
) -> list[FilterChoice]:
    """The addresses that choose one of the offered values; the first is the one without a name."""
    first, *others = values
    made = [FilterChoice(first[1], address_without(query, name), first[0] == chosen)]
    return made + [
        FilterChoice(word, address({**query, name: value}), value == chosen) for value, word in others
    ]
