"""Models and voices: the default lists brought into the table, what is suggested, what is warned of."""

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

MOST_ENTRIES = 1000
MOST_NAMED = 4
WORDS: dict[str, str] = {Vocabulary.MODEL: "models", Vocabulary.VOICE: "voices"}


class BadList(ValueError):
    """A list that cannot be used; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Default:
    """One entry of a default list. ``operations``: empty for all that have such a field."""

    kind: str
    name: str
    label: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did, in names: came anew, were changed, are no longer suggested."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = [("added", self.added), ("updated", self.updated), ("no longer suggested", self.retired)]
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in said if names) or "nothing new"


def refresh(provider: str, defaults: Sequence[Default] | None = None) -> Refreshed:
    """Brings the provider's default entries in line with its list; said again, it changes nothing.

    What a person added or edited stays as it is. ``defaults``: another list than the one beside the
    provider's code. Raises BadList.
    """
    wanted = default_list(provider) if defaults is None else defaults
    done = Refreshed()
    with transaction.atomic():
        rows = CatalogueEntry.objects.select_for_update().filter(provider=provider)
        known = {(row.kind, row.name): row for row in rows}
        for position, one in enumerate(wanted):
            row = known.pop((one.kind, one.name), None)
            _put(provider, row, one, position, done)
        for row in known.values():
            if row.is_listed and _is_ours(row):
                row.is_listed = False
                row.save(update_fields=["is_listed"])
                done.retired.append(row.name)
    return done


def _is_ours(row: CatalogueEntry) -> bool:
    return row.is_default and not row.is_edited


def _put(provider: str, row: CatalogueEntry | None, one: Default, position: int, done: Refreshed) -> None:
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
    elif _is_ours(row) and any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        done.updated.append(one.name)


def default_list(provider: str) -> list[Default]:
    """The list beside the provider's code, ``catalogue.json``; empty where it has none. Raises BadList."""
    module = import_module(providers.REGISTRY[provider])
    path = Path(str(module.__file__)).with_name("catalogue.json")
    return read_list(path.read_bytes()) if path.is_file() else []


def read_list(raw: bytes) -> list[Default]:
    """A list as JSON: ``{"entries": [{"kind", "name", "label"?, "operations"?}]}``. Raises BadList."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadList(f"It is no JSON: {error}") from error
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise BadList(f'It must be an object with a list "entries" of at most {MOST_ENTRIES}.')
    read = [_default(number, entry) for number, entry in enumerate(entries, 1)]
    if len({(one.kind, one.name) for one in read}) < len(read):
        raise BadList("It names an entry twice.")
    return read


def _default(number: int, entry: Any) -> Default:
    try:
        one = Default(**{**entry, "operations": tuple(entry.get("operations", ()))})
    except (TypeError, AttributeError) as error:
        words = "it needs a kind and a name, and may have a label and a list of operations."
        raise BadList(f"Entry {number}: {words}") from error
    # What a column cannot hold (NUL), and blanks at an end, which make another name for the provider.
    if not all(text(value) == value for value in (one.kind, one.name, one.label, *one.operations)):
        raise BadList(f"Entry {number}: all must be text, without blanks around it.")
    try:
        CatalogueEntry(provider="-", kind=one.kind, name=one.name, label=one.label).clean_fields()
    except ValidationError as error:
        raise BadList(f"Entry {number}: {'; '.join(error.messages)}") from error
    return one


class Catalogue:
    """The table as it was when it was read, by one query, of one provider or of all."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self._entries = list(entries)

    def suggestions(self, provider: str, operation: Operation, field: Field) -> list[CatalogueEntry]:
        """What to offer for a field, best first; empty where it takes no such words."""
        known = self._known(provider, field)
        return [entry for entry in known if entry.is_listed and _takes(operation, entry)]

    def warnings(self, provider: str, operation: Operation, params: Mapping[str, Any]) -> list[str]:
        """A sentence for each name that the provider may not know; it is passed on all the same.

        Nothing is said of a kind of which no list is known at all.
        """
        said = [self._warning(provider, operation, one, params.get(one.name)) for one in operation.fields]
        return [sentence for sentence in said if sentence]

    def _warning(self, provider: str, operation: Operation, field: Field, value: Any) -> str:
        known = self._known(provider, field)
        if not known or not isinstance(value, str) or not value.strip():
            return ""
        entry = next((entry for entry in known if entry.name == value), None)
        listed = self.suggestions(provider, operation, field)
        if entry in listed:
            return ""
        doubt = _doubt(entry, value, operation, _list_of(provider, field))
        named = ", ".join(entry.name for entry in listed[:MOST_NAMED])
        instead = f" If the provider refuses it, choose another, such as {named}." if named else ""
        return f"{doubt}; it is passed on as it is.{instead}"

    def _known(self, provider: str, field: Field) -> list[CatalogueEntry]:
        return [one for one in self._entries if (one.provider, one.kind) == (provider, field.vocabulary)]


def _takes(operation: Operation, entry: CatalogueEntry) -> bool:
    return not entry.operations or operation.name in entry.operations


def _list_of(provider: str, field: Field) -> str:
    return f"{providers.get(provider).label}'s {WORDS[str(field.vocabulary)]}"


def _doubt(entry: CatalogueEntry | None, value: str, operation: Operation, known: str) -> str:
    if entry is None:
        return f"“{value}” is not in our list of {known}"
    if not entry.is_listed:
        return f"“{value}” is no longer in our list of {known}"
    return f"“{value}” is not known to work for “{operation.label}”"


def read(provider: str = "") -> Catalogue:
    """The catalogue of one provider, or of all."""
    rows = CatalogueEntry.objects.all()
    return Catalogue(rows.filter(provider=provider) if provider else rows)


def warnings(provider: str, operation: Operation, params: Mapping[str, Any]) -> list[str]:
    """See :meth:`Catalogue.warnings`; one query, and none where there is nothing to warn of."""
    named = [field for field in operation.fields if field.vocabulary and params.get(field.name)]
    return read(provider).warnings(provider, operation, params) if named else []
