"""Checks a submit, for both simulated providers, by the operation's declaration.

The declarations are the product's own, so a limit stands in one place. The answers, and all names in bodies
but those of the request's fields, are the simulator's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from tracks.providers.operations import Operation, Problem, SourceFacts

# https://docs.sunoapi.org/suno-api/replace-section : the only one that may be left without a callback.
NO_CALLBACK_NEEDED = "replace-section"
MODEL_FIELDS = ("model", "song_model")


def fault(operation: Operation, body: Mapping[str, Any], source: SourceFacts | None = None) -> Problem | None:
    """The first problem of a submit; None for a valid one."""
    params = dict(body)
    link = params.pop(operation.callback_field, "")
    wrong = next(iter(operation.problems(params, source)), None)
    if wrong or _is_link(link) or (link == "" and operation.name == NO_CALLBACK_NEEDED):
        return wrong
    return Problem(operation.callback_field, "invalid", "must be an http(s) URL.")


def knows_models(provider: str, operation: Operation, body: Mapping[str, Any]) -> bool:
    """Whether the provider has the requested model, for this operation."""
    requested = [body[name] for name in MODEL_FIELDS if body.get(name)]
    known = _models(provider)
    return all(name in known and operation.name in (known[name] or [operation.name]) for name in requested)


@cache
def _models(provider: str) -> dict[str, list[str] | None]:
    """The models of the product's catalogue, each with its operations, None for all."""
    text = (files(f"tracks.providers.{provider}") / "catalogue.json").read_text(encoding="utf-8")
    models = [entry for entry in json.loads(text)["entries"] if entry["kind"] == "model"]
    return {entry["name"]: entry.get("operations") for entry in models}


def _is_link(value: Any) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
