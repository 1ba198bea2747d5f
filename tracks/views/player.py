"""The page of one track: player, lyrics, review, files and history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
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
from tracks.domain.updates import PLAYABLE, AssetKind, CueKind, TimingState, TrackKind
from tracks.forms.notes import NoteForm
from tracks.forms.review import ReviewForm, add_conflicts, shown_values
from tracks.lib.unseen import shown
from tracks.models import Asset, Event, Track, TrackNote
from tracks.presentation import labels, lyric_sheet, media, offers
from tracks.presentation.chapters import chapters
from tracks.presentation.family import family, take_of
from tracks.presentation.history import folded_history, history
from tracks.presentation.labels import StateLabel
from tracks.presentation.language import language_of
from tracks.presentation.lyric_links import lyric_links
from tracks.presentation.making import making
from tracks.presentation.notes import note_rows
from tracks.presentation.sections import sections_of
from tracks.presentation.song_facts import song_facts
from tracks.presentation.song_rows import SongRow, song_row
from tracks.presentation.stems import stem_rows
from tracks.presentation.waveform import wave_large
from tracks.queries.access import allowed_to, demand
from tracks.queries.library import playlists_of
from tracks.services import notes, review
from tracks.services.archive.fetch import archive_again
from tracks.views.actions import back, unknown_action
from tracks.views.collecting import change_tags, put_into_playlist, take_from_playlist

MAX_EVENTS = 300
TABS = (("listen", "Listen"), ("family", "Family"), ("files", "Files"), ("history", "History"))


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; its forms post to it, with the action's name in ``do``."""
    if request.method != "POST":
        return render(request, "tracks/track.html", _context(pk, start=request.GET.get("t", "")))
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


def _context(
    pk: int, form: ReviewForm | None = None, note_form: NoteForm | None = None, start: str = ""
) -> dict[str, Any]:
    found = get_object_or_404(
        Track.objects.select_related("task").prefetch_related("lines", "assets", "track_notes", "tags"), pk=pk
    )
    now = timezone.now()
    row, relatives = song_row(found, now), family(found, now)
    return {
        "track": found,
        "task": found.task,
        "row": row,
        "hue": row.hue,
        "lang": language_of(labels.track_name(found)),
        "bar_state": row.review if row.audio else row.state,
        "made_by": labels.made_by(found),
        "take": take_of(found, relatives),
        "tabs": TABS,
        "making": making(found),
        "record": offers.provider_record(found, now),
        "family": relatives,
        "facts": song_facts(row),
        "tags": found.tags.all(),
        "playlists": playlists_of(found),
        "stems": stem_rows(found, relatives),
        "notes": note_rows(found, row.length_ms),
        "note_form": note_form,
        "form": form,
        "typed": _review_fields(found, form),
        "operation": labels.operation_label(found.provider, found.task.operation),
        "history": folded_history(history(_events(found), with_titles=False)),
        "is_open": _is_open(found),
        "advice": labels.advice(found.task),
        **_words(found),
        **_held(found, row, now),
        **_dock(row, start),
    }


def _words(track: Track) -> dict[str, Any]:
    """The lyric sheet, and what leads through it."""
    lines = track.lines_with_offset()
    is_timed = any(line.kind == CueKind.LINE and line.start_ms is not None for line in lines)
    notice = lyric_sheet.notice(track) if track.kind == TrackKind.SONG else ""
    rows = lyric_sheet.with_pauses(lines) or lyric_sheet.sheet_rows_of_text(track.lyrics_text)
    return {
        "sheet": rows,
        "is_timed": is_timed and not notice,
        "notice": notice,
        "direction": lyric_sheet.direction_of(rows),
        "lyric_lang": language_of(" ".join(row.text for row in rows if not row.is_section)),
        "chapters": chapters(rows),
        "formats": lyric_links(track, has_lines=bool(lines)),
    }


def _held(track: Track, row: SongRow, now: datetime) -> dict[str, Any]:
    """Its files, and what can be done about them."""
    files = _files(track, now)
    return {
        "files": files,
        "has_mp3": any(
            file["asset"].kind in PLAYABLE and file["asset"].content_type == "audio/mpeg"
            for file in files
            if file["asset"].status == AssetStatus.ARCHIVED
        ),
        "others": _others(track, row.audio),
        "may_archive": track.archive in (ArchiveStatus.PENDING, ArchiveStatus.INCOMPLETE),
    }


def _dock(row: SongRow, start: str) -> dict[str, Any]:
    """The dock as the server fills it: the song can be heard without scripts, from ``start`` seconds on."""
    if row.audio is None:
        return {}
    sections = sections_of(row.track.lines_with_offset(), row.length_ms)
    fragment = f"#t={start}" if start.replace(".", "", 1).isdecimal() else ""
    dock = {
        "id": row.track.pk,
        "hue": row.hue,
        "url": reverse("track", args=[row.track.pk]),
        "cover": row.cover_url,
        "title": labels.track_name(row.track),
        "style": shown(row.track.style),
        "audio": media.asset_url(row.audio) + fragment,
        "review": row.track.review,
        "rating": str(row.track.rating or ""),
        "pins": note_rows(row.track, row.length_ms),
        "wave": wave_large("dock", bytes(row.audio.waveform), sections, row.length_ms),
    }
    return {"dock": dock}


def _files(track: Track, now: datetime) -> list[dict[str, Any]]:
    return [_file(asset, labels.asset_state(asset, now)) for asset in track.assets.all()]


def _file(asset: Asset, state: StateLabel) -> dict[str, Any]:
    """``refused_reason``: blank where the state's own sentence says it."""
    is_said = asset.refused_reason.strip(" .").casefold() in state.detail.casefold()
    return {
        "asset": asset,
        "name": labels.file_name(asset),
        "state": state,
        "may_retry": asset.status not in (AssetStatus.ARCHIVED, AssetStatus.WAITING),
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


def _note(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            values = form.cleaned_data
            notes.add_note(pk, values["time"], values["text"], request.user.get_username())
            return redirect(f"{reverse('track', args=[pk])}#notes-title")
    except notes.TooManyNotes as problem:
        form.add_error("text", str(problem))
    return render(request, "tracks/track.html", _context(pk, note_form=form), status=400)


def _note_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removed twice is removed once."""
    with suppress(TrackNote.DoesNotExist, ValueError, OverflowError):
        notes.remove_note(pk, int(request.POST.get("note", "")), request.user.get_username())
    messages.success(request, "The note is removed.")
    return redirect(f"{reverse('track', args=[pk])}#notes-title")


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
    "note": (Action.REVIEW, _note),
    "note-remove": (Action.REVIEW, _note_remove),
    "archive": (Action.ARCHIVE, _archive),
    "tags": (Action.REVIEW, change_tags),
    "playlist": (Action.REVIEW, put_into_playlist),
    "playlist-remove": (Action.REVIEW, take_from_playlist),
}
