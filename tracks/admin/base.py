"""What our admin pages share: lists that stay quick with millions of rows, and read-only rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from tracks.admin.id_search import our_id
from tracks.admin.offered import CheckedChangeList, OfferedLookups
from tracks.domain.roles import Action
from tracks.queries.access import may

if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]
else:
    AnyPaginator = Paginator


class CappedPaginator(AnyPaginator):
    """Counts at most CAP rows and offers no page beyond them; filters and search lead there."""

    CAP = 10_000

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Model] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: self.CAP].count()

    @property
    def is_capped(self) -> bool:
        return self.count >= self.CAP


class IndexedChangeList(CheckedChangeList):
    """Orders by one column and the id in the same direction, nulls last, as the tables' indexes do."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Model]) -> list[OrderBy]:  # type: ignore[override]
        first = str(super().get_ordering(request, queryset)[0])
        names = dict.fromkeys([first.lstrip("-").replace("pk", "id"), "id"])
        if first.startswith("-"):
            return [F(name).desc(nulls_last=_may_be_null(self.model, name)) for name in names]
        return [F(name).asc(nulls_last=_may_be_null(self.model, name)) for name in names]


def _may_be_null(model: type[Model], name: str) -> bool | None:
    """True or None: an unneeded NULLS LAST would keep a database from using its index."""
    return True if getattr(model._meta.get_field(name), "null", False) else None


class LargeTableAdmin(OfferedLookups):
    """A list that never counts or sorts the whole table."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    list_per_page = 50
    ordering = ("-id",)
    sortable_by: ClassVar[tuple[str, ...]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IndexedChangeList

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """For actions: whether the user may change such rows, also where the form is read-only."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def has_archive_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ARCHIVE)

    def page_context(self, row: Any) -> dict[str, Any]:
        """What the template of a row's page shows beside the form."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        context = {"row_actions": self._row_actions(request)} | (self.page_context(row) if row else {})
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:  # type: ignore[override]
        """Back to the row's page, for an action that was started there."""
        response = super().response_action(request, queryset)
        row = our_id(request.POST.get("back_to_row", ""))
        if response is None or row is None:
            return response
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row)

    def _row_actions(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Name and label of our own actions, as buttons; deleting has a button already."""
        actions = filter(None, self.get_actions(request).values())
        return [(name, str(label)) for _, name, label in actions if name != "delete_selected"]


class ReadOnlyAdmin(LargeTableAdmin):
    """Rows that only services write: nobody adds, changes or deletes them in the admin."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All fields of the page, also those that are no columns."""
        if self.fieldsets:
            return flatten_fieldsets(self.fieldsets)
        return self.fields or super().get_readonly_fields(request, obj)
