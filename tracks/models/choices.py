"""Column choices and matching database constraints, made from the enums of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db import models


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def only(field: str, words: Iterable[str], name: str) -> models.CheckConstraint:
    """A constraint that the column holds one of these words: Django's ``choices`` bind forms only."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(word) for word in words]}), name=name
    )
