"""The audio of a source, as a link that a provider can fetch: theirs while it lives, else one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracks import providers, signed_urls
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind, ErrorKind, Fault
from tracks.models import Asset, Task, Track
from tracks.providers.base import Refused
from tracks.providers.operations import Names, Operation

# The small file first: TemPolor takes up to 50 MB, Suno up to 8 minutes.
HEARD = (AssetKind.AUDIO, AssetKind.AUDIO_HI)
# A provider fetches the recording within minutes of the submit; less than this is not to be relied on.
LONG_ENOUGH = timedelta(hours=1)
NO_AUDIO = "none is archived here, and the provider's own link is no longer good."


def is_made_by_link(operation: Operation) -> bool:
    """Whether it takes a recording and knows no ids, so that a track of any provider will do."""
    by_id = operation.names(Names.TRACK) or operation.names(Names.TASK)
    return operation.names(Names.AUDIO) is not None and by_id is None


def with_link(task: Task) -> dict[str, Any]:
    """The task's parameters as they are to be sent: with the freshest link to its source's audio.

    Raises Refused where there is none any more. The link is in no row, for it is a key to the file.
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


def can_be_heard(track: Track) -> bool:
    """Whether a link to the track's audio can be had now."""
    return next(_links(track, track.provider, 0, timezone.now()), "") != ""


def _links(source: Track, receiver: str, task_id: int, now: datetime) -> Iterator[str]:
    """Links to the source's audio, the one most likely to be reached first.

    The provider's own costs us no traffic and needs no address of ours, so it is taken while it lives long
    enough; ours lives on in the archive. A local one is of use only to who stands on the same machine.
    """
    assets = list(source.assets.filter(kind__in=HEARD).order_by("kind"))
    theirs = [asset for asset in assets if _lives_until(asset, now)]
    ours = [asset for asset in assets if asset.status == AssetStatus.ARCHIVED]
    for asset in theirs:
        is_reached = source.provider == receiver or signed_urls.is_public_url(asset.source_url)
        if is_reached and asset.expires_at and _lives_until(asset, now + LONG_ENOUGH):
            yield asset.source_url
    if signed_urls.is_public_url(settings.PUBLIC_URL):
        yield from (signed_urls.file_link(asset, task_id) for asset in ours)
    yield from (asset.source_url for asset in theirs)
    yield from (signed_urls.file_link(asset, task_id) for asset in ours)


def _lives_until(asset: Asset, moment: datetime) -> bool:
    """Whether the provider's link was good and does not end before then, as far as is known."""
    was_good = asset.status in (AssetStatus.PENDING, AssetStatus.ARCHIVED) and asset.source_url != ""
    return was_good and (asset.expires_at is None or asset.expires_at > moment)


def _no_link(message: str) -> Refused:
    advice = "Nothing was sent. Choose another track, or give a public link to the recording yourself."
    return Refused(Fault(code="", kind=ErrorKind.INPUT, message=message, advice=advice))
