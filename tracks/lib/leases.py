"""Claiming what is due: a conditional update on the due column, on every database alike.

The due column is also the lease: a claim moves it into the future, so a row whose worker died comes due
again by itself. The count of claims rises before the work and returns to zero when the work concludes in
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
    """Where a kind of row keeps its due time and its count of claims."""

    due: str
    claims: str


@dataclass(slots=True)
class Lease(Generic[M]):
    """A claimed row, held until ``until``. Every write to it goes through :meth:`conclude`."""

    row: M
    column: DueColumn
    until: datetime
    claims: int

    @property
    def is_worn_out(self) -> bool:
        """The work died under this row too often."""
        return self.claims > settings.MAX_CLAIMS

    def renew(self) -> None:
        """Holds the row for longer; raises LeaseLost. Cheap to call often: writes at a third of the lease."""
        if self.until - timezone.now() <= timedelta(seconds=settings.LEASE * 2 / 3):
            self.hold(settings.LEASE)

    def hold(self, seconds: float) -> None:
        """Holds the row for so long from now, for work that cannot renew; raises LeaseLost."""
        until = timezone.now() + timedelta(seconds=seconds)
        if not self._held().update(**{self.column.due: until}):
            raise LeaseLost
        self.until = until
        pulse()

    def give_back(self, *, counts: bool = False) -> None:
        """Due again as before the claim; a lease that was lost needs no return.

        ``counts``: the claim counts as one that was not concluded. Those of before count in any case.
        """
        due, claims = getattr(self.row, self.column.due), self.claims if counts else self.claims - 1
        self._held().update(**{self.column.due: due, self.column.claims: claims})

    def conclude(self, *, due: datetime | None, **values: Any) -> None:
        """Writes the outcome and the next due time, only while the lease is ours; raises LeaseLost."""
        changes: Mapping[str, Any] = {**values, self.column.due: due, self.column.claims: 0}
        if not self._held().update(**changes):
            raise LeaseLost
        for name, value in changes.items():
            setattr(self.row, name, value)

    def _held(self) -> QuerySet[M]:
        rows: QuerySet[M] = type(self.row)._default_manager.filter(pk=self.row.pk)
        return rows.filter(**{self.column.due: self.until})


def claim(rows: QuerySet[M], column: DueColumn, seconds: float | None = None) -> Lease[M] | None:
    """Takes the first row that is still due, in the queryset's order, or None.

    ``seconds``: how long it is held, for work that cannot renew; default the usual lease.
    """
    for row in rows[:_CANDIDATES]:
        until = timezone.now() + timedelta(seconds=seconds or settings.LEASE)
        still_due = {"pk": row.pk, column.due: getattr(row, column.due)}
        taken = {column.due: until, column.claims: F(column.claims) + 1}
        if type(row)._default_manager.filter(**still_due).update(**taken):
            pulse()
            return Lease(row, column, until, getattr(row, column.claims) + 1)
    return None


def one_request() -> float:
    """Seconds that hold a row while its provider is asked: to connect, to wait and to read, with a margin."""
    return 2.0 * settings.PROVIDER_TIMEOUT + 15


def pulse() -> None:
    """Shows this worker's watchdog that work is being taken up: touches the file it watches."""
    path = os.environ.get("MUSICGEN_PULSE")
    if path:
        with suppress(OSError):
            os.utime(path)
