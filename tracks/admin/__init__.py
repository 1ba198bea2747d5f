"""The admin of the product's tables; importing it registers them."""

from tracks.admin import (
    access,
    accounts,
    assets,
    catalogue,
    collections,
    history,
    people,
    tasks,
    tracks,
    workers,
)

__all__ = [
    "access",
    "accounts",
    "assets",
    "catalogue",
    "collections",
    "history",
    "people",
    "tasks",
    "tracks",
    "workers",
]
