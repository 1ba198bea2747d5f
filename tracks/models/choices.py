"""Turns the rules' own words into column choices and into constraints that say the same."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db import models


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def only(field: str, words: Iterable[str], name: str) -> models.CheckConstraint:
    """Django's ``choices`` bind forms, not the database; this does."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(word) for word in words]}), name=name
    )
