"""The filters and the order of the library, as its address names them; the names are those of REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import TrackStatus
from tracks.forms.filters import Choices, Filter, KnownChoice, provider_choices
from tracks.lib.unseen import shown
from tracks.models import Track
from tracks.presentation.labels import REVIEW_CHOICES
from tracks.queries.library import Flag, narrowed
from tracks.queries.search import matching

MAX_ID = 2**63 - 1
NEWEST = "-id"
ORDERINGS: Choices = [
    (NEWEST, "Newest"),
    ("id", "Oldest"),
    ("title", "Title"),
    ("-duration", "Longest"),
    ("duration", "Shortest"),
    ("-rating", "Most stars"),
]
SINCE: Choices = [("1", "last 24 hours"), ("7", "last 7 days"), ("30", "last 30 days")]
SONG_STATES: Choices = [
    (TrackStatus.READY, "made"),
    (TrackStatus.PENDING, "generating"),
    (TrackStatus.STREAMING, "first version"),
    (TrackStatus.FAILED, "failed"),
]
PARKED: Choices = [("true", "parked"), ("false", "not parked")]
STARS: Choices = [(str(stars), f"{stars} and more") for stars in range(1, 5)] + [("5", "5")]
FLAGS: Choices = [
    (Flag.CUT_END, "end cut off"),
    (Flag.DAMAGED, "damaged file"),
    (Flag.UNUSUAL, "unusual file"),
    (Flag.INCOMPLETE, "file missing"),
]
_EXACT = ("provider", "status", "review")
_NARROWING = ("tag", "playlist", "rating", "flag", "parked")


class SongFilter(Filter):
    """``active()`` names the filters that are set; the order is none of them.

    ``styles``, ``models``, ``playlists``: what a form offers to choose from; any other is valid too.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        styles: Sequence[str] = (),
        models: Sequence[str] = (),
        playlists: Sequence[tuple[int, str]] = (),
    ) -> None:
        self.styles = styles
        self.playlists = playlists
        chosen = str(data.get("model", ""))
        known = [*models, chosen] if chosen and chosen not in models else models
        super().__init__(data, _fields(known, playlists))

    @property
    def ordering(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("ordering") or NEWEST

    def active(self) -> dict[str, str]:
        return {name: value for name, value in super().active().items() if name != "ordering"}

    def names(self) -> dict[str, str]:
        """What each filter is called."""
        return {name: str(field.label) for name, field in self.fields.items()}

    def word(self, name: str, value: str) -> str:
        """The value of a filter as people read it."""
        field = self.fields[name]
        return dict(field.known).get(value, value) if isinstance(field, KnownChoice) else shown(value)

    def filtered(self, songs: QuerySet[Track]) -> QuerySet[Track]:
        """The songs that match all active filters; none where one is refused."""
        active = self.active()
        if self.errors:
            return songs.none()
        songs = songs.filter(**{name: active[name] for name in _EXACT if name in active})
        songs = narrowed(songs, {name: active[name] for name in _NARROWING if name in active})
        if "model" in active:
            songs = songs.filter(model__in=_names_of(active["model"]))
        if "q" in active:
            songs = matching(songs, active["q"])
        if "style" in active:
            # The search index narrows first: a style alone is on no index.
            songs = matching(songs, active["style"]).filter(style__icontains=active["style"])
        if "since" in active:
            songs = songs.filter(received_at__gte=timezone.now() - timedelta(days=int(active["since"])))
        return songs


def _fields(models: Sequence[str], playlists: Sequence[tuple[int, str]]) -> dict[str, forms.Field]:
    return {
        "q": _text("Search", 500),
        "provider": KnownChoice("Provider", "provider", provider_choices()),
        "style": _text("Style", 200),
        "model": _text(
            "Model", 200, forms.Select(choices=[("", "any model"), *((one, one) for one in models)])
        ),
        "status": KnownChoice("Status", "status", SONG_STATES),
        "review": KnownChoice("Review", "review", REVIEW_CHOICES),
        "parked": KnownChoice("Parked", "song", PARKED),
        "tag": _text("Tag", 200),
        "playlist": PlaylistChoice(playlists),
        "rating": KnownChoice("Stars", "number of stars", STARS),
        "flag": KnownChoice("Exception", "file", FLAGS),
        "since": KnownChoice("Since", "time", SINCE),
        "ordering": KnownChoice("Order", "order", ORDERINGS),
    }


def _text(label: str, max_length: int, widget: forms.Widget | None = None) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=max_length, widget=widget)


def _names_of(model: str) -> set[str]:
    """What results call it."""
    return {name for one in providers.registered().values() for name in one.model_names(model)}


class PlaylistChoice(forms.IntegerField):
    """The id of a playlist; any is valid, these are offered."""

    def __init__(self, playlists: Sequence[tuple[int, str]]) -> None:
        widget = forms.Select(choices=[("", "any playlist"), *playlists])
        super().__init__(label="Playlist", required=False, min_value=1, max_value=MAX_ID, widget=widget)
        unknown = "there is no such playlist. Choose another, or “any”."
        self.error_messages.update(invalid=unknown, min_value=unknown, max_value=unknown)

    def to_python(self, value: object) -> int | None:
        return super().to_python(value.strip() if isinstance(value, str) else value)
