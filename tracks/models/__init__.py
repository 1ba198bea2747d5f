"""The tables of the product: tasks, their tracks, lyrics, files, statements and events; accounts; workers."""

from tracks.models.access import ApiToken
from tracks.models.accounts import Account
from tracks.models.assets import Asset
from tracks.models.catalogue import CatalogueEntry
from tracks.models.history import Event, Statement
from tracks.models.hosts import FileHost
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
    "Origin",
    "Review",
    "Statement",
    "Task",
    "Track",
    "Worker",
]
