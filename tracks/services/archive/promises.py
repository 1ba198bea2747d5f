"""How long an audio file should be, by its song and by the recording that it was made from."""

from __future__ import annotations

from tracks import providers
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import LENGTH_CHECKED, SENDABLE, AssetKind
from tracks.models import Asset, Origin, Task, Track


def promised_lengths(asset: Asset) -> set[int]:
    """The lengths in milliseconds of which the file should have one; empty where none is known.

    The provider states the length of the song. A source audio is the song itself, before the provider
    converted it, or the recording that the song was made from. A stem is as long as what it was taken from.
    A stem out of a ZIP was compared with the ZIP's own length and checksum.
    """
    task = asset.track.task
    if asset.kind in LENGTH_CHECKED:
        return _known(asset.track.duration_ms)
    if asset.kind == AssetKind.STEM and not asset.member:
        return _length_of(task.source_track)
    if asset.kind != AssetKind.SOURCE_AUDIO:
        return set()
    if task.source_track:
        source = _length_of(task.source_track)
        return source | _known(asset.track.duration_ms) if source else source
    return set() if _is_made_from_something(task) else _known(asset.track.duration_ms)


def _known(length_ms: int | None) -> set[int]:
    return {length_ms} if length_ms else set()


def _length_of(track: Track | None) -> set[int]:
    """As we measured it, else as its provider stated it."""
    if track is None:
        return set()
    archived = track.assets.filter(kind__in=SENDABLE, status=AssetStatus.ARCHIVED).exclude(duration_ms=None)
    measured = {asset.kind: asset.duration_ms for asset in archived}
    return _known(next((measured[kind] for kind in SENDABLE if kind in measured), track.duration_ms))


def _is_made_from_something(task: Task) -> bool:
    """Also where we do not know: nobody here ordered it, or its operation is not declared any more."""
    if task.origin != Origin.SUBMITTED:
        return True
    try:
        declared = providers.get(task.provider).operations.get(task.operation)
    except providers.UnknownProvider:
        return True
    return declared is None or declared.takes_source
