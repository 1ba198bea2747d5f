"""The forms of the pages: filters, a person's verdict, and one made from any operation's declaration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from tracks import providers
from tracks.models import Review, Task, Track
from tracks.presentation.words import TASK_STATES
from tracks.providers.operations import Field, Operation
from tracks.search import matching
from tracks.statuses import TaskStatus, TrackStatus

Choices = list[tuple[str, str]]

SINCE = {"1": "last 24 hours", "7": "last 7 days", "30": "last 30 days"}
SONG_STATES: Choices = [
    (TrackStatus.READY, "made"),
    (TrackStatus.PENDING, "being made"),
    (TrackStatus.STREAMING, "first version"),
    (TrackStatus.FAILED, "failed"),
]


def _provider_choices() -> Choices:
    return [(name, provider.label) for name, provider in providers.every().items()]


def _operation_choices() -> Choices:
    labels = {
        name: operation.label
        for provider in providers.every().values()
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


class OperationForm(forms.Form):
    """The form of one operation, made from its declaration; the declaration also judges what comes back."""

    def __init__(
        self,
        operation: Operation,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix="p")
        self.operation = operation
        self.params: dict[str, Any] = {}
        for field in operation.fields:
            self.fields[field.name] = _form_field(field)

    def clean(self) -> dict[str, Any]:
        """Sets ``params``: blank optional fields are left out, the rest has its declared type."""
        cleaned = super().clean() or {}
        for field in self.operation.fields:
            value = _value(field, cleaned.get(field.name))
            if value is not None:
                self.params[field.name] = value
        for problem in self.operation.problems(self.params):
            self.add_error(problem.field if problem.field in self.fields else None, problem.detail)
        return cleaned


def _form_field(field: Field) -> forms.Field:
    """Only shape and hints: what is allowed is the declaration's to say."""
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.type is bool:
        return forms.BooleanField(initial=bool(field.default), **common)
    widget: forms.Widget
    if field.choices:
        widget = forms.Select(choices=[("", "–"), *((choice, choice) for choice in field.choices)])
    elif field.multiline:
        widget = forms.Textarea(attrs={"rows": 8 if (field.max_length or 0) > 1500 else 4})
    else:
        widget = forms.TextInput()
    widget.attrs |= _hints(field)
    return forms.CharField(widget=widget, initial=field.default, strip=False, **common)


def _hints(field: Field) -> dict[str, Any]:
    hints: dict[str, Any] = {"required": True} if field.required else {}
    if field.type is not str:
        bounds = {"min": field.least, "max": field.most}
        hints |= {name: f"{value:g}" for name, value in bounds.items() if value is not None}
        return hints | {"type": "number", "step": "1" if field.type is int else "any"}
    if field.url:
        hints["type"] = "url"
    if field.max_length is not None and not field.choices:
        hints["maxlength"] = field.max_length
    if field.vocabulary:
        hints["list"] = f"suggestions-{field.name}"
    return hints


def _value(field: Field, raw: Any) -> Any:
    """The parameter as its declared type; None leaves it out. What is no number stays text."""
    if field.type is bool:
        return bool(raw) if raw or field.required or field.default else None
    text = str(raw or "").replace("\r\n", "\n")
    if not text.strip():
        return None
    if field.type is str:
        return text if field.multiline else text.strip()
    return _number(field, text.strip())


def _number(field: Field, text: str) -> int | float | str:
    try:
        number = int(text) if field.type is int else float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
