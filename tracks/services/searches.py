"""Saved searches: filters of the library under a name, for the whole team."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from tracks.domain.names import name_key, tidy_name
from tracks.models import SavedSearch
from tracks.services.events import record_event
from tracks.services.playlists import NameTaken


def save_search(name: str, query: Mapping[str, str], by: User) -> SavedSearch:
    """Name and query must be valid, see name_problem() and queries/library.py. Raises NameTaken."""
    name = tidy_name(name)
    try:
        with transaction.atomic():
            search = SavedSearch.objects.create(
                name=name, key=name_key(name), query=dict(query), created_by=by
            )
            _record("search.saved", search, by)
            return search
    except IntegrityError as error:
        raise NameTaken(name, "saved search") from error


def delete_search(pk: int, by: User) -> None:
    """Raises SavedSearch.DoesNotExist."""
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update().get(pk=pk)
        _record("search.deleted", search, by)
        search.delete()


def _record(kind: str, search: SavedSearch, by: User) -> None:
    data = {"by": by.get_username(), "search": search.pk, "name": search.name, "query": search.query}
    record_event(kind, None, data=data)
