"""The page of one track: player, lyrics, review, files and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks.domain.roles import Action
from tracks.domain.statuses import ArchiveStatus, AssetStatus
from tracks.domain.updates import PLAYABLE, AssetKind, Timing, TimingState, TrackKind
from tracks.files.lyric_export import FORMATS
from tracks.forms.review import ReviewForm, add_conflicts, shown_values
from tracks.models import Asset, Event, Track
from tracks.presentation import labels, lyric_sheet, media, offers, waveform
from tracks.presentation.family import family
from tracks.presentation.history import history
from tracks.presentation.labels import StateLabel
from tracks.presentation.song_rows import song_row
from tracks.queries.access import allowed_to, demand
from tracks.services import review
from tracks.services.archive.fetch import archive_again
from tracks.views.actions import back, unknown_action

MAX_EVENTS = 300


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; its forms post to it, with the action's name in ``do``."""
    if request.method != "POST":
        return render(request, "tracks/track.html", _context(pk))
    get_object_or_404(Track, pk=pk)
    name = request.POST.get("do", "")
    if name not in _CHANGES:
        return unknown_action(request)
    action, change = _CHANGES[name]
    demand(request, action)
    return change(request, pk)


def _review_fields(track: Track, form: ReviewForm | None) -> dict[str, Any]:
    """What the form of the review shows: the track's values, or what a refused form held of them."""
    stored = {"title": track.title, "rating": track.rating, "notes": track.notes}
    typed = {name: form[name].value() for name in stored if name in form.data} if form else {}
    values = stored | typed
    # A radio button posts text.
    return values | {"rating": "" if values["rating"] is None else str(values["rating"])}


def _context(pk: int, form: ReviewForm | None = None) -> dict[str, Any]:
    found = get_object_or_404(Track.objects.select_related("task").prefetch_related("lines", "assets"), pk=pk)
    now = timezone.now()
    files = _files(found, now)
    row, lines = song_row(found, now), found.lines_with_offset()
    relatives = family(found, now)
    takes = sorted(
        [found, *(take.track for take in relatives.takes)], key=lambda take: (take.position, take.pk)
    )
    return {
        "track": found,
        "task": found.task,
        "row": row,
        "form": form,
        "typed": _review_fields(found, form),
        "operation": labels.operation_label(found.provider, found.task.operation),
        "sheet": lyric_sheet.sheet_rows(lines) or lyric_sheet.sheet_rows_of_text(found.lyrics_text),
        "notice": lyric_sheet.notice(found) if found.kind == TrackKind.SONG else "",
        "marks": waveform.section_marks(lines, row.length_ms),
        "takes": takes if len(takes) > 1 else [],
        "family": relatives,
        "offers": offers.offers_for(found),
        "record": offers.provider_record(found, now),
        "files": files,
        "downloads": [file for file in files if file["asset"].status == AssetStatus.ARCHIVED],
        "others": _others(found, row.audio),
        "formats": _formats(found, bool(lines)),
        "history": history(_events(found), with_titles=False),
        "is_open": _is_open(found),
        "advice": labels.advice(found.task),
    }


def _files(track: Track, now: datetime) -> list[dict[str, Any]]:
    return [_file(asset, labels.asset_state(asset, now)) for asset in track.assets.all()]


def _file(asset: Asset, state: StateLabel) -> dict[str, Any]:
    """``refused_reason``: blank where the state's own sentence says it."""
    is_said = asset.refused_reason.strip(" .").casefold() in state.detail.casefold()
    return {
        "asset": asset,
        "name": labels.file_name(asset),
        "state": state,
        "refused": media.refused_url(asset),
        "refused_reason": "" if is_said else asset.refused_reason,
    }


def _others(track: Track, main: Asset | None) -> list[dict[str, Any]]:
    """The archived stems and videos; of a track that is not a song also its audio and images."""
    archived = [
        asset for asset in track.assets.all() if asset.status == AssetStatus.ARCHIVED and asset != main
    ]
    extra = (*PLAYABLE, AssetKind.IMAGE) if track.kind == TrackKind.FILES else ()
    wanted = (*extra, AssetKind.STEM, AssetKind.VIDEO)
    return [
        {"asset": asset, "name": labels.file_name(asset)}
        for asset in archived
        if asset.kind in wanted and media.is_for_browsers(asset)
    ]


def _formats(track: Track, has_lines: bool) -> list[str]:
    """Lyrics without timing can only be downloaded as text."""
    if track.lyrics_timing in (Timing.LINE, Timing.WORD):
        return list(FORMATS)
    return ["txt"] if has_lines or track.lyrics_text else []


def _events(track: Track) -> list[Event]:
    """The latest events of this track and of its task as a whole, oldest first."""
    events = track.task.events.filter(Q(track=track) | Q(track=None))
    latest = events.select_related("track", "asset").order_by("-id")[:MAX_EVENTS]
    return list(latest)[::-1]


def _is_open(track: Track) -> bool:
    """Whether something is still to come, so that the page should refresh."""
    return (
        not track.task.is_finished
        or track.archive == ArchiveStatus.PENDING
        or track.timing_state == TimingState.WAITING
    )


def _review(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return render(request, "tracks/track.html", _context(pk, form), status=400)
    changes = form.changes()
    try:
        review.edit(pk, changes, request.user.get_username(), shown_values(form))
    except review.ChangedMeanwhile as conflict:
        add_conflicts(form, get_object_or_404(Track, pk=pk), conflict.fields)
        messages.error(request, str(conflict))
        return render(request, "tracks/track.html", _context(pk, form), status=409)
    messages.success(request, _confirmation(changes))
    return back(request, reverse("track", args=[pk]))


def _confirmation(changes: dict[str, Any]) -> str:
    if "title" in changes:
        return "The song has its new title."
    return {
        "approved": "Approved.",
        "rejected": "Rejected. The song and its files stay.",
        "new": "The song is in review again.",
    }.get(str(changes.get("review", "")), "Saved.")


def _archive(request: HttpRequest, pk: int) -> HttpResponse:
    count = archive_again(pk, request.user.get_username())
    if count:
        files = "1 file is" if count == 1 else f"{count} files are"
        messages.success(request, f"{files} tried again at once, and the provider is asked for fresh links.")
    else:
        messages.info(
            request, "There is nothing to archive: every file with a link is archived or being fetched."
        )
    return redirect("track", pk)


_CHANGES: dict[str, tuple[Action, Callable[[HttpRequest, int], HttpResponse]]] = {
    "review": (Action.REVIEW, _review),
    "archive": (Action.ARCHIVE, _archive),
}
