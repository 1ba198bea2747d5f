"""What was measured of a track, as REST shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from tracks.api.fields import OneOf
from tracks.domain.sound_checks import Channels
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import PLAYABLE
from tracks.models import Asset


@extend_schema_serializer(component_name="Checks")
class ChecksSerializer(serializers.Serializer[Asset]):
    """Of the track's archived sound; each is null where it was not measured."""

    loudness_lufs = serializers.FloatField(allow_null=True, help_text="Integrated, by EBU R 128.")
    loudness_range = serializers.FloatField(allow_null=True, help_text="In LU, by EBU Tech 3342.")
    true_peak_db = serializers.FloatField(
        allow_null=True, help_text="In dBTP, by ITU-R BS.1770; null in silence."
    )
    silence_head = serializers.FloatField(allow_null=True, help_text="Seconds before the first sound.")
    silence_tail = serializers.FloatField(allow_null=True, help_text="Seconds after the last sound.")
    silence_longest = serializers.FloatField(
        allow_null=True, help_text="The longest pause between, in seconds."
    )
    clipped = serializers.IntegerField(
        allow_null=True, help_text="Places where a channel stays at full scale."
    )
    cut_end = serializers.BooleanField(allow_null=True, help_text="Whether it ends while it sounds.")
    dc_offset = serializers.FloatField(
        allow_null=True, help_text="The largest of a channel; full scale is 1."
    )
    channels = OneOf(Channels, allow_null=True)


NAMES = tuple(ChecksSerializer().fields)


def checks_of(assets: Iterable[Asset]) -> dict[str, Any]:
    """Of the sound that is played of a track; all null where none is archived."""
    archived = {asset.kind: asset for asset in assets if asset.status == AssetStatus.ARCHIVED}
    sound = next((archived[kind] for kind in PLAYABLE if kind in archived), None)
    measured = {"loudness_lufs": sound.loudness_lufs, **(sound.sound_checks or {})} if sound else {}
    return {name: measured.get(name) for name in NAMES}
