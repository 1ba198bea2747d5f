"""Keyset pagination: a page begins after a row's (value, id), so deep pages cost no more and none is skipped.

An ordering is a public name, descending with a ``-`` before it. Rows without a value come last both ways;
rows of equal value are sorted by id. Each ordering reads its own index (migration 0002).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, OrderBy, Q, QuerySet, Value

M = TypeVar("M", bound=Model)

# What a list of tracks may be ordered by, and the column for it.
ORDERINGS: Mapping[str, str] = {
    "id": "id",
    "created_at": "created_at",
    "title": "title",
    "duration": "duration_ms",
    "rating": "rating",
}
MAX_CURSOR = 4000  # characters


class BadCursor(ValueError):
    """The cursor was not made here, or for another ordering."""


class BadOrdering(ValueError):
    """The list has no such ordering."""


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows in their order, and the cursors of the pages after and before; None where the list ends."""

    rows: list[M]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Ordering:
    """One direction through one column."""

    name: str
    field: Field[Any, Any]
    descending: bool

    @property
    def column(self) -> str:
        return self.field.attname

    def terms(self, backward: bool) -> list[OrderBy]:
        """The ORDER BY, spelled as the indexes are; backward reads them from their other end."""
        descending, nulls = self.descending != backward, {"nulls_first" if backward else "nulls_last": True}
        by_id = OrderBy(F("pk"), descending=descending)
        if self.field.primary_key:
            return [by_id]
        return [OrderBy(F(self.column), descending=descending, **nulls), by_id]


@dataclass(frozen=True, slots=True)
class _Place:
    """The place just after a row, or before it when read backward; ``value`` and ``pk`` are the row's."""

    value: Any
    pk: int
    backward: bool

    @classmethod
    def at(cls, row: Model, ordering: _Ordering, *, backward: bool) -> Self:
        return cls(getattr(row, ordering.column), row.pk, backward)

    def reversed(self, ordering: _Ordering) -> _Place:
        """The same place read the other way, so that the row itself is included if it still exists."""
        ascending = ordering.descending == self.backward
        return _Place(self.value, self.pk + (1 if ascending else -1), not self.backward)


def page_of(
    queryset: QuerySet[M],
    ordering: str,
    cursor: str | None,
    size: int,
    orderings: Mapping[str, str] = ORDERINGS,
) -> Page[M]:
    """The page of up to ``size`` rows at the cursor; the first one without a cursor.

    One query of size + 1 rows; a second one only on the page where rows without a value begin. Raises
    BadOrdering for a name that ``orderings`` lacks, and BadCursor.
    """
    by = _ordering(queryset.model, ordering, orderings)
    place = _decoded(cursor, by) if cursor else None
    backward = place is not None and place.backward
    rows = _read(queryset.order_by(*by.terms(backward)), by, place, size + 1)
    has_more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    after, before = _neighbours(rows, by, place, has_more)
    return Page(rows, _encoded(after, by), _encoded(before, by))


def _neighbours(
    rows: list[M], by: _Ordering, place: _Place | None, has_more: bool
) -> tuple[_Place | None, _Place | None]:
    """Where the pages after and before begin."""
    if not rows:
        back = place.reversed(by) if place else None
        return (back, None) if back and not back.backward else (None, back)
    after = _Place.at(rows[-1], by, backward=False)
    before = _Place.at(rows[0], by, backward=True)
    if place is None:
        return (after if has_more else None), None
    if place.backward:
        return after, (before if has_more else None)
    return (after if has_more else None), before


def _read(ordered: QuerySet[M], by: _Ordering, place: _Place | None, count: int) -> list[M]:
    rows: list[M] = []
    for part in _parts(ordered, by, place):
        rows += part[: count - len(rows)]
        if len(rows) == count:
            break
    return rows


def _parts(ordered: QuerySet[M], by: _Ordering, place: _Place | None) -> Iterator[QuerySet[M]]:
    """The rows from the place on, each part one range of the index: rows with a value, rows without."""
    if place is None:
        yield ordered
        return
    if by.field.primary_key:
        yield ordered.filter(_beyond_id(by, place))
        return
    without_value = Q((f"{by.column}__isnull", True))
    if place.value is not None:
        yield ordered.filter(_beyond(by, place))
        if by.field.null and not place.backward:
            yield ordered.filter(without_value)
        return
    yield ordered.filter(without_value, _beyond_id(by, place))
    if place.backward:
        yield ordered.filter(~without_value)


def _beyond_id(by: _Ordering, place: _Place) -> Q:
    return Q((f"pk__{'lt' if by.descending != place.backward else 'gt'}", place.pk))


def _beyond(by: _Ordering, place: _Place) -> Func:
    """``(column, id) > (value, pk)``: one range of the index, which no condition with OR becomes."""
    here = _row(F(by.column), F("pk"))
    there = _row(Value(place.value, output_field=by.field), Value(place.pk))
    sign = " < " if by.descending != place.backward else " > "
    return Func(here, there, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())


def _row(*columns: F | Value) -> Func:
    return Func(*columns, template="(%(expressions)s)", output_field=BooleanField())


def _ordering(model: type[Model], ordering: str, orderings: Mapping[str, str]) -> _Ordering:
    column = orderings.get(ordering.removeprefix("-"))
    if column is None:
        raise BadOrdering(f"The list can be ordered by {', '.join(orderings)}, and by those with a - before.")
    field = model._meta.get_field(column)
    assert isinstance(field, Field)
    return _Ordering(ordering, field, ordering.startswith("-"))


def _encoded(place: _Place | None, by: _Ordering) -> str | None:
    """Opaque and safe in a URL. It holds the ordering, so that it is refused for another one."""
    if place is None:
        return None
    value = place.value.astimezone(UTC).isoformat() if isinstance(place.value, datetime) else place.value
    text = "" if value is None else f"={value}"
    plain = f"{'<' if place.backward else '>'}|{by.name}|{place.pk}|{text}"
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decoded(cursor: str, by: _Ordering) -> _Place:
    try:
        if len(cursor) > MAX_CURSOR:
            raise ValueError("too long")
        plain = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
        way, name, pk, text = plain.split("|", 3)
        if way not in ("<", ">") or name != by.name or "\0" in text:
            raise ValueError("not made for this list")
        return _Place(_value(by.field, text), _whole(by.field.model._meta.pk, pk), way == "<")
    except (ValueError, OverflowError, ValidationError) as error:
        raise BadCursor(
            "The cursor is not one of this list in this order. Begin again without it."
        ) from error


def _value(field: Field[Any, Any], text: str) -> Any:
    if not text:
        if not field.null:
            raise ValueError("this column always has a value")
        return None
    value = field.to_python(text[1:])
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    field.run_validators(value)
    return value


def _whole(field: Field[Any, Any] | None, text: str) -> int:
    number = int(text)
    assert field is not None
    field.run_validators(number)
    return number
