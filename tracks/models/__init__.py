"""The tables: tasks with all that hangs on them, what people make of tracks, accounts, workers."""

from tracks.models.access import ApiToken
from tracks.models.accounts import Account
from tracks.models.assets import Asset
from tracks.models.catalogue import CatalogueEntry
from tracks.models.history import Event, Statement
from tracks.models.hosts import FileHost
from tracks.models.lyrics import LyricVersion
from tracks.models.notes import TrackNote
from tracks.models.playlists import Playlist, PlaylistEntry
from tracks.models.searches import SavedSearch
from tracks.models.tags import Tag, TrackTag
from tracks.models.tasks import Origin, Task
from tracks.models.tracks import LyricLine, Review, Track
from tracks.models.workers import Worker

__all__ = [
    "Account",
    "ApiToken",
    "Asset",
    "CatalogueEntry",
    "Event",
    "FileHost",
    "LyricLine",
    "LyricVersion",
    "Origin",
    "Playlist",
    "PlaylistEntry",
    "Review",
    "SavedSearch",
    "Statement",
    "Tag",
    "Task",
    "Track",
    "TrackNote",
    "TrackTag",
    "Worker",
]
