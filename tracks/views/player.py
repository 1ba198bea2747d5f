"""The player of one track: its words in time, a person's verdict, its files and its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks.domain.statuses import ArchiveStatus, AssetStatus
from tracks.domain.updates import AssetKind, Timing, TimingState, TrackKind
from tracks.files.lyric_export import FORMATS
from tracks.forms.filters import VerdictForm
from tracks.models import Asset, Event, Track
from tracks.presentation import labels, lyric_sheet, offers, waveform
from tracks.presentation.family import family
from tracks.presentation.history import story
from tracks.presentation.song_rows import song_row
from tracks.services import review
from tracks.services.archive.fetch import archive_again

HISTORY_AT_MOST = 300
HEARD = (AssetKind.AUDIO, AssetKind.AUDIO_HI, AssetKind.SOURCE_AUDIO, AssetKind.STEM)


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; what its forms post is done here too, named by ``do``."""
    if request.method != "POST":
        return render(request, "tracks/track.html", _context(pk))
    get_object_or_404(Track, pk=pk)
    action = _ACTIONS.get(request.POST.get("do", ""))
    return action(request, pk) if action else HttpResponseBadRequest("Nothing of that name can be done here.")


def _context(pk: int, form: VerdictForm | None = None) -> dict[str, Any]:
    found = get_object_or_404(Track.objects.select_related("task").prefetch_related("lines", "assets"), pk=pk)
    now = timezone.now()
    files = _files(found, now)
    row, lines = song_row(found, now), list(found.lines.all())
    kin = family(found, now)
    takes = sorted([found, *(take.track for take in kin.takes)], key=lambda take: (take.position, take.pk))
    return {
        "track": found,
        "task": found.task,
        "row": row,
        "form": form,
        "operation": labels.operation_label(found.provider, found.task.operation),
        "sheet": lyric_sheet.rows(lines) or lyric_sheet.rows_of_text(found.lyrics_text),
        "notice": lyric_sheet.notice(found) if found.kind == TrackKind.SONG else "",
        "marks": waveform.marks(lines, row.length_ms),
        "takes": takes if len(takes) > 1 else [],
        "family": kin,
        "offers": offers.from_track(found),
        "files": files,
        "downloads": [one for one in files if one["asset"].status == AssetStatus.ARCHIVED],
        "others": _others(found, row.audio),
        "formats": _formats(found, bool(lines)),
        "story": story(_events(found), with_titles=False),
        "is_open": _is_open(found),
        "advice": labels.advice(found.task),
    }


def _files(track: Track, now: datetime) -> list[dict[str, Any]]:
    return [
        {"asset": asset, "name": labels.file_name(asset), "state": labels.asset_state(asset, now)}
        for asset in track.assets.all()
    ]


def _others(track: Track, main: Asset | None) -> list[dict[str, Any]]:
    """Stems and videos, and what else can be heard and seen of a track that is no song."""
    kept = [asset for asset in track.assets.all() if asset.status == AssetStatus.ARCHIVED and asset != main]
    extra = (*HEARD, AssetKind.IMAGE) if track.kind == TrackKind.FILES else (AssetKind.STEM,)
    wanted = (*extra, AssetKind.VIDEO)
    return [{"asset": asset, "name": labels.file_name(asset)} for asset in kept if asset.kind in wanted]


def _formats(track: Track, has_lines: bool) -> list[str]:
    """Text alone can only be had as text."""
    if track.lyrics_timing in (Timing.LINE, Timing.WORD):
        return list(FORMATS)
    return ["txt"] if has_lines or track.lyrics_text else []


def _events(track: Track) -> list[Event]:
    """Those of this track and of its task as a whole; of a very long story the latest."""
    mine = track.task.events.filter(Q(track=track) | Q(track=None))
    latest = mine.select_related("track", "asset").order_by("-id")[:HISTORY_AT_MOST]
    return list(latest)[::-1]


def _is_open(track: Track) -> bool:
    """Whether something is still to come, so that the page should look again."""
    return (
        not track.task.is_finished
        or track.archive == ArchiveStatus.PENDING
        or track.timing_state == TimingState.WAITING
    )


def _verdict(request: HttpRequest, pk: int) -> HttpResponse:
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return render(request, "tracks/track.html", _context(pk, form), status=400)
    changes = form.changes()
    review.edit(pk, changes, request.user.get_username())
    messages.success(request, _said(changes))
    return redirect("track", pk)


def _said(changes: dict[str, Any]) -> str:
    if "title" in changes:
        return "The song has its new title."
    return {
        "approved": "Approved.",
        "rejected": "Rejected. The song and its files stay.",
        "new": "The verdict is open again.",
    }.get(str(changes.get("review", "")), "Saved.")


def _archive(request: HttpRequest, pk: int) -> HttpResponse:
    count = archive_again(pk, request.user.get_username())
    if count:
        files = "1 file is" if count == 1 else f"{count} files are"
        messages.success(request, f"{files} tried again at once, and the provider is asked for fresh links.")
    else:
        messages.info(request, "There is nothing to fetch: no file has a link that waits for a try.")
    return redirect("track", pk)


_ACTIONS: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {"verdict": _verdict, "archive": _archive}
