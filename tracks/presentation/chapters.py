"""The sections of a lyric sheet as a list to jump by: what the page calls chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracks.presentation.lyric_sheet import SheetRow
from tracks.presentation.sections import SectionKind, kind_of_section
from tracks.presentation.times import decimal_seconds


@dataclass(frozen=True, slots=True)
class Chapter:
    """``anchor``: its heading in the page. ``start``: seconds as text, blank where not known."""

    anchor: str
    name: str
    kind: SectionKind
    start: str
    start_ms: int | None


def chapters(rows: Sequence[SheetRow]) -> list[Chapter]:
    """The headings of a sheet in their order; one without a time begins with the first line below it."""
    return [_chapter(row, rows[place + 1 :]) for place, row in enumerate(rows) if row.is_section]


def _chapter(row: SheetRow, below: Sequence[SheetRow]) -> Chapter:
    start_ms = row.start_ms if row.start_ms is not None else _first_start(below)
    return Chapter(
        anchor=row.anchor,
        name=row.text[:1].upper() + row.text[1:],
        kind=kind_of_section(row.text),
        start=decimal_seconds(start_ms),
        start_ms=start_ms,
    )


def _first_start(rows: Sequence[SheetRow]) -> int | None:
    for row in rows:
        if row.is_section:
            return None
        if not row.pause:
            return row.start_ms
    return None
