"""Concerns about a file that came whole: its length, damage inside, a file that another take has too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tracks.domain.statuses import AssetStatus
from tracks.domain.time_units import fits_in_other_unit
from tracks.domain.updates import LENGTH_CHECKED, AssetKind
from tracks.files.probe.check import length_fault
from tracks.models import Asset, Event
from tracks.services.archive.promises import promised_lengths

# A file longer than promised lacks nothing: it is accepted when it comes again and again.
ACCEPT_LONGER_AFTER = 3
# A transfer can damage a ZIP once or twice; after so many tries it is how the provider has it.
ACCEPT_DAMAGED_AFTER = 4
# A connection that broke off cuts elsewhere each time; some encoders leave the last frame incomplete.
ACCEPT_CUT_AFTER = 3
# The length of a recording that a song was made from is inferred from our copy of that one.
ACCEPT_INFERRED_AFTER = 3
CUT = "the file ends within its last frame, as one does that broke off"
# The longest frame of an MP3: 576 samples at 8,000 Hz.
MAX_FRAME_MS = 72
GAP = "{} bytes of the file are neither sound nor a tag, as where a part of it was lost"
# Both takes can deliver the same file for a while (https://glama.ai/mcp/servers/jk123/kie-suno6-mcp/tree): it
# is accepted when it has come this often, over as long as that many tries take.
SAME_FILE_TRIES = 5
SAME_FILE = "asset.same_file"
UNUSUAL = "asset.unusual"


@dataclass(frozen=True, slots=True)
class Concern:
    """A reason why a file may be the wrong one. ``is_accepted``: it is archived all the same.

    ``event``: the kind of event that says so then. ``duplicate_of``: the other take's equal file.
    ``asks_for_links``: another link may bring the right file.
    """

    event: str
    reason: str
    is_accepted: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    duplicate_of: Asset | None = None
    asks_for_links: bool = False


def concerns_about(asset: Asset, stored: Mapping[str, Any]) -> list[Concern]:
    """Every concern about a stored file, accepted by now or not. ``stored``: the columns that describe it."""
    measured = stored["duration_ms"]
    found = (
        _length(asset, measured),
        _cut(asset, measured, stored["gap_bytes"]) if stored["is_cut"] else None,
        _same_file(asset, stored["sha256"]),
        _damage(asset, stored["defect"]),
        Concern(UNUSUAL, stored["unusual"], True) if stored["unusual"] else None,
    )
    return [concern for concern in found if concern is not None]


def rank(asset: Asset, stored: Mapping[str, Any]) -> tuple[bool, bool, int, int]:
    """Of two stored files the one of lower rank is the better copy of the asset.

    Another take's file is the worst. Then what is nearest to the promised length is best, or has more bytes.
    """
    events = {concern.event for concern in concerns_about(asset, stored)} - {UNUSUAL}
    measured, promised = stored["duration_ms"] or 0, promised_lengths(asset)
    distance = min((abs(measured - one) for one in promised), default=0)
    return SAME_FILE in events, bool(events), distance, -(stored["bytes"] or 0)


def _length(asset: Asset, measured: int | None) -> Concern | None:
    """A file that is too short is never accepted while its link lives, unless its length is only inferred."""
    promised = promised_lengths(asset)
    if measured is None or not promised or any(_fits(measured, one) for one in promised):
        return None
    nearest = min(promised, key=lambda one: abs(one - measured))
    data = {"measured_ms": measured, "promised_ms": nearest}
    is_stated = asset.kind in LENGTH_CHECKED
    fault = length_fault(measured, nearest, "the provider stated" if is_stated else "by its song we expected")
    if measured < nearest:
        is_accepted = not is_stated and asset.attempts >= ACCEPT_INFERRED_AFTER
        return Concern("asset.short", fault, is_accepted, data)
    return Concern("asset.longer", fault, asset.attempts >= ACCEPT_LONGER_AFTER, data)


def _fits(measured: int, promised: int) -> bool:
    return not length_fault(measured, promised) or fits_in_other_unit(promised, measured)


def _cut(asset: Asset, measured: int | None, gap_bytes: int) -> Concern | None:
    """By a promised length a file that lacks much shows better; what lacks little is archived at once."""
    promised = promised_lengths(asset)
    reason, data = (GAP.format(gap_bytes), {"gap_bytes": gap_bytes}) if gap_bytes else (CUT, {})
    if not promised or measured is None:
        return Concern("asset.cut", reason, asset.attempts >= ACCEPT_CUT_AFTER, data)
    close = [one for one in promised if not length_fault(measured, one)]
    nearest = min(close, key=lambda one: abs(one - measured), default=measured)
    if nearest - measured <= MAX_FRAME_MS:
        return None
    return Concern("asset.cut", reason, True, {**data, "measured_ms": measured, "promised_ms": nearest})


def _damage(asset: Asset, defect: str) -> Concern | None:
    """One member that is damaged for good is no reason to lose the sound ones beside it."""
    return Concern("asset.damaged", defect, asset.attempts >= ACCEPT_DAMAGED_AFTER) if defect else None


def _same_file(asset: Asset, sha256: str) -> Concern | None:
    if asset.kind != AssetKind.AUDIO:
        return None
    archived = Asset.objects.filter(
        track__task=asset.track.task_id, kind=asset.kind, status=AssetStatus.ARCHIVED
    )
    duplicate_of = archived.filter(sha256=sha256).exclude(track=asset.track_id).order_by("pk").first()
    if duplicate_of is None:
        return None
    reason = "The provider delivered the other take's file; it is asked again."
    # Counted in events, because tries that failed otherwise say nothing of this.
    times = Event.objects.filter(asset=asset, data__doubt=SAME_FILE).values_list("at", flat=True)
    is_accepted, asks = _came_often(list(times)), len(times) < SAME_FILE_TRIES
    return Concern(SAME_FILE, reason, is_accepted, {"same_as": duplicate_of.track_id}, duplicate_of, asks)


def _came_often(times: Sequence[datetime]) -> bool:
    """A freshly signed link is due at once, so tries alone can be over in seconds."""
    if len(times) < SAME_FILE_TRIES - 1:
        return False
    patience = timedelta(seconds=sum(settings.ARCHIVE_BACKOFF[: SAME_FILE_TRIES - 1]))
    return timezone.now() >= min(times) + patience


def refetch_duplicate(concern: Concern) -> None:
    """Makes the archived duplicate due too: which of the two has the wrong file is not known."""
    if concern.duplicate_of is not None:
        idle = Asset.objects.filter(
            pk=concern.duplicate_of.pk, status=AssetStatus.ARCHIVED, next_attempt_at=None
        )
        idle.exclude(source_url="").update(next_attempt_at=timezone.now())
