"""The small forms of the pages: filters, and the id that resolves a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
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


def _select(label: str, every: str, choices: Choices) -> forms.CharField:
    """A filter. Any value is valid; an unknown one finds nothing."""
    return forms.CharField(
        label=label, required=False, widget=forms.Select(choices=[("", f"any {every}"), *choices])
    )


class SongFilter(forms.Form):
    """The filters of the list of songs. ``styles`` and ``models``: those of recent songs, as suggestions."""

    def __init__(self, data: Mapping[str, Any], styles: list[str], models: list[str]) -> None:
        super().__init__(data)
        self.styles = styles
        chosen = str(data.get("model", ""))
        known = [*models, chosen] if chosen and chosen not in models else models
        self.fields = {
            "q": forms.CharField(label="Search", required=False, max_length=500),
            "provider": _select("Provider", "provider", _provider_choices()),
            "style": forms.CharField(label="Style", required=False, max_length=200),
            "model": _select("Model", "model", [(model, shown(model)) for model in known]),
            "status": _select("Status", "status", SONG_STATES),
            "review": _select("Review", "review", REVIEW_CHOICES),
            "since": _select("Since", "time", list(SINCE.items())),
        }

    def filtered(self, songs: QuerySet[Track]) -> QuerySet[Track]:
        """The songs that match all active filters."""
        active = {name: str(value) for name, value in self.active().items()}
        exact = ("provider", "model", "status", "review")
        songs = songs.filter(**{name: active[name] for name in exact if name in active})
        if "q" in active:
            songs = matching(songs, active["q"])
        if "style" in active:
            # The search index narrows first: a style alone is on no index.
            songs = matching(songs, active["style"]).filter(style__icontains=active["style"])
        if active.get("since") in SINCE:
            songs = songs.filter(received_at__gte=timezone.now() - timedelta(days=int(active["since"])))
        return songs

    def active(self) -> dict[str, Any]:
        """The filters that are set, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TaskFilter(forms.Form):
    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        states = [(str(status), TASK_STATES[status].word) for status in TaskStatus]
        self.fields = {
            "status": _select("Status", "status", states),
            "provider": _select("Provider", "provider", _provider_choices()),
            "operation": _select("Operation", "operation", _operation_choices()),
        }

    def filtered(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        return tasks.filter(**self.active())

    def active(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ResolveForm(forms.Form):
    external_id = forms.CharField(max_length=200, label="The provider's id")
