"""The statuses of tasks, tracks and files, as the tables and the API have them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class TaskStatus(StrEnum):
    QUEUED = "queued"
    UNSURE = "unsure"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    OVERDUE = "overdue"


FINISHED = frozenset({TaskStatus.SUCCEEDED, TaskStatus.PARTIAL, TaskStatus.FAILED})


class TrackStatus(StrEnum):
    PENDING = "pending"
    STREAMING = "streaming"
    READY = "ready"
    FAILED = "failed"


class AssetStatus(StrEnum):
    WAITING = "waiting"
    PENDING = "pending"
    ARCHIVED = "archived"
    FAILED = "failed"
    EXPIRED = "expired"


class ArchiveStatus(StrEnum):
    """How much of a track is archived."""

    NONE = "none"
    PENDING = "pending"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


def archive_status(assets: Iterable[AssetStatus]) -> ArchiveStatus:
    """``NONE`` while no file has a link, then pending, and complete or incomplete at the end."""
    seen = set(assets) - {AssetStatus.WAITING}
    if AssetStatus.PENDING in seen:
        return ArchiveStatus.PENDING
    if seen & {AssetStatus.FAILED, AssetStatus.EXPIRED}:
        return ArchiveStatus.INCOMPLETE
    return ArchiveStatus.COMPLETE if seen else ArchiveStatus.NONE
