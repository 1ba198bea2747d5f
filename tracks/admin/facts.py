"""What the admin's pages share: facts can be looked at and not changed, and lists of millions stay quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.functional import cached_property

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyPaginator = Paginator[Any]
else:
    AnyAdmin, AnyPaginator = admin.ModelAdmin, Paginator


class CappedPaginator(AnyPaginator):
    """Counts no further than CAP rows, and so offers no page behind them: filters and search lead there."""

    CAP = 10_000

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Model] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: self.CAP].count()

    @property
    def is_capped(self) -> bool:
        return self.count >= self.CAP


class IndexedChangeList(ChangeList):
    """Orders by one column, nulls last and the id in the same direction: as the tables' indexes do."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Model]) -> list[OrderBy]:  # type: ignore[override]
        first = str(super().get_ordering(request, queryset)[0])
        names = dict.fromkeys([first.lstrip("-").replace("pk", "id"), "id"])
        if first.startswith("-"):
            return [F(name).desc(nulls_last=_may_be_null(self.model, name)) for name in names]
        return [F(name).asc(nulls_last=_may_be_null(self.model, name)) for name in names]


def _may_be_null(model: type[Model], name: str) -> bool | None:
    """None leaves the words out where they would only keep a database from using its index."""
    return True if getattr(model._meta.get_field(name), "null", False) else None


class QuickAdmin(AnyAdmin):
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
        """For actions: who may change rows of this kind, also where the form itself is read-only."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")


class FactAdmin(QuickAdmin):
    """Rows that only the services write: nobody adds, changes or deletes them here."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
