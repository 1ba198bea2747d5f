"""Links to the audio of a source track for a provider to fetch: the provider's own while good, else ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracks import providers, signed_urls
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import SENDABLE, ErrorKind, Fault
from tracks.models import Asset, Task, Track
from tracks.providers.base import Refused
from tracks.providers.operations import Names, Operation

# A provider fetches the recording within minutes of the submit; a link with less time left may be too late.
MIN_LINK_LIFE = timedelta(hours=1)
NO_AUDIO = "none is archived here, and the provider's own link is no longer good."


def is_made_by_link(operation: Operation) -> bool:
    """Whether the operation takes its source by link alone, so that a track of any provider will do."""
    by_id = operation.names(Names.TRACK) or operation.names(Names.TASK)
    return operation.names(Names.AUDIO) is not None and by_id is None


def with_link(task: Task) -> dict[str, Any]:
    """The task's parameters to send, with a link to the audio of its source track where they need one.

    Raises Refused where there is none. The link is not to be stored, for whoever has it can fetch the file.
    """
    operation = providers.get(task.provider).operations.get(task.operation)
    field = operation.names(Names.AUDIO) if operation and is_made_by_link(operation) else None
    if field is None or field.name in task.params:
        return dict(task.params)
    source = task.source_track
    if source is None:
        if field.required:
            raise _no_link("The track that it is made from is not here any more.")
        return dict(task.params)
    url = next(_links(source, task.provider, task.pk, timezone.now()), "")
    if not url:
        raise _no_link(f"The audio of track {source.pk} cannot be passed on: {NO_AUDIO}")
    return {**task.params, field.name: url}


def has_audio_link(track: Track) -> bool:
    """Whether there is a link to the track's audio now."""
    return next(_links(track, track.provider, 0, timezone.now()), "") != ""


def _links(source: Track, receiver: str, task_id: int, now: datetime) -> Iterator[str]:
    """Links to the source's audio, the one most likely to be reached first.

    The provider's own costs us no traffic and needs no public address of ours, so it goes first while it is
    good for long enough. Links that only the same machine or network can reach go last.
    """
    # The small file first: TemPolor takes up to 50 MB, Suno up to 8 minutes.
    assets = list(source.assets.filter(kind__in=SENDABLE).order_by("kind"))
    linked = [asset for asset in assets if _is_good_until(asset, now)]
    archived = [asset for asset in assets if asset.status == AssetStatus.ARCHIVED]
    for asset in linked:
        is_reachable = source.provider == receiver or signed_urls.is_public_url(asset.source_url)
        if is_reachable and asset.expires_at and _is_good_until(asset, now + MIN_LINK_LIFE):
            yield asset.source_url
    if signed_urls.is_public_url(settings.PUBLIC_URL):
        yield from (signed_urls.file_link(asset, task_id) for asset in archived)
    yield from (asset.source_url for asset in linked)
    yield from (signed_urls.file_link(asset, task_id) for asset in archived)


def _is_good_until(asset: Asset, moment: datetime) -> bool:
    """Whether the provider's link was not refused and does not expire before then, as far as is known."""
    was_good = asset.status in (AssetStatus.PENDING, AssetStatus.ARCHIVED) and asset.source_url != ""
    return was_good and (asset.expires_at is None or asset.expires_at > moment)


def _no_link(message: str) -> Refused:
    advice = "Nothing was sent. Choose another track, or give a public link to the recording yourself."
    return Refused(Fault(code="", kind=ErrorKind.INPUT, message=message, advice=advice))
