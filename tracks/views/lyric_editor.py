"""The page on which curators edit the lyrics of a song: as a text, or line by line with scripts."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks.domain.lyrics import plain_lyrics
from tracks.domain.lyrics.timed_text import timed_text
from tracks.domain.roles import Action
from tracks.domain.updates import Lyrics
from tracks.forms.lyrics import LyricsForm
from tracks.models import LyricVersion, Track
from tracks.presentation import labels, media
from tracks.presentation.language import language_of
from tracks.presentation.lyric_editor import PROVIDER, editor_facts, version_name, version_rows
from tracks.presentation.sections import sections_of
from tracks.presentation.song_rows import SongRow, song_row
from tracks.presentation.waveform import wave_large
from tracks.queries.access import allowed_to
from tracks.queries.lyric_versions import findings, is_providers_newer, lyrics_of, versions_of
from tracks.services.lyrics import LyricsChangedMeanwhile, save_version, show_version
from tracks.views.actions import unknown_action


@allowed_to(Action.REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def lyric_editor(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; ``?version=`` opens a version that is not shown. Its forms post to it, see ``do``."""
    if request.method != "POST":
        number = _number(request.GET["version"]) if "version" in request.GET else _track(pk).lyrics_version
        return render(request, "tracks/lyric_editor.html", _context(pk, number))
    get_object_or_404(Track, pk=pk)
    changes = {"save": _save, "restore": _restore}
    change = changes.get(request.POST.get("do", ""))
    return change(request, pk) if change else unknown_action(request)


def _track(pk: int) -> Track:
    rows = Track.objects.select_related("task").prefetch_related("lines", "assets")
    return get_object_or_404(rows, pk=pk)


def _number(version: str) -> int | None:
    """None for the provider's. Raises Http404 for what is no version's name."""
    if version == PROVIDER:
        return None
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Http404
    return int(version)


def _lyrics(track: Track, number: int | None) -> Lyrics | None:
    """The lyrics of a version; words that came as text alone are lines without times."""
    try:
        return lyrics_of(track, number) or plain_lyrics(track.lyrics_text)
    except LyricVersion.DoesNotExist as error:
        raise Http404 from error


def _context(pk: int, number: int | None, form: LyricsForm | None = None) -> dict[str, Any]:
    """``number``: of the version whose lines the page has."""
    track = _track(pk)
    row, lyrics, versions = song_row(track, timezone.now()), _lyrics(track, number), versions_of(track)
    cues = lyrics.cues if lyrics else ()
    found = findings(track, cues)
    facts = editor_facts(track, number, cues, found, row.length_ms)
    return {
        "track": track,
        "row": row,
        "hue": row.hue,
        "lang": language_of(labels.track_name(track)),
        "version": version_name(number),
        "is_providers_shown": track.lyrics_version is None,
        "is_shown": number == track.lyrics_version,
        "versions": version_rows(versions, number),
        "is_provider_newer": is_providers_newer(versions),
        "findings": found,
        "form": form,
        "text": form["text"].value() if form else timed_text(cues),
        "note": form["note"].value() or "" if form else "",
        "based_on": track.lyrics_version or "",
        "seen": facts["seen"],
        "opened": PROVIDER if number is None else number,
        "facts_json": json.dumps(facts, ensure_ascii=False),
        "wave": _wave(track, row),
        "dock": _dock(row),
    }


def _wave(track: Track, row: SongRow) -> Any:
    sections = sections_of(track.lines_with_offset(), row.length_ms)
    return wave_large("page", bytes(row.audio.waveform), sections, row.length_ms) if row.audio else None


def _dock(row: SongRow) -> dict[str, Any] | None:
    if not row.audio:
        return None
    return {
        "id": row.track.pk,
        "hue": row.hue,
        "url": reverse("track", args=[row.track.pk]),
        "cover": row.cover_url,
        "title": labels.track_name(row.track),
        "style": row.track.style,
        "audio": media.asset_url(row.audio),
    }


def _save(request: HttpRequest, pk: int) -> HttpResponse:
    track = _track(pk)
    opened = request.POST.get("opened", "")
    number = _number(opened) if opened else track.lyrics_version
    lyrics = _lyrics(track, number)
    form = LyricsForm(request.POST, before=lyrics.cues if lyrics else ())
    if not form.is_valid():
        return render(request, "tracks/lyric_editor.html", _context(pk, number, form), status=400)
    typed = form.cleaned_data
    by = request.user.get_username()
    try:
        save_version(pk, typed["cues"], typed["based_on"], by, typed["note"], typed["seen"])
    except LyricsChangedMeanwhile as conflict:
        messages.error(request, f"{conflict} What you typed is still here; save again to replace theirs.")
        return render(request, "tracks/lyric_editor.html", _context(pk, number, form), status=409)
    messages.success(request, "Saved. The song shows these words now.")
    return redirect("lyrics-edit", pk)


def _restore(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        track = show_version(pk, _number(request.POST.get("version", "")), request.user.get_username())
    except LyricVersion.DoesNotExist as error:
        raise Http404 from error
    name = version_name(track.lyrics_version)
    messages.success(request, f"{name} is shown again. No other version is lost.")
    return redirect("lyrics-edit", pk)
