"""The worst thing of a song that is not as it should be, for its row; nothing where all is normal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tracks.domain.statuses import AssetStatus, TrackStatus
from tracks.domain.updates import PLAYABLE, AssetKind, TimingState, TrackKind
from tracks.models import Asset, Track
from tracks.presentation import labels, media
from tracks.presentation.labels import BAD, LOST, WAIT, WARN, StateLabel
from tracks.presentation.times import duration_text

# Links live for days and a file is tried at least every hour: with less than a day left many tries failed.
SOON, URGENT = timedelta(hours=24), timedelta(hours=2)


def exception(track: Track, assets: Iterable[Asset], now: datetime) -> StateLabel | None:
    """The first that holds, from the worst on; its ``detail`` says more, in a sentence."""
    return next(_exceptions(track, list(assets), now), None)


def _exceptions(track: Track, assets: list[Asset], now: datetime) -> Iterator[StateLabel]:
    whole = labels.song_state(track, assets, now)
    if track.status == TrackStatus.FAILED:
        yield whole
    lost = [asset for asset in assets if asset.status in LOST]
    if not media.has_sound(assets):
        yield from (_lost(asset, BAD, now) for asset in lost if asset.kind in PLAYABLE)
    yield from _expiring(assets, now)
    yield from (StateLabel(word, WARN, whole.detail) for word in _flaws(track, assets))
    pending = [asset for asset in assets if asset.status == AssetStatus.PENDING]
    yield from (_refused(asset, now) for asset in pending if labels.is_refused(asset))
    yield from (_tried(asset, now) for asset in pending if asset.attempts)
    yield from (_lost(asset, WARN, now) for asset in lost)
    if whole.tone == WAIT and not media.has_sound(assets):
        yield whole
    yield from _still_coming(track, assets)


def _flaws(track: Track, assets: list[Asset]) -> Iterator[str]:
    return filter(None, (labels.flaw(track, asset) for asset in assets))


def _expiring(assets: list[Asset], now: datetime) -> Iterator[StateLabel]:
    dates = [asset.expires_at for asset in assets if asset.status == AssetStatus.PENDING and asset.expires_at]
    left = min(dates, default=now + SOON) - now
    if timedelta() < left < SOON:
        detail = "The provider deletes a file that is not archived yet. It is fetched until then."
        yield StateLabel(f"expires in {duration_text(left)}", BAD if left < URGENT else WARN, detail)


def _lost(asset: Asset, tone: str, now: datetime) -> StateLabel:
    state = labels.asset_state(asset, now)
    return StateLabel(f"{labels.ASSET_LABELS[asset.kind].lower()} {state.word}", tone, state.detail)


def _refused(asset: Asset, now: datetime) -> StateLabel:
    kind = labels.ASSET_LABELS[asset.kind].lower()
    return StateLabel(f"{kind} not accepted yet", WARN, labels.asset_state(asset, now).detail)


def _tried(asset: Asset, now: datetime) -> StateLabel:
    kind = labels.ASSET_LABELS[asset.kind].lower()
    return StateLabel(f"{kind} not fetched yet", WARN, labels.asset_state(asset, now).detail)


def _still_coming(track: Track, assets: list[Asset]) -> Iterator[StateLabel]:
    coming = {asset.kind for asset in assets if asset.status in (AssetStatus.WAITING, AssetStatus.PENDING)}
    if AssetKind.AUDIO_HI in coming:
        yield StateLabel("lossless still coming", WAIT, "The lossless file comes after the playable one.")
    if track.kind == TrackKind.SONG and track.timing_state == TimingState.WAITING:
        yield StateLabel("no timing yet", WAIT, "The lyrics follow the music once their timing is here.")
