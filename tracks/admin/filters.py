"""List filters over known values: Django's own would read the distinct values of a large table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tracks.presentation.labels import provider_label
from tracks.providers import REGISTRY

WINDOWS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
WINDOW_LABELS = (("24h", "the last 24 hours"), ("7d", "the last 7 days"), ("30d", "the last 30 days"))
Choices = Sequence[tuple[str, str]]


class _ValueFilter(SimpleListFilter):
    field = ""
    known: Choices = ()

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return self.offered()

    def offered(self) -> Choices:
        return self.known

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        values = (self.value() or "").split(",")
        if values == [""]:
            return queryset
        if not set(values) <= {part for value, _ in self.offered() for part in value.split(",")}:
            raise IncorrectLookupParameters(f"{self.parameter_name} has no such value.")
        return queryset.filter(**{f"{self.field}__in": values})


class _WindowFilter(SimpleListFilter):
    field = ""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return WINDOW_LABELS

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        window = WINDOWS.get(self.value() or "")
        return queryset.filter(**{f"{self.field}__gte": timezone.now() - window}) if window else queryset


def by_value(title: str, field: str, choices: Iterable[tuple[str, str]]) -> type[SimpleListFilter]:
    """A filter on ``?<field>=``; a choice may be several values with commas between them."""
    values = {"title": title, "parameter_name": field, "field": field, "known": tuple(choices)}
    return type("ValueFilter", (_ValueFilter,), values)


def by_window(title: str, parameter: str, field: str) -> type[SimpleListFilter]:
    """A filter on a time: ``?<parameter>=24h``, ``7d`` or ``30d``, counted back from now."""
    return type(
        "WindowFilter", (_WindowFilter,), {"title": title, "parameter_name": parameter, "field": field}
    )


class ProviderFilter(_ValueFilter):
    title = parameter_name = field = "provider"

    def offered(self) -> Choices:
        return [(name, provider_label(name)) for name in REGISTRY]
