"""Lists that take only the look-ups that they offer, and answer every other query string without a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError
from django.http import HttpRequest

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
else:
    AnyAdmin = admin.ModelAdmin

# What the links of Django's own filters ask of their field (django/contrib/admin/filters.py, 5.2).
_OF_FIELD_FILTERS = ("exact", "id__exact", "isnull", "gte", "lt")


class CheckedChangeList(ChangeList):
    """Reads its page at once: a value that the database refuses leads to the list without its filters."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
            bool(self.result_list)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


class OfferedLookups(AnyAdmin):
    """For any model admin. Look-ups that no filter offers are refused with 400.

    Django allows all of a model's own fields: on columns without an index, as regular expressions, and as
    dates that do not exist, which end in a fault where the database is asked.
    """

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CheckedChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        # Django looks for a field without a name where ``_to_field`` is given and blank.
        return super().get_object(request, object_id, from_field or None)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        assert request is not None
        return any(lookup in _parameters(each) for each in self.get_list_filter(request))


def _parameters(offered: Any) -> list[str]:
    """The names in the query that a filter reads: its own, or those of a field."""
    if isinstance(offered, str):
        return [offered, *(f"{offered}__{suffix}" for suffix in _OF_FIELD_FILTERS)]
    return [str(offered.parameter_name)]
