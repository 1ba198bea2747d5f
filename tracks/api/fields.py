"""The two kinds of field that our shapes need beyond those of the framework."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field(OpenApiTypes.DOUBLE)
class Seconds(serializers.Field[Any, Any, float, int]):
    """Kept in milliseconds, shown in seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: int) -> float:
        return value / 1000


class OneOf(serializers.ChoiceField):
    """One word of a closed vocabulary, known in the schema by the vocabulary's name where it has one."""

    def __init__(self, vocabulary: type[Enum] | Iterable[str], **options: Any) -> None:
        self.vocabulary = vocabulary
        words = [word.value if isinstance(word, Enum) else word for word in vocabulary]
        super().__init__(words, **options)
