"""Claiming what is due: a conditional update on the due column, on every database alike.

The due column is also the lease: a claim moves it into the future, so a row whose worker died comes due
again by itself. The count of claims rises before the work and returns to zero when the work completes in
an orderly way; a row that reaches the limit killed its worker each time and is parked by its owner.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import F, Model, QuerySet
from django.utils import timezone

M = TypeVar("M", bound=Model)

# How many candidates to try before giving up: others may be claiming at the same moment.
_CANDIDATES = 10


class LeaseLost(Exception):
    """The row came due again meanwhile and somebody else has it: stop, and write nothing."""


@dataclass(frozen=True, slots=True)
class DueColumn:
    """The names of the columns that hold a kind of row's due time and its count of claims."""

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
        """The work died under this row more than MAX_CLAIMS times."""
        return self.claims > settings.MAX_CLAIMS

    def renew(self) -> None:
        """Extends the lease to LEASE seconds once a third of it is used, so it is cheap to call often.

        Raises LeaseLost.
        """
        if self.until - timezone.now() <= timedelta(seconds=settings.LEASE * 2 / 3):
            self.extend(settings.LEASE)

    def extend(self, seconds: float) -> None:
        """Extends the lease to so many seconds from now, for work that cannot renew. Raises LeaseLost."""
        until = timezone.now() + timedelta(seconds=seconds)
        if not self._ours().update(**{self.column.due: until}):
            raise LeaseLost
        self.until = until
        heartbeat()

    def release(self, *, counts: bool = False) -> None:
        """Makes the row due again as before the claim; a lease that was lost is passed over.

        ``counts``: the claim stays counted, as one that did not complete. Earlier ones do in any case.
        """
        due, claims = getattr(self.row, self.column.due), self.claims if counts else self.claims - 1
        self._ours().update(**{self.column.due: due, self.column.claims: claims})

    def complete(self, *, due: datetime | None, **values: Any) -> None:
        """Writes the outcome and the next due time while the lease is ours. Raises LeaseLost."""
        changes: Mapping[str, Any] = {**values, self.column.due: due, self.column.claims: 0}
        if not self._ours().update(**changes):
            raise LeaseLost
        for name, value in changes.items():
            setattr(self.row, name, value)

    def _ours(self) -> QuerySet[M]:
        rows: QuerySet[M] = type(self.row)._default_manager.filter(pk=self.row.pk)
        return rows.filter(**{self.column.due: self.until})


def claim(rows: QuerySet[M], column: DueColumn, seconds: float | None = None) -> Lease[M] | None:
    """Claims the first row that is still due, in the queryset's order, or None.

    ``seconds``: how long the lease lasts, for work that cannot renew it; LEASE where none is given.
    """
    for row in rows[:_CANDIDATES]:
        until = timezone.now() + timedelta(seconds=seconds or settings.LEASE)
        still_due = {"pk": row.pk, column.due: getattr(row, column.due)}
        claimed = {column.due: until, column.claims: F(column.claims) + 1}
        if type(row)._default_manager.filter(**still_due).update(**claimed):
            heartbeat()
            return Lease(row, column, until, getattr(row, column.claims) + 1)
    return None


def request_lease_seconds() -> float:
    """How long a row is leased for one request to its provider: connect, wait and read, with a margin."""
    return 2.0 * settings.PROVIDER_TIMEOUT + 15


def heartbeat() -> None:
    """Shows this worker's supervisor that work is being taken up: touches the file that it watches."""
    path = os.environ.get("MUSICGEN_HEARTBEAT_FILE")
    if path:
        with suppress(OSError):
            os.utime(path)
