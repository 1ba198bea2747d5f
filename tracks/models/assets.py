"""An asset: one file of a track, from the provider's link to the archived copy."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind, link_identity
from tracks.lib.unseen import shown
from tracks.models.choices import choices, only
from tracks.models.hosts import MAX_NAME, FileHost
from tracks.models.tracks import Track


def link_key(url: str) -> str:
    """The key that finds a file by its link: 16 hex digits of SHA-256 of the link without its query."""
    return hashlib.sha256(link_identity(url).encode()).hexdigest()[:16] if url else ""


class AssetQuerySet(models.QuerySet["Asset"]):
    def due(self, now: datetime) -> Self:
        """To be fetched now, the nearest expiry first; not from a host that rests."""
        resting = FileHost.objects.filter(next_try_at__gt=now).values("name")
        due = self.filter(next_attempt_at__lte=now).exclude(host__in=resting)
        return due.order_by(F("expires_at").asc(nulls_last=True), "next_attempt_at", "pk")


class Asset(models.Model):
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=16, choices=choices(AssetKind))
    label = models.CharField(max_length=64, blank=True, help_text="Tells apart several of one kind.")
    status = models.CharField(max_length=16, choices=choices(AssetStatus), default=AssetStatus.WAITING.value)
    source_url = models.TextField(blank=True, help_text="The provider's link, signature included.")
    link_key = models.CharField(
        max_length=16, blank=True, editable=False, help_text="Finds a file by its link; see link_key()."
    )
    host = models.CharField(
        max_length=MAX_NAME, blank=True, editable=False, help_text="The host of the link; see host_of()."
    )
    member = models.CharField(
        max_length=64, blank=True, help_text="Its name inside the track's archive, if it comes from there."
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When the provider deletes it.")
    error = models.TextField(blank=True, help_text="The reason of the latest try; blank once archived.")

    file = models.CharField(max_length=255, blank=True, help_text="Name in the media storage.")
    content_type = models.CharField(max_length=64, blank=True, help_text="Detected, never declared.")
    bytes = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Measured by us.")
    waveform = models.BinaryField(
        default=b"", blank=True, help_text="Peaks, then RMS, a byte for each point; empty without sound."
    )
    loudness_lufs = models.FloatField(
        null=True, blank=True, help_text="Integrated, by EBU R 128; -70 for silence, null if not measured."
    )
    sound_checks = models.JSONField(
        null=True, blank=True, help_text="What is measured of a sound besides, see domain/sound_checks.py."
    )
    thumbnail_side = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Pixels across its large thumbnail; 0 if none could be made, null if not tried.",
    )
    unusual = models.TextField(blank=True, help_text="What people should know of the archived file.")
    is_cut = models.BooleanField(default=False, help_text="It lacks some of its sound, see Probe.")
    gap_bytes = models.PositiveIntegerField(default=0, help_text="Bytes that are neither sound nor a tag.")
    defect = models.TextField(blank=True, help_text="What is wrong inside a ZIP.")
    archived_at = models.DateTimeField(null=True, blank=True)

    refused_file = models.CharField(
        max_length=255,
        blank=True,
        help_text="Name in the media storage of refused bytes.",
    )
    refused_reason = models.TextField(blank=True, help_text="Why they were refused.")

    next_attempt_at = models.DateTimeField(null=True, blank=True, help_text="Due; the lease while fetching.")
    claims = models.PositiveSmallIntegerField(default=0, help_text="Tries begun and not concluded.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries that failed in an orderly way.")

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["track", "kind", "label"]
        constraints: ClassVar = [
            only("status", AssetStatus, "asset_status_known"),
            only("kind", AssetKind, "asset_kind_known"),
            models.UniqueConstraint(fields=["track", "kind", "label"], name="asset_unique_in_track"),
            models.CheckConstraint(
                condition=~Q(status=AssetStatus.ARCHIVED.value) | (~Q(file="") & ~Q(sha256="")),
                name="asset_archived_has_file_and_checksum",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="asset_due",
            ),
            models.Index(
                fields=["attempts", "expires_at", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="asset_fresh",
            ),
            models.Index(fields=["link_key"], condition=~Q(link_key=""), name="asset_by_link"),
            # Files that are not archived are few, and are what people look for.
            models.Index(
                F("status"),
                F("id").desc(),
                condition=~Q(status=AssetStatus.ARCHIVED.value),
                name="asset_unkept",
            ),
            # So are archived files that something is wrong with.
            models.Index(
                fields=["track"],
                condition=Q(is_cut=True) | Q(gap_bytes__gt=0) | ~Q(unusual=""),
                name="asset_flagged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {shown(self.label)}".strip()
