"""The small forms of the pages: filters, and the id that resolves a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.lib.unseen import shown
from tracks.models import Task, Track
from tracks.presentation.labels import REVIEW_CHOICES, TASK_STATES
from tracks.queries.search import matching

Choices = list[tuple[str, str]]

SINCE = {"1": "last 24 hours", "7": "last 7 days", "30": "last 30 days"}
SONG_STATES: Choices = [
    (TrackStatus.READY, "made"),
    (TrackStatus.PENDING, "generating"),
    (TrackStatus.STREAMING, "first version"),
    (TrackStatus.FAILED, "failed"),
]


def _provider_choices() -> Choices:
    return [(name, provider.label) for name, provider in providers.registered().items()]


def _operation_choices() -> Choices:
    labels = {
        name: operation.label
        for provider in providers.registered().values()
        for name, operation in provider.operations.items()
    }
    return sorted(labels.items(), key=lambda pair: pair[1])


class KnownChoice(forms.ChoiceField):
    """A filter with fixed values. Another value is refused, and stays chosen, so that no page hides it."""

    def __init__(self, label: str, every: str, choices: Choices) -> None:
        self.known: Choices = [("", f"any {every}"), *choices]
        super().__init__(label=label, required=False, choices=self.known)

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).strip()

    def validate(self, value: str) -> None:
        if value not in dict(self.known):
            raise ValidationError(f"there is no “{_short(value)}” to choose. Choose another, or “any”.")

    def show(self, value: str) -> None:
        """Offers a value that is not known, as such."""
        if value.strip() not in dict(self.known):
            self.choices = [*self.known, (value, f"unknown: {_short(value)}")]


def _short(value: str) -> str:
    return shown(value) if len(value) <= 40 else f"{shown(value[:40])}…"


class _Filter(forms.Form):
    """Nothing matches where a value is refused; ``errors`` says why."""

    def __init__(self, data: Mapping[str, Any], fields: dict[str, forms.Field]) -> None:
        super().__init__(data)
        self.fields = fields
        for name, field in fields.items():
            if isinstance(field, KnownChoice):
                field.show(str(data.get(name, "")))

    def active(self) -> dict[str, str]:
        """The filters that are set and not refused, by name."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class SongFilter(_Filter):
    """The filters of the list of songs. ``styles`` and ``models``: those of recent songs, as suggestions."""

    def __init__(self, data: Mapping[str, Any], styles: list[str], models: list[str]) -> None:
        self.styles = styles
        chosen = str(data.get("model", ""))
        known = [*models, chosen] if chosen and chosen not in models else models
        every = [("", "any model"), *((model, _short(model)) for model in known)]
        fields = {
            "q": forms.CharField(label="Search", required=False, max_length=500),
            "provider": KnownChoice("Provider", "provider", _provider_choices()),
            "style": forms.CharField(label="Style", required=False, max_length=200),
            "model": forms.CharField(
                label="Model", required=False, max_length=200, widget=forms.Select(choices=every)
            ),
            "status": KnownChoice("Status", "status", SONG_STATES),
            "review": KnownChoice("Review", "review", REVIEW_CHOICES),
            "since": KnownChoice("Since", "time", list(SINCE.items())),
        }
        super().__init__(data, fields)

    def filtered(self, songs: QuerySet[Track]) -> QuerySet[Track]:
        """The songs that match all active filters."""
        active = self.active()
        if self.errors:
            return songs.none()
        exact = ("provider", "status", "review")
        songs = songs.filter(**{name: active[name] for name in exact if name in active})
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


def _names_of(model: str) -> set[str]:
    """What results call it."""
    return {name for one in providers.registered().values() for name in one.model_names(model)}


class TaskFilter(_Filter):
    def __init__(self, data: Mapping[str, Any]) -> None:
        states = [(str(status), TASK_STATES[status].word) for status in TaskStatus]
        fields: dict[str, forms.Field] = {
            "status": KnownChoice("Status", "status", states),
            "provider": KnownChoice("Provider", "provider", _provider_choices()),
            "operation": KnownChoice("Operation", "operation", _operation_choices()),
        }
        super().__init__(data, fields)

    def filtered(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        active = self.active()
        return tasks.none() if self.errors else tasks.filter(**active)


class ResolveForm(forms.Form):
    external_id = forms.CharField(max_length=200, label="The provider's id")
