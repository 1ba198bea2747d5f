"""The admin's groups of lists, content and machinery, and plain names of their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

# By app and model: what a list is called here, in the order of the groups. Libraries name theirs by how
# they work.
CONTENT = {
    "tracks.track": "Songs",
    "tracks.task": "Tasks",
    "tracks.playlist": "Playlists",
    "tracks.playlistentry": "Songs in playlists",
    "tracks.tag": "Tags",
    "tracks.tracktag": "Tags on songs",
    "tracks.savedsearch": "Saved searches",
    "tracks.lyricline": "Lyric lines",
}
MACHINERY = {
    "tracks.asset": "Files",
    "callbacks.callbackevent": "Callbacks",
    "tracks.statement": "Statements",
    "tracks.event": "Events",
    "tracks.account": "Accounts",
    "tracks.catalogueentry": "Catalogue",
    "tracks.worker": "Workers",
    "django_q.schedule": "Schedules",
    "django_q.ormq": "Jobs that wait",
    "django_q.success": "Jobs that are done",
    "django_q.failure": "Jobs that failed",
    "tracks.apitoken": "API tokens",
    "auth.user": "People",
    "auth.group": "Groups",
    "axes.accesslog": "Login log",
    "axes.accessattempt": "Wrong passwords",
    "axes.accessfailurelog": "Refused logins",
}
NAMES = CONTENT | MACHINERY
# What one row of a list is called where the model's own name is not the word of the pages.
SINGULARS = {
    "tracks.track": "song",
    "tracks.asset": "file",
    "tracks.catalogueentry": "entry of the catalogue",
    "tracks.lyricline": "lyric line",
    "django_q.schedule": "schedule",
    "django_q.ormq": "waiting job",
    "django_q.success": "done job",
    "django_q.failure": "failed job",
    "auth.user": "person",
    "axes.accesslog": "login",
    "axes.accessattempt": "wrong password",
    "axes.accessfailurelog": "refused login",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A list in the navigation. ``add_url``: blank for who may not add rows."""

    name: str
    url: str
    add_url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    places: list[Place]


def plain_list_name(model: str) -> str:
    """``model`` as in ``tracks.track``; blank for one that has no name here."""
    return NAMES.get(model, "")


def groups(app_list: Iterable[Mapping[str, Any]], path: str) -> list[Group]:
    """Content and machinery, of what the user may see. ``app_list``: Django's, ``path``: the page's own."""
    seen = dict(_models(app_list))
    named = (("Content", CONTENT), ("Machinery", MACHINERY | _unnamed(seen)))
    found = [
        Group(name, [_place(seen[model], text, path) for model, text in names.items() if model in seen])
        for name, names in named
    ]
    return [group for group in found if group.places]


def _models(app_list: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for app in app_list:
        for model in app["models"]:
            if model["admin_url"]:
                yield f"{app['app_label']}.{model['object_name'].lower()}", model


def _unnamed(seen: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Tables that came with a library and have no place yet."""
    return {model: str(row["name"]) for model, row in seen.items() if model not in NAMES}


def _place(model: Mapping[str, Any], name: str, path: str) -> Place:
    url = model["admin_url"]
    return Place(name, url, model["add_url"] or "", path.startswith(url) and path != reverse("admin:index"))
