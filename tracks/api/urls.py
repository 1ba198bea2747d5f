"""The URLs of the REST API."""

from __future__ import annotations

from django.urls import path, re_path

from tracks.api import (
    bulk,
    docs,
    events,
    exports,
    family,
    files,
    lyrics,
    notes,
    playlists,
    providers,
    searches,
    tags,
    tasks,
    tracks,
)
from tracks.api.base import NotFoundView
from tracks.domain.roles import Action
from tracks.files.lyric_export import FORMATS
from tracks.queries.access import allowed_to

LYRICS = "tracks/<int:pk>/lyrics."
lyrics_file = files.LyricsFileView.as_view()

app_name = "api"
urlpatterns = [
    path("tasks/", tasks.TaskListView.as_view(), name="task-list"),
    path("tasks/<int:pk>/", tasks.TaskView.as_view(), name="task-detail"),
    path("tasks/<int:pk>/refresh/", tasks.RefreshView.as_view(), name="task-refresh"),
    path("tasks/<int:pk>/settle/", tasks.SettleView.as_view(), name="task-settle"),
    path("tracks/", tracks.TrackListView.as_view(), name="track-list"),
    path("tracks/bulk/", bulk.BulkView.as_view(), name="track-bulk"),
    path("tracks/export.zip", exports.SelectionZipView.as_view(), name="tracks-zip"),
    path("tracks/<int:pk>/export.zip", exports.TrackZipView.as_view(), name="track-zip"),
    path("tracks/<int:pk>/", tracks.TrackView.as_view(), name="track-detail"),
    path("tracks/<int:pk>/archive/", tracks.ArchiveView.as_view(), name="track-archive"),
    path("tracks/<int:pk>/notes/", notes.NoteListView.as_view(), name="track-notes"),
    path("tracks/<int:pk>/notes/<int:note>/", notes.NoteView.as_view(), name="track-note"),
    path("tracks/<int:pk>/family/", family.FamilyView.as_view(), name="track-family"),
    path("tracks/<int:pk>/compare/<int:other>/", family.ComparisonView.as_view(), name="track-comparison"),
    path("tracks/<int:pk>/lyrics/", lyrics.LyricsEditView.as_view(), name="lyrics-edit"),
    path("tracks/<int:pk>/lyrics/lint/", lyrics.LyricsLintView.as_view(), name="lyrics-lint"),
    path("tracks/<int:pk>/lyrics/restore/", lyrics.LyricsRestoreView.as_view(), name="lyrics-restore"),
    path("tracks/<int:pk>/lyrics/versions/", lyrics.VersionListView.as_view(), name="lyrics-versions"),
    path(
        "tracks/<int:pk>/lyrics/versions/<str:version>/", lyrics.VersionView.as_view(), name="lyrics-version"
    ),
    path(f"{LYRICS}json", files.LyricsView.as_view(), {"format": "json"}, name="track-lyrics"),
    *(path(f"{LYRICS}{known}", lyrics_file, {"format": known}, name="track-lyrics") for known in FORMATS),
    # There is no other format; this line also lets a template pass the format as an argument.
    path(f"{LYRICS}<str:format>", NotFoundView.as_view(), name="track-lyrics"),
    path("tracks/<int:pk>/media/<str:kind>", files.MediaView.as_view(), name="track-media"),
    path("tracks/<int:pk>/tagged.mp3", files.TaggedMediaView.as_view(), name="track-tagged"),
    path("tracks/<int:pk>/refused/<str:kind>", files.RefusedMediaView.as_view(), name="track-refused"),
    path("playlists/", playlists.PlaylistListView.as_view(), name="playlist-list"),
    path("playlists/<int:pk>/", playlists.PlaylistView.as_view(), name="playlist-detail"),
    path("playlists/<int:pk>/tracks/", playlists.PlaylistTracksView.as_view(), name="playlist-tracks"),
    path(
        "playlists/<int:pk>/tracks/<int:track>/", playlists.PlaylistTrackView.as_view(), name="playlist-track"
    ),
    path("playlists/<int:pk>/export.m3u8", exports.PlaylistM3u8View.as_view(), name="playlist-m3u8"),
    path("playlists/<int:pk>/export.zip", exports.PlaylistZipView.as_view(), name="playlist-zip"),
    path("tags/", tags.TagListView.as_view(), name="tag-list"),
    path("searches/", searches.SearchListView.as_view(), name="search-list"),
    path("searches/<int:pk>/", searches.SearchView.as_view(), name="search-detail"),
    path("providers/", providers.ProviderListView.as_view(), name="provider-list"),
    path("providers/<str:name>/", providers.ProviderView.as_view(), name="provider-detail"),
    path("events/", events.EventListView.as_view(), name="event-list"),
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("docs/", allowed_to(Action.LOOK)(docs.DocsView.as_view()), name="docs"),
    re_path("", NotFoundView.as_view(), name="nothing"),
]
