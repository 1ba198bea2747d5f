"""What people file songs under, as forms of pages post it: tags, playlists, saved searches."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from tracks.domain.roles import Action
from tracks.forms.collecting import PlaylistForm, SavedSearchForm, TagsForm
from tracks.models import Playlist, SavedSearch, Track
from tracks.queries.access import allowed_to
from tracks.services.playlists import (
    NameTaken,
    PlaylistFull,
    add_to_playlist,
    create_playlist,
    remove_from_playlist,
)
from tracks.services.searches import delete_search, save_search
from tracks.services.tags import set_tags
from tracks.views.actions import back, unknown_action


def change_tags(request: HttpRequest, pk: int) -> HttpResponse:
    """The tags of one song, as they stand in one field."""
    form = TagsForm(request.POST)
    if form.is_valid():
        set_tags(get_object_or_404(Track, pk=pk).pk, form.cleaned_data["tags"], _user(request))
        messages.success(request, "The song has these tags now.")
    else:
        _tell(request, form)
    return back(request, reverse("track", args=[pk]))


def put_into_playlist(request: HttpRequest, pk: int) -> HttpResponse:
    """At the end of a playlist, which is made where a new one is named."""
    form = PlaylistForm(request.POST)
    if not form.is_valid():
        _tell(request, form)
        return back(request, reverse("track", args=[pk]))
    try:
        playlist = _playlist(form, _user(request))
        added = add_to_playlist(playlist.pk, [pk], _user(request))
        words = "The song is in the playlist" if added.added else "The song was in the playlist already:"
        messages.success(request, f"{words} “{playlist.name}”.")
    except (NameTaken, PlaylistFull) as problem:
        messages.error(request, str(problem))
    return back(request, reverse("track", args=[pk]))


def take_from_playlist(request: HttpRequest, pk: int) -> HttpResponse:
    form = PlaylistForm(request.POST)
    if form.is_valid():
        playlist = get_object_or_404(Playlist, pk=form.cleaned_data["playlist"] or 0)
        remove_from_playlist(playlist.pk, [pk], _user(request))
        messages.success(request, f"The song is no longer in the playlist “{playlist.name}”.")
    return back(request, reverse("track", args=[pk]))


@allowed_to(Action.REVIEW)
@require_POST
def saved_searches(request: HttpRequest) -> HttpResponse:
    """Saves the search that a page shows, or deletes one; ``do``: save or delete."""
    actions = {"save": _save_search, "delete": _delete_search}
    act = actions.get(request.POST.get("do", ""))
    if act is None:
        return unknown_action(request)
    act(request)
    return back(request, reverse("tracks"))


def _save_search(request: HttpRequest) -> None:
    form = SavedSearchForm(request.POST)
    if not form.is_valid():
        _tell(request, form)
        return
    try:
        search = save_search(form.cleaned_data["name"], form.cleaned_data["query"], _user(request))
        messages.success(request, f"The search “{search.name}” is saved; everybody finds it in the rail.")
    except NameTaken as problem:
        messages.error(request, str(problem))


def _delete_search(request: HttpRequest) -> None:
    """Deleted twice is deleted once."""
    number = request.POST.get("search", "")
    found = SavedSearch.objects.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else None
    search = found.first() if found is not None else None
    if search is not None:
        delete_search(search.pk, _user(request))
        messages.success(request, f"The saved search “{search.name}” is deleted. Its songs stay as they are.")


def _playlist(form: PlaylistForm, user: User) -> Playlist:
    if name := form.cleaned_data["name"]:
        return create_playlist(name, "", user)
    return get_object_or_404(Playlist, pk=form.cleaned_data["playlist"])


def _tell(request: HttpRequest, form: forms.Form) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
