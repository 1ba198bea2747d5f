"""Which of a track's files a page plays and shows, and their URLs: ours, and only once archived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import IMAGES, PLAYABLE, family_of
from tracks.models import Asset

# What every current browser has a decoder for: https://developer.mozilla.org/en-US/docs/Web/Media/Guides/Formats
BROWSER_AUDIO = frozenset({"audio/mpeg", "audio/wav", "audio/flac", "audio/ogg", "audio/mp4", "audio/aac"})


def asset_url(asset: Asset, *, download: bool = False) -> str:
    """The URL of an archived file; blank before that."""
    if asset.status != AssetStatus.ARCHIVED:
        return ""
    return _address("api:track-media", asset, {"download": "1"} if download else {})


def refused_url(asset: Asset) -> str:
    """The URL of the bytes that were refused and kept aside; blank where there are none."""
    return _address("api:track-refused", asset, {}) if asset.refused_file else ""


def _address(name: str, asset: Asset, extra: dict[str, str]) -> str:
    query = ({"label": asset.label} if asset.label else {}) | extra
    path = reverse(name, args=[asset.track_id, asset.kind])
    return f"{path}?{urlencode(query)}" if query else path


def is_playable(asset: Asset) -> bool:
    """Whether it is archived, the sound of a song, and of a format that browsers play."""
    return asset.status == AssetStatus.ARCHIVED and asset.kind in PLAYABLE and is_for_browsers(asset)


def has_sound(assets: Iterable[Asset]) -> bool:
    """Whether the sound of a song is archived, in whatever format."""
    return _first(assets, PLAYABLE) is not None


def is_for_browsers(asset: Asset) -> bool:
    """Whether browsers play or show the format of an archived file, if its kind is one they play or show."""
    return family_of(asset.kind) != "audio" or asset.content_type in BROWSER_AUDIO


def main_audio(assets: Iterable[Asset]) -> Asset | None:
    """The file that the player plays, if one is archived: the smallest kind, as it starts sooner."""
    return _first(filter(is_playable, assets), PLAYABLE)


def main_cover(assets: Iterable[Asset]) -> Asset | None:
    """The cover, if one is archived."""
    return _first(assets, IMAGES)


def thumbnail_url(cover: Asset, size: int) -> str:
    """The URL of a small picture of an archived cover; blank where it has none."""
    if not cover.thumbnail_side:
        return ""
    path = reverse("cover-thumbnail", args=[cover.track_id, size])
    return f"{path}?{urlencode({'v': thumbnail_version(cover)})}"


def thumbnail_version(cover: Asset) -> str:
    """Changes with the picture."""
    return cover.sha256[:16]


def _first(assets: Iterable[Asset], kinds: Sequence[str]) -> Asset | None:
    archived = [asset for asset in assets if asset.status == AssetStatus.ARCHIVED and asset.kind in kinds]
    return min(archived, key=lambda asset: (kinds.index(asset.kind), asset.label), default=None)
