"""The admin of the product's tables: importing it registers them."""

from tracks.admin import access, assets, history, tasks, tracks, workers

__all__ = ["access", "assets", "history", "tasks", "tracks", "workers"]
