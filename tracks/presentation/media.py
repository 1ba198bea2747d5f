"""Which of a track's files a page plays and shows, and their URLs: ours, and only once archived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import IMAGES, PLAYABLE
from tracks.models import Asset


def asset_url(asset: Asset, *, download: bool = False) -> str:
    """The URL of an archived file; blank before that."""
    if asset.status != AssetStatus.ARCHIVED:
        return ""
    query = {"label": asset.label} if asset.label else {}
    if download:
        query["download"] = "1"
    path = reverse("api:track-media", args=[asset.track_id, asset.kind])
    return f"{path}?{urlencode(query)}" if query else path


def main_audio(assets: Iterable[Asset]) -> Asset | None:
    """The file that the player plays, if one is archived: the smallest kind, as it starts sooner."""
    return _first(assets, PLAYABLE)


def main_cover(assets: Iterable[Asset]) -> Asset | None:
    """The cover, if one is archived."""
    return _first(assets, IMAGES)


def _first(assets: Iterable[Asset], kinds: Sequence[str]) -> Asset | None:
    archived = [asset for asset in assets if asset.status == AssetStatus.ARCHIVED and asset.kind in kinds]
    return min(archived, key=lambda asset: (kinds.index(asset.kind), asset.label), default=None)
