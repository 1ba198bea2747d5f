"""The filters of the library that a request asks for, by its page and by the parts that scripts fetch."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from tracks.forms.song_filter import MAX_ID, SongFilter
from tracks.models import Playlist, Track
from tracks.presentation.labels import model_name
from tracks.queries.stacks import listed_songs

RECENT = 300
MAX_SUGGESTIONS = 40
MAX_ASKED = 200  # ids in one request


def requested_filter(request: HttpRequest) -> SongFilter:
    return SongFilter(request.GET)


def offered_filter(request: HttpRequest) -> SongFilter:
    """The same for a page with the form, which offers values to choose from."""
    playlists = Playlist.objects.order_by("-updated_at").values_list("pk", "name")
    return SongFilter(request.GET, *_recent(listed_songs()), list(playlists[:MAX_SUGGESTIONS]))


def requested_ids(request: HttpRequest, name: str) -> list[int]:
    """The numbers of a parameter such as ``ids=3,4``; what is none is passed over."""
    texts = request.GET.get(name, "").split(",", MAX_ASKED)[:MAX_ASKED]
    # The longest id of all databases has 19 digits.
    numbers = [int(text) for text in texts if len(text) < 20 and text.isascii() and text.isdecimal()]
    return [number for number in numbers if number <= MAX_ID]


def _recent(songs: QuerySet[Track]) -> tuple[list[str], list[str]]:
    """Styles and models of the latest songs, the most used first: suggestions for the filters."""
    found = list(songs.order_by("-id").values_list("style", "provider", "model")[:RECENT])
    models = [model_name(provider, model) for _, provider, model in found]
    return _most_used([style for style, *_ in found]), _most_used(models)


def _most_used(names: list[str]) -> list[str]:
    counted = {name: names.count(name) for name in set(names) if 0 < len(name) <= 60}
    return sorted(counted, key=lambda name: (-counted[name], name))[:MAX_SUGGESTIONS]
