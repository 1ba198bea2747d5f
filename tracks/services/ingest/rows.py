"""Writes the rows of a task's tracks, lyric lines and assets as the fold gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from tracks import providers
from tracks.domain.fold import FoldedAsset, FoldedTrack
from tracks.domain.lyrics import as_text
from tracks.domain.statuses import AssetStatus, TrackStatus, archive_status
from tracks.domain.updates import AssetState, Timing, TimingState, TrackKind, link_identity
from tracks.files.download.addresses import host_of
from tracks.models import Asset, Task, Track
from tracks.models.assets import link_key
from tracks.services.events import record_event
from tracks.services.ingest.ahead import Ahead, searched_texts
from tracks.services.ingest.lyric_lines import keep_providers, values_of_lyrics, version_of, write_lines

Trace = Mapping[str, Any]


def save_changes(row: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Saves those of the values that differ from the row. Returns what these were before, by name."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, values[name])
    if before:
        row.save(update_fields=list(before))
    return before


def write_tracks(task: Task, folded: Iterable[FoldedTrack], trace: Trace, ahead: Ahead) -> None:
    """Creates and updates the task's tracks with their lyric lines and assets; writes only what differs.

    ``trace`` goes into the data of the events. Call it in the transaction that locks the task.
    """
    rows = {_row_key(row): row for row in task.tracks.prefetch_related("lines", "assets")}
    for track in folded:
        _write_track(task, rows.get(_key(track)), track, trace, ahead)


def update_archive_status(track: Track) -> None:
    """Sets ``track.archive`` by the status of the track's assets."""
    # A file that the provider could not make has no link: not archiving it is no failure of ours. A file that
    # should be in the track's ZIP has none either, and counts.
    given = track.assets.exclude(status=AssetStatus.FAILED, source_url="", member="")
    seen = [AssetStatus(status) for status in given.values_list("status", flat=True)]
    save_changes(track, {"archive": archive_status(seen)})


def _row_key(row: Track) -> str:
    return row.external_id or f"#{row.position}"


def _key(track: FoldedTrack) -> str:
    return track.external_id or f"#{track.position}"


def _write_track(task: Task, row: Track | None, track: FoldedTrack, trace: Trace, ahead: Ahead) -> None:
    values = _track_values(task, track, ahead)
    shown, has_new_lines = track.lyrics, False
    if row is not None and row.lyrics_version is not None:
        has_new_lines = keep_providers(row, track.lyrics)
        shown = version_of(row, row.lyrics_version)
        values |= values_of_lyrics(shown, ahead.search_text(*searched_texts(task, track)[:3], as_text(shown)))
    is_new = row is None
    before: dict[str, Any] = {}
    if row is None:
        row = Track.objects.create(task=task, provider=task.provider, external_id=track.external_id, **values)
        lines, assets = [], {}
    else:
        lines, assets = list(row.lines.all()), {(one.kind, one.label): one for one in row.assets.all()}
        before = save_changes(row, values)
    has_new_lines |= write_lines(row, lines, shown)
    changed = [_write_asset(row, assets.get((one.kind, one.label)), one, trace) for one in track.assets]
    if any(changed):
        update_archive_status(row)
    plan_word_timing(row)
    _record_changes(task, row, is_new, before, has_new_lines, trace)


def plan_word_timing(track: Track) -> None:
    """Makes word timing due once a song is ready, and not due any more once it is known."""
    # Not while a worker has claimed it: the outcome of its request decides then.
    idle = Track.objects.filter(pk=track.pk, words_claims=0)
    if track.words_at is None and _needs_word_timing(track):
        idle.update(words_at=timezone.now())
    elif track.words_at is not None and track.providers_timing == Timing.WORD:
        idle.update(words_at=None)


def _needs_word_timing(track: Track) -> bool:
    """A ready song of a provider that gives word timing on request, where none came or was ruled out yet."""
    return (
        track.kind == TrackKind.SONG
        and track.status == TrackStatus.READY
        and track.external_id != ""
        and track.timing_state in ("", TimingState.WAITING)
        and providers.get(track.provider).fetches_word_timing
        and track.providers_timing != Timing.WORD
    )


