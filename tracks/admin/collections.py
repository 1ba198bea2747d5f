"""Playlists, tags and saved searches in the admin, read-only: pages and REST change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.domain.names import name_key
from tracks.models import Playlist, PlaylistEntry, SavedSearch, Tag, TrackTag
from tracks.presentation.library import address
from tracks.queries.library import playlists_with_counts, tag_counts
from tracks.templatetags.pages import time_tag

MAX_SHOWN = 100  # tracks on a page


class _NamedAdmin(ReadOnlyAdmin):
    """Rows with a name, which the list is searched by, in any case and width."""

    search_fields = ("name",)
    search_help_text = "A part of the name."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        key = name_key(search_term.replace("\0", ""))
        return (queryset.filter(key__contains=key) if key else queryset), False

    @admin.display(description="name")
    def shown_name(self, row: Playlist | Tag | SavedSearch) -> str:
        return formatting.visible(row.name)

    @admin.display(description="tracks")
    def count(self, row: Any) -> int:
        return int(row.count)

    @admin.display(description="by")
    def author(self, row: Playlist | SavedSearch) -> str:
        return str(row.created_by or formatting.NOTHING)

    @admin.display(description="created")
    def created(self, row: Playlist | SavedSearch) -> str:
        return time_tag(row.created_at)


@admin.register(Playlist)
class PlaylistAdmin(_NamedAdmin):
    list_display = ("id", "shown_name", "count", "author", "created", "updated")
    list_display_links = ("id", "shown_name")
    fields = ("shown_name", "shown_description", "author", "created", "updated", "count", "first_tracks")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playlist]:
        return playlists_with_counts()

    def view_on_site(self, obj: Playlist) -> str:
        return reverse("playlist", args=[obj.pk])

    @admin.display(description="changed")
    def updated(self, playlist: Playlist) -> str:
        return time_tag(playlist.updated_at)

    @admin.display(description="description")
    def shown_description(self, playlist: Playlist) -> str:
        return formatting.visible(playlist.description)

    @admin.display(description=f"first {MAX_SHOWN} tracks")
    def first_tracks(self, playlist: Playlist) -> SafeString:
        entries = playlist.entries.order_by("position", "pk").select_related("track")[:MAX_SHOWN]
        return _links(entries)


@admin.register(Tag)
class TagAdmin(_NamedAdmin):
    list_display = ("id", "shown_name", "count")
    list_display_links = ("id", "shown_name")
    fields = ("shown_name", "count", "newest_tracks")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return tag_counts()

    def view_on_site(self, obj: Tag) -> str:
        return address({"tag": obj.name})

    @admin.display(description=f"newest {MAX_SHOWN} tracks")
    def newest_tracks(self, tag: Tag) -> SafeString:
        return _links(tag.links.order_by("-track").select_related("track")[:MAX_SHOWN])


@admin.register(SavedSearch)
class SavedSearchAdmin(_NamedAdmin):
    list_display = ("id", "shown_name", "author", "created")
    list_display_links = ("id", "shown_name")
    list_select_related = ("created_by",)
    fields = ("shown_name", "filters", "author", "created")

    def view_on_site(self, obj: SavedSearch) -> str:
        return address(obj.query)

    @admin.display(description="filters")
    def filters(self, search: SavedSearch) -> SafeString:
        return formatting.pretty(search.query)


def _links(rows: QuerySet[PlaylistEntry] | QuerySet[TrackTag]) -> SafeString:
    """The rows' tracks, one a line."""
    links = [(formatting.row_link("tracks_track", row.track_id, str(row.track)),) for row in rows]
    return format_html_join("", "<div>{}</div>", links)
