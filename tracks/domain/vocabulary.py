"""The kinds of words that a provider knows and that change over time."""

from __future__ import annotations

from enum import StrEnum


class Vocabulary(StrEnum):
    """Suggested where a field takes one, never required: new ones appear before we hear of them."""

    MODEL = "model"
    VOICE = "voice"
