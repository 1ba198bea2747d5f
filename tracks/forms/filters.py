"""The forms of the pages: filters, a person's verdict, and what settles a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.domain.statuses import TaskStatus, TrackStatus
from tracks.models import Review, Task, Track
from tracks.presentation.labels import TASK_STATES
from tracks.queries.search import matching

Choices = list[tuple[str, str]]

SINCE = {"1": "last 24 hours", "7": "last 7 days", "30": "last 30 days"}
SONG_STATES: Choices = [
    (TrackStatus.READY, "made"),
    (TrackStatus.PENDING, "being made"),
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
    """A filter. Any value is taken: one that nothing has finds nothing."""
    return forms.CharField(
        label=label, required=False, widget=forms.Select(choices=[("", f"any {every}"), *choices])
    )


class SongFilter(forms.Form):
    """What the list of songs is narrowed by. ``styles`` and ``models``: what recent songs have."""

    def __init__(self, data: Mapping[str, Any], styles: list[str], models: list[str]) -> None:
        super().__init__(data)
        self.styles = styles
        chosen = str(data.get("model", ""))
        known = [*models, chosen] if chosen and chosen not in models else models
        self.fields = {
            "q": forms.CharField(label="Search", required=False, max_length=500),
            "provider": _select("Provider", "provider", _provider_choices()),
            "style": forms.CharField(label="Style", required=False, max_length=200),
            "model": _select("Model", "model", [(model, model) for model in known]),
            "status": _select("Status", "status", SONG_STATES),
            "review": _select("Verdict", "verdict", list(Review.choices)),
            "since": _select("Since", "time", list(SINCE.items())),
        }

    def narrowed(self, songs: QuerySet[Track]) -> QuerySet[Track]:
        """The songs that the filters leave."""
        asked = {name: str(value) for name, value in self.asked().items()}
        exact = ("provider", "model", "status", "review")
        songs = songs.filter(**{name: asked[name] for name in exact if name in asked})
        if "q" in asked:
            songs = matching(songs, asked["q"])
        if "style" in asked:
            # The search index narrows first: a style alone is on no index.
            songs = matching(songs, asked["style"]).filter(style__icontains=asked["style"])
        if asked.get("since") in SINCE:
            songs = songs.filter(received_at__gte=timezone.now() - timedelta(days=int(asked["since"])))
        return songs

    def asked(self) -> dict[str, Any]:
        """The filters that are set."""
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

    def narrowed(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        return tasks.filter(**self.asked())

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class VerdictForm(forms.Form):
    """A person's word on a track. What the request does not name stays as it is."""

    title = forms.CharField(max_length=500, required=False)
    review = forms.ChoiceField(choices=Review.choices, required=False)
    rating = forms.IntegerField(min_value=0, max_value=5, required=False)
    notes = forms.CharField(max_length=20_000, required=False, strip=False)

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if "title" in self.data and not title:
            raise forms.ValidationError("A song needs a title.")
        return title

    def changes(self) -> dict[str, Any]:
        """What was said, by the names of :func:`tracks.services.review.edit`; call it once valid."""
        said = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if not said.get("review", "new"):
            del said["review"]
        if "notes" in said:
            said["notes"] = said["notes"].replace("\r\n", "\n")
        return said


class SettleForm(forms.Form):
    external_id = forms.CharField(max_length=200, label="The provider's id")
