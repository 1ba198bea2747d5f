"""Leases: claim due rows by a conditional update, the same on every database.

The due column is also the lease: a claim moves it into the future, so a row whose worker died becomes due
again by itself. The count of claims rises before the work and returns to zero when the work completes. A row
with more than MAX_CLAIMS claims ended its worker each time; whoever claims it parks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from tracks.lib.heartbeat import show_idle, show_work

M = TypeVar("M", bound=Model)

# How many due rows to try before giving up: other workers may claim the same ones at that moment.
_CANDIDATES = 10


class LeaseLost(Exception):
    """The row became due again and another worker may have it: stop, and write nothing."""


@dataclass(frozen=True, slots=True)
class DueColumn:
    """The names of a model's columns for a due time and its count of claims."""

    due: str
    claims: str


@dataclass(slots=True)
class Lease(Generic[M]):
    """A claimed row, ours until ``until``. Every write to it goes through :meth:`complete`."""

    row: M
    column: DueColumn
    until: datetime
    claims: int

    @property
    def attempts_exhausted(self) -> bool:
        """Whether more than MAX_CLAIMS claims, this one included, did not complete."""
        return self.claims > settings.MAX_CLAIMS

    def renew(self) -> None:
        """Extends the lease to LEASE seconds. Raises LeaseLost."""
        # Only once a third of it is used, so that it is cheap to call often.
        if self.until - timezone.now() <= timedelta(seconds=settings.LEASE * 2 / 3):
            self.extend(settings.LEASE)

    def extend(self, seconds: float) -> None:
        """Extends the lease to this many seconds from now, for work that cannot renew. Raises LeaseLost."""
        until = timezone.now() + timedelta(seconds=seconds)
        if not self._ours().update(**{self.column.due: until}):
            show_idle()
            raise LeaseLost
        self.until = until
        show_work(seconds)

    def release(self, *, counts: bool = False) -> None:
        """Makes the row due again as before the claim; without effect once the lease is lost.

        ``counts``: this claim stays counted as one that did not complete. Earlier ones stay counted anyway.
        """
        due, claims = getattr(self.row, self.column.due), self.claims if counts else self.claims - 1
        self._ours().update(**{self.column.due: due, self.column.claims: claims})
        show_idle()

    def complete(self, *, due: datetime | None, **values: Any) -> None:
        """Writes the outcome and the next due time if the lease is still ours. Raises LeaseLost."""
        changes: Mapping[str, Any] = {**values, self.column.due: due, self.column.claims: 0}
        show_idle()
        if not self._ours().update(**changes):
            raise LeaseLost
        for name, value in changes.items():
            setattr(self.row, name, value)

    def _ours(self) -> QuerySet[M]:
        rows: QuerySet[M] = type(self.row)._default_manager.filter(pk=self.row.pk)
        return rows.filter(**{self.column.due: self.until})


def claim(rows: QuerySet[M], column: DueColumn, seconds: float | None = None) -> Lease[M] | None:
    """Claims the first row that is still due, in the queryset's order; None when there is none.

    ``seconds``: how long the lease lasts, for work that cannot renew it; LEASE by default.
    """
    for row in rows[:_CANDIDATES]:
        lasts = seconds or settings.LEASE
        until = timezone.now() + timedelta(seconds=lasts)
        still_due = {"pk": row.pk, column.due: getattr(row, column.due)}
        claimed = {column.due: until, column.claims: F(column.claims) + 1}
        if type(row)._default_manager.filter(**still_due).update(**claimed):
            show_work(lasts)
            return Lease(row, column, until, getattr(row, column.claims) + 1)
    return None


def request_lease_seconds() -> float:
    """How long a row is leased for one request to its provider: to connect and to read, with a margin."""
    return 2.0 * settings.PROVIDER_TIMEOUT + 15
