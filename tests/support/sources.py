"""A finished song to make things from, and the request that is made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.support.factories import make_asset, make_task, make_track
from tracks import providers
from tracks.models import Track
from tracks.models.assets import link_key
from tracks.services.submission.sources import Prepared, prepare

LINK = "https://media.example/song.mp3?signature=abc"


def make_source(provider: str = "suno", **over: Any) -> Track:
    """A finished song whose audio is archived and whose link lives for some days."""
    task = make_task(provider=provider, status="succeeded", params={"model": "V4_5"})
    track = make_track(task, **over)
    make_asset(
        track,
        status="archived",
        file="0000/song.mp3",
        sha256="ab" * 32,
        source_url=LINK,
        duration_ms=97_000,
        link_key=link_key(LINK),
        expires_at=timezone.now() + timedelta(days=2),
    )
    return track


def prepared_for(name: str, operation: str, params: Any, source: Track | None = None) -> Prepared:
    return prepare(name, providers.get(name).operations[operation], params, source)
