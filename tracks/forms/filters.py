"""What filters of lists have in common, the filters of tasks, and the id that resolves a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.lib.unseen import shown
from tracks.models import Task
from tracks.presentation.labels import TASK_STATES

Choices = list[tuple[str, str]]


def provider_choices() -> Choices:
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


class Filter(forms.Form):
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


class TaskFilter(Filter):
    def __init__(self, data: Mapping[str, Any]) -> None:
        states = [(str(status), TASK_STATES[status].word) for status in TaskStatus]
        fields: dict[str, forms.Field] = {
            "status": KnownChoice("Status", "status", states),
            "provider": KnownChoice("Provider", "provider", provider_choices()),
            "operation": KnownChoice("Operation", "operation", _operation_choices()),
        }
        super().__init__(data, fields)

    def filtered(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        active = self.active()
        return tasks.none() if self.errors else tasks.filter(**active)


class ResolveForm(forms.Form):
    external_id = forms.CharField(max_length=200, label="The provider's id")
