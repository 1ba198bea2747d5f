"""The pages for people: staff only, readable without JavaScript. Forms post to the page they stand on."""

from tracks.views.changes import library_changes
from tracks.views.collecting import saved_searches
from tracks.views.compare import compare
from tracks.views.covers import cover_thumbnail, drawn_cover
from tracks.views.inspector import inspector
from tracks.views.lyric_editor import lyric_editor
from tracks.views.player import track
from tracks.views.player_data import player_data
from tracks.views.playlists import playlist, playlist_changed, playlists
from tracks.views.providers import providers
from tracks.views.shared import shared
from tracks.views.songs import song_list_rows, song_list_takes, tracks
from tracks.views.submitting import new_task
from tracks.views.tasks import task, tasks

__all__ = [
    "compare",
    "cover_thumbnail",
    "drawn_cover",
    "inspector",
    "library_changes",
    "lyric_editor",
    "new_task",
    "player_data",
    "playlist",
    "playlist_changed",
    "playlists",
    "providers",
    "saved_searches",
    "shared",
    "song_list_rows",
    "song_list_takes",
    "task",
    "tasks",
    "track",
    "tracks",
]
