"""Deletes what an asset has replaced in the media storage."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from tracks.files import storage
from tracks.models import Asset, Event


def remove_unnamed(asset: Asset, name: str) -> None:
    """Deletes a file on commit, unless an asset of the track or an event still names it; blank is no file.

    What was archived once is named by the event of its replacement, so it is never deleted.
    """
    if name and not _is_named(asset, name):
        transaction.on_commit(lambda: storage.remove(name))


def _is_named(asset: Asset, name: str) -> bool:
    # Names begin with the track's id. Those of before may be shared by two of its assets.
    beside = Asset.objects.filter(Q(file=name) | Q(refused_file=name), track=asset.track_id)
    return beside.exists() or Event.objects.filter(asset=asset, data__file=name).exists()
