"""Lists that take only the look-ups that they offer, and answer every other query string without a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import DateTimeField, Field, ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone

from tracks.admin.formatting import plain_column

AnyField: TypeAlias = "Field[Any, Any]"
if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyChoices = ModelMultipleChoiceField[Any]
else:
    AnyAdmin, AnyChoices = admin.ModelAdmin, ModelMultipleChoiceField

# What the links of Django's own filters ask of their field (django/contrib/admin/filters.py, 5.2).
_OF_FIELD_FILTERS = ("exact", "id__exact", "isnull", "gte", "lt")


class CheckedChangeList(ChangeList):
    """Reads its page at once: a value that the database refuses leads to the list without its filters."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Times without a zone are taken in ours; Django compares them all the same, with a warning."""
        given = super().get_filters_params(params)
        times = {field.name: field for field in self.lookup_opts.fields if isinstance(field, DateTimeField)}
        for name, values in given.items():
            column, _, suffix = name.partition("__")
            if column in times and suffix in ("", *_OF_FIELD_FILTERS) and suffix != "isnull":
                given[name] = [_with_zone(times[column], value) for value in values]
        return given

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
            bool(self.result_list)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


def _with_zone(field: DateTimeField[Any, Any], value: str) -> str:
    try:
        moment = field.to_python(value)
    except ValidationError:
        return value  # the filter refuses it
    return str(timezone.make_aware(moment)) if moment and timezone.is_naive(moment) else value


class CheckedChoices(AnyChoices):
    """Refuses what can be no row's id; Django asks the database for it, and SQLite ends in a fault."""

    def clean(self, value: Any) -> QuerySet[Any]:
        assert self.queryset is not None
        for each in value or []:
            if not may_be_key(self.queryset.model._meta.pk, each):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": each}
                )
        return super().clean(value)


def may_be_key(field: AnyField, text: str) -> bool:
    """Whether a row can have this value, as it came in an address or a form, in the field."""
    try:
        field.run_validators(field.to_python(text))
    except ValidationError:
        return False
    return "\0" not in text


class OfferedLookups(AnyAdmin):
    """For any model admin. Look-ups that no filter offers are refused with 400.

    Django allows all of a model's own fields: on columns without an index, as regular expressions, and as
    dates that do not exist, which end in a fault where the database is asked.
    """

    # Its links are look-ups too, and it asks for all dates of the table.
    date_hierarchy = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CheckedChangeList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Times and switches of the table look as they do everywhere."""
        fields = {field.name: field for field in self.opts.fields}
        return [
            plain_column(fields[name]) if name in fields and not hasattr(self, name) else name
            for name in super().get_list_display(request)
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        # Django looks for a field without a name where ``_to_field`` is given and blank.
        key = cast(AnyField, self.opts.get_field(from_field)) if from_field else self.opts.pk
        if not may_be_key(key, object_id):
            return None
        return super().get_object(request, object_id, from_field or None)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What can be no row's id is not selected."""
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = [each for each in selected if may_be_key(self.opts.pk, each)]
        if keys != selected:
            form = request.POST.copy()
            form.setlist(ACTION_CHECKBOX_NAME, keys)
            request.POST = form  # type: ignore[assignment]  # Django's own is one that cannot change
        return super().changelist_view(request, extra_context)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        kwargs.setdefault("form_class", CheckedChoices)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        assert request is not None
        return any(lookup in _parameters(each) for each in self.get_list_filter(request))


def _parameters(offered: Any) -> list[str]:
    """The names in the query that a filter reads: its own, or those of a field."""
    if isinstance(offered, str):
        return [offered, *(f"{offered}__{suffix}" for suffix in _OF_FIELD_FILTERS)]
    return [str(offered.parameter_name)]
