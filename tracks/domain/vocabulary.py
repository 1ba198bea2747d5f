"""The kinds of names that a provider knows and that change over time."""

from __future__ import annotations

from enum import StrEnum


class Vocabulary(StrEnum):
    """Suggested where a field takes one, never required: providers add names at any time."""

    MODEL = "model"
    VOICE = "voice"
