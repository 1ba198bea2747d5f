"""Where a page finds a track's files: at our own address, and only once they are archived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.models import Asset
from tracks.presentation.labels import PLAYABLE

PICTURES = (AssetKind.IMAGE, AssetKind.SOURCE_IMAGE)


def address(asset: Asset, *, download: bool = False) -> str:
    """The address of an archived file; blank before that."""
    if asset.status != AssetStatus.ARCHIVED:
        return ""
    asked = {"label": asset.label} if asset.label else {}
    if download:
        asked["download"] = "1"
    path = reverse("api:track-media", args=[asset.track_id, asset.kind])
    return f"{path}?{urlencode(asked)}" if asked else path


def to_play(assets: Iterable[Asset]) -> Asset | None:
    """The file that the player plays, if one is archived: the small one, for it starts sooner."""
    return _first(assets, PLAYABLE)


def to_show(assets: Iterable[Asset]) -> Asset | None:
    """The cover, if one is archived."""
    return _first(assets, PICTURES)


def _first(assets: Iterable[Asset], kinds: Sequence[str]) -> Asset | None:
    kept = [asset for asset in assets if asset.status == AssetStatus.ARCHIVED and asset.kind in kinds]
    return min(kept, key=lambda asset: (kinds.index(asset.kind), asset.label), default=None)