def _record_changes(
    task: Task, row: Track, is_new: bool, before: Mapping[str, Any], has_new_lines: bool, trace: Trace
) -> None:
    if is_new:
        record_event(
            "track.created", task, track=row, data={"status": row.status, "title": row.title, **trace}
        )
    elif "status" in before:
        record_event(
            "track.status", task, track=row, data={"from": before["status"], "to": row.status, **trace}
        )
    elif set(before) - {"search_text", "stream_url"}:
        record_event("track.changed", task, track=row, data={"fields": sorted(before), **trace})
    if has_new_lines:
        kept_aside = {} if row.lyrics_version is None else {"shown": False}
        data = {"timing": row.providers_timing, **kept_aside, **trace}
        record_event("track.lyrics", task, track=row, data=data)


def _track_values(task: Task, track: FoldedTrack, ahead: Ahead) -> dict[str, Any]:
    texts = searched_texts(task, track)
    _, _, prompt, lyrics_text = texts
    return {
        "kind": track.kind,
        "position": track.position,
        "status": track.status,
        "title": track.title[:500],
        "style": track.style,
        "prompt": prompt,
        "lyrics_text": lyrics_text,
        "model": track.model[:200],
        "duration_ms": track.duration_ms,
        "stream_url": track.stream_url,
        "created_at": track.created_at,
        "finished_at": track.finished_at,
        "received_at": track.received_at,
        "timing_state": track.timing_state or "",
        **values_of_lyrics(track.lyrics, ahead.search_text(*texts)),
    }


def _write_asset(track: Track, row: Asset | None, wanted: FoldedAsset, trace: Trace) -> bool:
    if row is None:
        row = Asset(track=track, kind=wanted.kind, label=wanted.label)
    before, values = row.status if row.pk else "", _asset_values(row, wanted)
    url = values["source_url"]
    values |= {"member": wanted.member, "link_key": link_key(url), "host": host_of(url)}
    other_file = _is_other_file(row, wanted)
    if row.pk is None:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    elif not save_changes(row, values):
        return False
    if row.status != before:
        data = {"from": before, "to": row.status, "kind": row.kind, "error": row.error, **trace}
        record_event("asset.status", track.task, asset=row, data=data)
    elif other_file and row.status == AssetStatus.ARCHIVED:
        record_event("asset.other_link", track.task, asset=row, data={"kind": row.kind, **trace})
    return True


def _is_other_file(row: Asset, wanted: FoldedAsset) -> bool:
    return bool(row.source_url and wanted.url) and link_identity(wanted.url) != link_identity(row.source_url)


def _asset_values(row: Asset, wanted: FoldedAsset) -> dict[str, Any]:
    values: dict[str, Any] = {"source_url": wanted.url or row.source_url, "expires_at": wanted.expires_at}
    if row.status == AssetStatus.ARCHIVED:
        return values
    if row.pk and wanted.member and wanted.state is AssetState.WAITING:
        return values  # the status of a ZIP's member follows from the ZIP, see services/archive
    if wanted.state is not AssetState.LINKED:
        status = AssetStatus.FAILED if wanted.state is AssetState.FAILED else AssetStatus.WAITING
        return values | {"status": status, "source_url": wanted.url, "error": wanted.error}
    return values | (_fresh_link(row, wanted, timezone.now()) if wanted.url != row.source_url else {})


def _fresh_link(row: Asset, wanted: FoldedAsset, now: datetime) -> dict[str, Any]:
    """A new link is due at once, unless a fetch is going on: that one ends first."""
    other_file = not row.source_url or _is_other_file(row, wanted)
    # A file that failed for good (by its address, its size) is still the same one under a new signature.
    if row.status == AssetStatus.FAILED and not other_file:
        return {}
    values: dict[str, Any] = {"status": AssetStatus.PENDING}
    if not row.claims:
        values["next_attempt_at"] = now
    if other_file:
        values |= {"attempts": 0, "error": ""}
    return values
