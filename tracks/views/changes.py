"""What changed in the list on the screen since its page was drawn: asked often, answered small."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.queries.access import allowed_to
from tracks.queries.changes import changes_since
from tracks.queries.stacks import leaders, listed_songs
from tracks.views.song_filters import requested_filter, requested_ids

MAX_NEW = 99


@allowed_to(Action.LOOK)
@require_safe
def library_changes(request: HttpRequest) -> JsonResponse:
    """Of the songs ``ids`` and the tasks ``tasks`` those with events after ``after``.

    ``new``: how many songs after the one with the id ``newest`` match the filters of the address, at most
    MAX_NEW + 1; null where nothing happened, so that nobody needs to look.
    """
    after = next(iter(requested_ids(request, "after")), 0)
    found = changes_since(after, requested_ids(request, "ids"), requested_ids(request, "tasks"))
    answer = {
        "cursor": found.cursor,
        "changed": found.tracks,
        "tasks": found.tasks,
        "new": _new(request) if found.is_any else None,
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


def _new(request: HttpRequest) -> int:
    newest = next(iter(requested_ids(request, "newest")), 0)
    songs = leaders(requested_filter(request).filtered(listed_songs()), "-id")
    return songs.filter(pk__gt=newest)[: MAX_NEW + 1].count()
