"""Songs as pages show them; their files are rows only, without bytes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tests.support.factories import make_asset, make_task, make_track
from tracks.domain.updates import Completeness, Source, TaskState, TaskUpdate, TrackState, TrackUpdate
from tracks.models import Asset, Task, Track
from tracks.services.ingest.apply import Provenance, apply

# 520 peaks and 520 RMS of a song that swells four times.
WAVEFORM = bytes(60 + place % 130 * 3 // 2 for place in range(520)) + bytes(
    30 + place % 130 for place in range(520)
)


def make_archived_asset(track: Track, **over: Any) -> Asset:
    values = {
        "status": "archived",
        "file": "0000/1-audio.mp3",
        "sha256": "ab" * 32,
        "bytes": 1_500_000,
        "content_type": "audio/mpeg",
        "duration_ms": 97_000,
        "waveform": WAVEFORM,
        "loudness_lufs": -14.2,
        "archived_at": timezone.now(),
    } | over
    return make_asset(track, **values)


def make_reported_song(title: str = "Owl's Moonlit Waltz") -> Track:
    """A song that a provider reported, so that its rows follow from a statement."""
    task = make_task()
    reported = TrackUpdate(
        task.external_id, state=TrackState.READY, completeness=Completeness.WHOLE, title=title
    )
    update = TaskUpdate(task.external_id, state=TaskState.DONE, tracks=(reported,))
    apply(task.pk, [update], Provenance(Source.POLL, timezone.now(), {}))
    return task.tracks.get()


def make_song(task: Task | None = None, **over: Any) -> Track:
    """A playable song with its cover."""
    track = make_track(task or make_task(status="succeeded"), archive="complete", **over)
    make_archived_asset(track)
    make_archived_asset(track, kind="image", content_type="image/jpeg", duration_ms=None, waveform=b"")
    return track
