"""The catalogue of models and voices: filled from default lists, read for suggestions and warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tracks import providers
from tracks.domain.vocabulary import Vocabulary
from tracks.models import CatalogueEntry
from tracks.providers.json_fields import text
from tracks.providers.operations import Field, Operation

MAX_ENTRIES = 1000
MAX_NAMED = 4
PLURALS: dict[str, str] = {Vocabulary.MODEL: "models", Vocabulary.VOICE: "voices"}


class BadList(ValueError):
    """A list that cannot be used; the text says what is wrong with it, for people."""


@dataclass(frozen=True, slots=True)
class DefaultEntry:
    """One entry of a default list. ``operations``: empty for all that have such a field."""

    kind: str
    name: str
    label: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: the names of the entries that were added, updated, or are no longer suggested."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [("added", self.added), ("updated", self.updated), ("no longer suggested", self.retired)]
        return "; ".join(f"{label}: {', '.join(names)}" for label, names in parts if names) or "nothing new"


def refresh(provider: str, defaults: Sequence[DefaultEntry] | None = None) -> Refreshed:
    """Brings the provider's default entries in line with its list; a second time changes nothing.

    Entries that a person added or edited stay as they are. ``defaults``: another list than the one beside the
    provider's code. Raises BadList, and KeyError for an unknown provider.
    """
    wanted = default_list(provider) if defaults is None else defaults
    done = Refreshed()
    with transaction.atomic():
        rows = CatalogueEntry.objects.select_for_update().filter(provider=provider)
        known = {(row.kind, row.name): row for row in rows}
        for position, one in enumerate(wanted):
            row = known.pop((one.kind, one.name), None)
            _write_entry(provider, row, one, position, done)
        for row in known.values():
            if row.is_listed and _is_unedited_default(row):
                row.is_listed = False
                row.save(update_fields=["is_listed"])
                done.retired.append(row.name)
    return done


def _is_unedited_default(row: CatalogueEntry) -> bool:
    return row.is_default and not row.is_edited


def _write_entry(
    provider: str, row: CatalogueEntry | None, one: DefaultEntry, position: int, done: Refreshed
) -> None:
    values = {
        "label": one.label,
        "operations": list(one.operations),
        "position": position,
        "is_listed": True,
    }
    if row is None:
        key = {"provider": provider, "kind": one.kind, "name": one.name}
        CatalogueEntry.objects.get_or_create(**key, defaults={**values, "is_default": True})
        done.added.append(one.name)
    elif _is_unedited_default(row) and any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        done.updated.append(one.name)


def default_list(provider: str) -> list[DefaultEntry]:
    """The list beside the provider's code, ``catalogue.json``; empty where it has none.

    Raises BadList, and KeyError for an unknown provider.
    """
    module = import_module(providers.REGISTRY[provider])
    path = Path(str(module.__file__)).with_name("catalogue.json")
    return read_list(path.read_bytes()) if path.is_file() else []


def read_list(raw: bytes) -> list[DefaultEntry]:
    """A list as JSON: ``{"entries": [{"kind", "name", "label"?, "operations"?}]}``. Raises BadList."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadList(f"It is no JSON: {error}") from error
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise BadList(f'It must be an object with a list "entries" of at most {MAX_ENTRIES}.')
    read = [_default_entry(number, entry) for number, entry in enumerate(entries, 1)]
    if len({(one.kind, one.name) for one in read}) < len(read):
        raise BadList("It names an entry twice.")
    return read


def _default_entry(number: int, entry: Any) -> DefaultEntry:
    try:
        one = DefaultEntry(**{**entry, "operations": tuple(entry.get("operations", ()))})
    except (TypeError, AttributeError) as error:
        shape = "it needs a kind and a name, and may have a label and a list of operations."
        raise BadList(f"Entry {number}: {shape}") from error
    # No column holds a NUL, and for the provider a name with blanks around it is another name.
    if not all(text(value) == value for value in (one.kind, one.name, one.label, *one.operations)):
        raise BadList(f"Entry {number}: all must be text, without blanks around it.")
    try:
        CatalogueEntry(provider="-", kind=one.kind, name=one.name, label=one.label).clean_fields()
    except ValidationError as error:
        raise BadList(f"Entry {number}: {'; '.join(error.messages)}") from error
    return one


class Catalogue:
    """The entries of one provider or of all, as they were when it was made (by one query)."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self._entries = list(entries)

    def suggestions(self, provider: str, operation: Operation, field: Field) -> list[CatalogueEntry]:
        """The entries to suggest for a field, in the list's order; empty for a field without a vocabulary."""
        known = self._known(provider, field)
        return [entry for entry in known if entry.is_listed and _takes(operation, entry)]

    def warnings(self, provider: str, operation: Operation, params: Mapping[str, Any]) -> list[str]:
        """A sentence for each model or voice that the provider may not know; it is sent all the same.

        A kind without any entries gives no warnings.
        """
        found = [self._warning(provider, operation, one, params.get(one.name)) for one in operation.fields]
        return [sentence for sentence in found if sentence]

    def _warning(self, provider: str, operation: Operation, field: Field, value: Any) -> str:
        known = self._known(provider, field)
        if not known or not isinstance(value, str) or not value.strip():
            return ""
        entry = next((entry for entry in known if entry.name == value), None)
        listed = self.suggestions(provider, operation, field)
        if entry in listed:
            return ""
        reason = _reason(entry, value, operation, _list_of(provider, field))
        named = ", ".join(entry.name for entry in listed[:MAX_NAMED])
        instead = f" If the provider refuses it, choose another, such as {named}." if named else ""
        return f"{reason}; it is passed on as it is.{instead}"

    def _known(self, provider: str, field: Field) -> list[CatalogueEntry]:
        return [one for one in self._entries if (one.provider, one.kind) == (provider, field.vocabulary)]


def _takes(operation: Operation, entry: CatalogueEntry) -> bool:
    return not entry.operations or operation.name in entry.operations


def _list_of(provider: str, field: Field) -> str:
    return f"{providers.get(provider).label}'s {PLURALS[str(field.vocabulary)]}"


def _reason(entry: CatalogueEntry | None, value: str, operation: Operation, known: str) -> str:
    if entry is None:
        return f"“{value}” is not in our list of {known}"
    if not entry.is_listed:
        return f"“{value}” is no longer in our list of {known}"
    return f"“{value}” is not known to work for “{operation.label}”"


def read_catalogue(provider: str = "") -> Catalogue:
    """The catalogue of one provider; of all where none is named."""
    rows = CatalogueEntry.objects.all()
    return Catalogue(rows.filter(provider=provider) if provider else rows)


def warnings(provider: str, operation: Operation, params: Mapping[str, Any]) -> list[str]:
    """See :meth:`Catalogue.warnings`. One query; none where no field with a vocabulary is filled in."""
    named = [field for field in operation.fields if field.vocabulary and params.get(field.name)]
    return read_catalogue(provider).warnings(provider, operation, params) if named else []
