"""The registry of providers. Each follows the protocol in `base.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from tracks.providers.base import Provider

# A provider is a folder here, whose `provider.py` has a `build()`, and one line below.
REGISTRY: dict[str, str] = {
    "tempolor": "tracks.providers.tempolor.provider",
    "suno": "tracks.providers.suno.provider",
}


class UnknownProvider(LookupError):
    """No provider of that name is registered."""


def get(name: str) -> Provider:
    """The provider of that name, built from the settings once. Raises UnknownProvider."""
    if name not in REGISTRY:
        raise UnknownProvider(name)
    return _build(REGISTRY[name])


def registered() -> Mapping[str, Provider]:
    """All registered providers by name, in the registry's order."""
    return {name: get(name) for name in REGISTRY}


@cache
def _build(module: str) -> Provider:
    provider: Provider = import_module(module).build()
    return provider


def forget() -> None:
    """Build providers anew at their next use, after settings changed."""
    _build.cache_clear()
