"""Measures archived files again that lack what is measured today; the files themselves stay as they are."""

from __future__ import annotations

from importlib.util import find_spec

from django.db.models import Q
from django.db.models.functions import Length

from tracks.domain.sound_checks import VERSION
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import IMAGES, AssetKind, family_of
from tracks.domain.waveform import POINTS
from tracks.files import storage
from tracks.files.probe.check import probe
from tracks.files.probe.detect import AAC, M4A
from tracks.files.probe.unplayable import Unplayable
from tracks.models import Asset, Track

SOUNDS = [kind for kind in AssetKind if family_of(kind) == "audio"]
UNDECODED = (M4A.content_type, AAC.content_type)  # only their structure is checked
CAN_MEASURE_LOUDNESS = find_spec("pyebur128") is not None
# Shorter sounds have no loudness: one block of EBU R 128.
MIN_MS = 400


def unmeasured() -> list[int]:
    """Ids of archived sounds without today's waveform, checks or a loudness, and of covers without a hue or
    their small pictures."""
    lacks = ~Q(size=2 * POINTS) | Q(sound_checks__isnull=True) | ~Q(sound_checks__version=VERSION)
    if CAN_MEASURE_LOUDNESS:
        lacks |= Q(loudness_lufs=None, duration_ms__gte=MIN_MS)
    archived = Asset.objects.filter(status=AssetStatus.ARCHIVED)
    sounds = archived.filter(kind__in=SOUNDS).exclude(content_type__in=UNDECODED)
    covers = archived.filter(Q(track__hue=None) | Q(thumbnail_side=None), kind__in=IMAGES)
    lacking = sounds.alias(size=Length("waveform")).filter(lacks)
    return sorted(pk for rows in (lacking, covers) for pk in rows.values_list("pk", flat=True))


def measure_again(asset_id: int) -> str:
    """Writes what is measured of an archived file; why it cannot be measured, blank where it was.

    A file that was replaced meanwhile is left to who replaced it.
    """
    asset = Asset.objects.filter(pk=asset_id, status=AssetStatus.ARCHIVED).first()
    if asset is None:
        return ""
    try:
        found = probe(storage.path_of(asset.file), asset.kind)
    except FileNotFoundError:
        return "the file is missing from the disk. Restore it from a backup"
    except Unplayable as error:
        return str(error)
    same_file = Asset.objects.filter(pk=asset.pk, sha256=asset.sha256)
    if found.waveform:
        same_file.update(
            waveform=found.waveform, loudness_lufs=found.loudness_lufs, sound_checks=found.sound_checks
        )
    if found.thumbnail_side is not None:
        storage.put_thumbnails(asset.file, found.thumbnails)
        same_file.update(thumbnail_side=found.thumbnail_side)
    record_hue(asset, found.hue)
    return ""


def record_hue(asset: Asset, hue: int | None) -> None:
    """Gives the track the hue of its cover. A source image colours only what has no other."""
    if hue is None or asset.kind not in IMAGES:
        return
    tracks = Track.objects.filter(pk=asset.track_id)
    (tracks if asset.kind == AssetKind.IMAGE else tracks.filter(hue=None)).update(hue=hue)
