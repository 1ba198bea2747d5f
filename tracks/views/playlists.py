"""The playlists, and the page of one: its songs in their order, and every change of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tracks.domain.roles import Action
from tracks.forms.playlists import ChosenTrackForm, MoveForm, PlaylistDetailsForm, SortForm
from tracks.lib.unseen import shown
from tracks.models import Playlist, PlaylistEntry
from tracks.presentation.playlists import entry_rows, playlist_row
from tracks.queries.access import allowed_to, demand
from tracks.queries.library import playlist_tracks, playlists_with_lengths
from tracks.queries.stacks import listed_songs
from tracks.services import playlists as service
from tracks.services.review import ChangedMeanwhile
from tracks.views.actions import unknown_action
from tracks.views.pagination import requested_page

MEANWHILE = "This playlist was changed by somebody else while you had it open. Here it is as it is now."
NOT_IN_IT = "That song is not in this playlist any more, so nothing was changed."
ORDERS = (
    (service.SortedBy.TITLE, "By title"),
    (service.SortedBy.RATING, "Best rated first"),
    (service.SortedBy.NEWEST, "Newest first"),
    (service.SortedBy.OLDEST, "Oldest first"),
)


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def playlists(request: HttpRequest) -> HttpResponse:
    """All playlists, the last changed first. The form posts to it and makes one."""
    if request.method != "POST":
        return render(request, "playlists/list.html", _list(request, None))
    demand(request, Action.REVIEW)
    form = PlaylistDetailsForm(request.POST)
    try:
        if form.is_valid():
            values = form.cleaned_data
            made = service.create_playlist(values["name"], values["description"], _user(request))
            messages.success(request, "The playlist is made. Add songs to it in the library.")
            return redirect("playlist", made.pk)
    except service.NameTaken as problem:
        form.add_error("name", str(problem))
    return render(request, "playlists/list.html", _list(request, form), status=400)


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def playlist(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one; its forms post to it, with the action's name in ``do``."""
    if request.method != "POST":
        return render(request, "playlists/playlist.html", _one(request, pk))
    demand(request, Action.REVIEW)
    found = get_object_or_404(Playlist, pk=pk)
    change = _CHANGES.get(request.POST.get("do", ""))
    if change is None:
        return unknown_action(request)
    try:
        return change(request, found)
    except Playlist.DoesNotExist as error:
        raise Http404 from error


@allowed_to(Action.LOOK)
@require_safe
def playlist_changed(request: HttpRequest, pk: int) -> JsonResponse:
    """For scripts: when it last changed, as REST has it in ``updated_at``; asked often, answered small."""
    found = get_object_or_404(Playlist.objects.only("updated_at"), pk=pk)
    answer = {"updated_at": _stamp(found)}
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


def _list(request: HttpRequest, form: PlaylistDetailsForm | None) -> dict[str, Any]:
    orderings = {"updated_at": "updated_at"}
    page = requested_page(request, playlists_with_lengths(), "-updated_at", orderings)
    return {"page": page, "rows": [playlist_row(one) for one in page.rows], "form": form}


def _one(request: HttpRequest, pk: int, form: PlaylistDetailsForm | None = None) -> dict[str, Any]:
    found = get_object_or_404(playlists_with_lengths(), pk=pk)
    row = playlist_row(found)
    entries = playlist_tracks(pk, listed_songs().prefetch_related("assets"))
    page = requested_page(request, entries, "position", {"position": "position"})
    count = found.count  # type: ignore[attr-defined]  # annotated
    rows = entry_rows(page.rows, count, timezone.now())
    return {
        "playlist": found,
        "row": row,
        "hue": row.hue,
        "count": count,
        "seen": _stamp(found),
        "page": page,
        "entries": rows,
        "first": next((one.item.song for one in rows if one.item.song.audio), None),
        "orders": ORDERS,
        "form": form,
        "typed": {
            name: form[name].value() if form else getattr(found, name) for name in ("name", "description")
        },
    }


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _stamp(found: Playlist) -> str:
    """As REST writes it, so that both can be compared."""
    return found.updated_at.isoformat().replace("+00:00", "Z")


def _tell_of_others(request: HttpRequest, found: Playlist) -> None:
    """``seen``: when the playlist had last changed as the form was shown."""
    if request.POST.get("seen", _stamp(found)) != _stamp(found):
        messages.info(request, MEANWHILE)


def _again(request: HttpRequest, found: Playlist, track: int | None = None) -> HttpResponse:
    """The same page of it, at the song where one is named."""
    return redirect(request.get_full_path() + (f"#song-{track}" if track else ""))


def _move(request: HttpRequest, found: Playlist) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, NOT_IN_IT if "track" in form.errors else str(form.errors["to"][0]))
        return _again(request, found)
    values = form.cleaned_data
    _tell_of_others(request, found)
    try:
        service.move_in_playlist(found.pk, values["track"], values["to"] - 1, _user(request))
    except PlaylistEntry.DoesNotExist:
        messages.error(request, NOT_IN_IT)
    return _again(request, found, values["track"])


def _remove(request: HttpRequest, found: Playlist) -> HttpResponse:
    form = ChosenTrackForm(request.POST)
    ids = [form.cleaned_data["track"]] if form.is_valid() else []
    _tell_of_others(request, found)
    if service.remove_from_playlist(found.pk, ids, _user(request)):
        messages.success(request, "Removed from this playlist. The song itself stays in the library.")
    else:
        messages.error(request, NOT_IN_IT)
    return _again(request, found)


def _order(request: HttpRequest, found: Playlist) -> HttpResponse:
    form = SortForm(request.POST)
    if not form.is_valid():
        return unknown_action(request)
    _tell_of_others(request, found)
    sorted_by = service.SortedBy(form.cleaned_data["by"])
    service.sort_playlist(found.pk, sorted_by, _user(request))
    messages.success(request, f"Sorted: {dict(ORDERS)[sorted_by].lower()}.")
    return redirect("playlist", found.pk)


def _rename(request: HttpRequest, found: Playlist) -> HttpResponse:
    form = PlaylistDetailsForm(request.POST)
    status = 400
    try:
        if form.is_valid():
            service.change_playlist(found.pk, form.changes(), _user(request), form.shown())
            messages.success(request, "Saved.")
            return _again(request, found)
    except service.NameTaken as problem:
        form.add_error("name", str(problem))
    except ChangedMeanwhile as conflict:
        status = 409
        _add_conflicts(form, get_object_or_404(Playlist, pk=found.pk), conflict)
    return render(request, "playlists/playlist.html", _one(request, found.pk, form), status=status)


def _add_conflicts(form: PlaylistDetailsForm, now: Playlist, conflict: ChangedMeanwhile) -> None:
    kept = "Nothing was saved; yours is still in the form. Save again to replace theirs."
    for name in conflict.fields:
        value = shown(getattr(now, name))
        form.add_error(name, f"Somebody else changed the {name} meanwhile, to: “{value}”. {kept}")


def _delete(request: HttpRequest, found: Playlist) -> HttpResponse:
    service.delete_playlist(found.pk, _user(request))
    messages.success(request, f"“{shown(found.name)}” is deleted. Its songs stay in the library.")
    return redirect("playlists")


_CHANGES: dict[str, Callable[[HttpRequest, Playlist], HttpResponse]] = {
    "move": _move,
    "remove": _remove,
    "order": _order,
    "rename": _rename,
    "delete": _delete,
}
