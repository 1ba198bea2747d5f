"""The stems of a song, which its page plays together: its own, else those of the latest separation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.models import Asset, Track
from tracks.presentation import labels, media
from tracks.presentation.family import Family
from tracks.presentation.waveform import Wave, wave_large

WHOLE_SONG = "original"


@dataclass(frozen=True, slots=True)
class StemRow:
    name: str
    url: str
    wave: Wave | None


def stem_rows(track: Track, relatives: Family) -> list[StemRow]:
    """Empty where there are fewer than two that browsers play: one alone has nothing to be in time with."""
    made = [[asset for _, asset in one.files] for one in relatives.made]
    sets = [_playable(assets) for assets in (list(track.assets.all()), *made)]
    chosen = next((found for found in sets if len(found) > 1), [])
    return [_row(asset) for asset in chosen]


def _playable(assets: Iterable[Asset]) -> Sequence[Asset]:
    """The whole song is among the files of some separations; it would sound twice."""
    stems = [asset for asset in assets if asset.kind == AssetKind.STEM and asset.label != WHOLE_SONG]
    return [asset for asset in stems if asset.status == AssetStatus.ARCHIVED and media.is_for_browsers(asset)]


def _row(asset: Asset) -> StemRow:
    name = asset.label.replace("_", " ").replace("-", " ") or labels.file_name(asset)
    wave = wave_large("lane", bytes(asset.waveform), [], asset.duration_ms)
    return StemRow(name[:1].upper() + name[1:], media.asset_url(asset), wave)
