"""Serializer fields beyond those of the framework."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tracks import providers
from tracks.domain.names import name_problem, tidy_name

MAX_EXTERNAL_ID = 200


@extend_schema_field(OpenApiTypes.DOUBLE)
class Seconds(serializers.Field[Any, Any, float, int]):
    """Stored in milliseconds, shown in seconds; read-only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: int) -> float:
        return value / 1000


class OperationName(serializers.CharField):
    """An operation that some provider has; the schema lists them, as providers are registered later."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in operation_names():
            raise serializers.ValidationError("No provider has an operation of this name.", "invalid_choice")
        return name


def operation_names() -> list[str]:
    return sorted({name for provider in providers.registered().values() for name in provider.operations})


class NameField(serializers.CharField):
    """A name that people give: a string with something to see in it, see tracks/domain/names.py."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("This must be a string.", "invalid")
        name = super().to_internal_value(data)
        if problem := name_problem(name, self.max_length or 0):
            raise serializers.ValidationError(problem, "invalid")
        return tidy_name(name)


class OneOf(serializers.ChoiceField):
    """One value of a fixed set; an enumeration gives the schema its name."""

    def __init__(self, vocabulary: type[Enum] | Iterable[str], **options: Any) -> None:
        self.vocabulary = vocabulary
        values = [value.value if isinstance(value, Enum) else value for value in vocabulary]
        super().__init__(values, **options)
