"""The pages' addresses."""

from django.urls import path

from tracks import views

urlpatterns = [
    path("", views.tracks, name="tracks"),
    path("changes.json", views.library_changes, name="changes"),
    path("rows/", views.song_list_rows, name="song-list-rows"),
    path("takes/<int:pk>/", views.song_list_takes, name="song-list-takes"),
    path("tracks/<int:pk>/", views.track, name="track"),
    path("tracks/<int:pk>/lyrics/edit/", views.lyric_editor, name="lyrics-edit"),
    path("tracks/<int:pk>/cover.svg", views.drawn_cover, name="drawn-cover"),
    path("tracks/<int:pk>/cover/<int:size>", views.cover_thumbnail, name="cover-thumbnail"),
    path("tracks/<int:pk>/inspector/", views.inspector, name="inspector"),
    path("tracks/<int:pk>/player.json", views.player_data, name="player-data"),
    path("tracks/<int:pk>/compare/<int:other>/", views.compare, name="compare"),
    path("searches/", views.saved_searches, name="saved-searches"),
    path("playlists/", views.playlists, name="playlists"),
    path("playlists/<int:pk>/", views.playlist, name="playlist"),
    path("playlists/<int:pk>/changed.json", views.playlist_changed, name="playlist-changed"),
    path("shared/<str:token>/", views.shared, name="shared"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/new/", views.new_task, name="new-task"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("providers/", views.providers, name="providers"),
]
