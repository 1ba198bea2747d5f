"""The form of one operation, made from its declaration, which also checks what is sent."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from tracks.lib.plain_lines import plain_lines
from tracks.models import Track
from tracks.presentation import lyric_sheet
from tracks.presentation.labels import track_name
from tracks.providers.operations import Field, Names, Operation, Problem, When
from tracks.services import catalogue
from tracks.services.submission import sources
from tracks.services.submission.source_links import is_made_by_link
from tracks.services.submission.sources import SOURCE, Prepared, prepare

# What a browser sends of a number field; Python would also take 1_2 and the digits of every script.
# https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#valid-floating-point-number
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Suggestion:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field as the page shows it. ``need``: whether it must be filled in; ``faults``: whole sentences.

    ``limits`` and ``required_when`` are JSON for the script that counts and marks during typing.
    ``preview``: the lyrics as they are understood, where the text has sections.
    """

    field: Field
    bound: forms.BoundField
    suggestions: list[Suggestion]
    need: str
    faults: list[str]
    limits: str
    required_when: str
    preview: list[lyric_sheet.SheetRow]

    @property
    def is_short(self) -> bool:
        """Whether half a line is enough for it."""
        return bool(self.field.choices) or self.field.type in (int, float)

    @property
    def is_touched(self) -> bool:
        """Whether it is wrong, or has a value that is not its own default."""
        value, default = self.bound.value(), self.field.default
        return bool(self.faults) or (value not in (None, "", False) and value != default)


@dataclass(frozen=True, slots=True)
class FormParts:
    """The rows of a form: ``main`` in the open, ``extra`` closed, at the end, ``span`` beside a waveform."""

    main: list[FormRow]
    extra: list[FormRow]
    span: list[FormRow]

    @property
    def is_open(self) -> bool:
        return any(row.is_touched for row in self.extra)

    @property
    def all(self) -> list[FormRow]:
        """In the order of the page."""
        return [*self.span, *self.main, *self.extra]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field: its label, its HTML id, and the rest of the sentence, such as
    "is required."."""

    label: str
    anchor: str
    detail: str


SOURCE_FIELD = Field(
    SOURCE,
    int,
    "Song number",
    help="Of a song here; the latest are suggested. What the provider needs of it is filled in by us.",
)


class OperationForm(forms.Form):
    """``source``: the source track, where it is chosen already; its ids are then not asked for."""

    def __init__(
        self,
        provider: str,
        operation: Operation,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        source: Track | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix="p")
        self.provider, self.operation, self.source = provider, operation, source
        self.prepared: Prepared | None = None
        self.declared = list(_asked(operation, source))
        for field in self.declared:
            self.fields[field.name] = _form_field(field)

    def clean(self) -> dict[str, Any]:
        """Sets ``prepared``: blank optional fields are left out, the rest has its declared type."""
        cleaned = super().clean() or {}
        given = {field.name: _value(field, cleaned.get(field.name)) for field in self.declared}
        number = given.pop(SOURCE, None)
        chosen = self.source or self._track(number)
        asked = {name: value for name, value in given.items() if value is not None}
        self.prepared = prepare(self.provider, self.operation, asked, chosen)
        is_unknown = number is not None and chosen is None
        filled = {field.name for field in self.operation.fields if field.names} if is_unknown else set()
        if chosen is None and number is None:
            filled |= self._ask_for_the_source(asked)
        for problem in self.prepared.problems:
            if problem.field in self.fields and problem.field not in filled:
                self.add_error(problem.field, problem.detail)
            elif problem.field not in filled:
                self.add_error(None, f"{self._subject(problem)} {self._in_words(problem.detail)}")
        return cleaned

    def _subject(self, problem: Problem) -> str:
        """What a problem is about that has no field on the form, because a source track is chosen already."""
        if problem.field == SOURCE:
            return "The address of this page"
        return self._labels.get(problem.field, problem.field)

    def _ask_for_the_source(self, asked: Mapping[str, Any]) -> set[str]:
        """One sentence where no source is named, instead of one for each id."""
        naming = {field.name for field in self.operation.fields if field.names}
        if not self.operation.needs_source or naming & set(asked):
            return set()
        other = "a link to a recording" if is_made_by_link(self.operation) else "its ids at the provider"
        self.add_error(SOURCE, f"is required: the number of a song here, or else {other} below.")
        return naming

    def _track(self, number: Any) -> Track | None:
        if number is None:
            return None
        is_id = isinstance(number, int) and 0 < number <= sources.MAX_ID
        found = Track.objects.select_related("task").filter(pk=number).first() if is_id else None
        if found is None:
            detail = "names no track here. The number is the one in the address of the song's page."
            self.add_error(SOURCE, detail)
        return found

    def parts(self, *, with_span: bool = False) -> FormParts:
        """``with_span``: the page shows the source's waveform. The first wrong field has the focus."""
        span = self.operation.span if with_span else None
        known = catalogue.read_catalogue(self.provider)
        rows = [self._row(field, self._suggestions(field, known)) for field in self.declared]
        chosen = [row for row in rows if span and row.field.name in (span.start, span.end)]
        extra = [row for row in rows if self._is_extra(row.field)]
        parts = FormParts([row for row in rows if row not in chosen and row not in extra], extra, chosen)
        if first := next((row for row in parts.all if row.faults), None):
            self.fields[first.field.name].widget.attrs |= {"autofocus": True, "data-focus": True}
        return parts

    def _is_extra(self, field: Field) -> bool:
        """Ids that the number of a song replaces, and a source that nothing needs, are for few people too."""
        if field is SOURCE_FIELD:
            return not self.operation.needs_source
        return field.is_extra or field.names in (Names.TASK, Names.TRACK)

    def _suggestions(self, field: Field, known: catalogue.Catalogue) -> list[Suggestion]:
        if field is SOURCE_FIELD:
            songs = sources.recent_sources(self.provider, self.operation)
            return [Suggestion(str(song.pk), _take(song)) for song in songs]
        entries = known.suggestions(self.provider, self.operation, field)
        return [Suggestion(entry.name, entry.label) for entry in entries]

    def _row(self, field: Field, suggestions: list[Suggestion]) -> FormRow:
        bound = self[field.name]
        rules = [{"most": limit.max_length, **self._condition(limit.when)} for limit in field.limits]
        needs = [self._condition(when) for when in field.required_when]
        return FormRow(
            field=field,
            bound=bound,
            suggestions=suggestions,
            need=self._in_words(_need(field, self.operation)),
            faults=[f"{field.label} {detail}" for detail in self._details(field)],
            limits=json.dumps(rules) if rules else "",
            required_when=json.dumps(needs) if needs else "",
            preview=_preview(bound) if field.multiline else [],
        )

    def _condition(self, when: When) -> dict[str, Any]:
        otherwise = self.operation.defaults.get(when.field)
        condition = {"field": f"id_p-{when.field}", "values": list(when.values), "otherwise": otherwise}
        return condition | ({"also": self._condition(when.also)} if when.also else {})

    def complaints(self) -> list[Complaint]:
        """What is wrong, field by field, for the list above the form."""
        return [
            Complaint(field.label, str(self[field.name].id_for_label), detail)
            for field in self.declared
            for detail in self._details(field)
        ]

    def _details(self, field: Field) -> list[str]:
        """What is wrong with the field: sentences that have its label as their subject."""
        return [self._in_words(str(error)) for error in self[field.name].errors]

    @property
    def _labels(self) -> dict[str, str]:
        return {field.name: field.label for field in (*self.operation.fields, SOURCE_FIELD)}

    def _in_words(self, text: str) -> str:
        """The text with labels in place of the provider's names of fields."""
        labels = self._labels
        # A name such as "title" is also a word of any sentence.
        names = "|".join(name for name in labels if re.search("[A-Z_]", name))
        return re.sub(rf"\b({names})\b", lambda name: f"“{labels[name[0]]}”", text)


def _asked(operation: Operation, source: Track | None) -> Iterator[Field]:
    """The fields of the form: with a source without those filled in from it, else with its number too."""
    if source is None:
        if operation.takes_source:
            yield SOURCE_FIELD
        yield from sorted(operation.fields, key=lambda field: field.names is None)
        return
    yield from (field for field in operation.fields if not field.names)


def _need(field: Field, operation: Operation) -> str:
    if field is SOURCE_FIELD:
        return _instead(operation) if operation.needs_source else "optional"
    if field.names and field.required:
        return "or the song number"
    if field.required:
        return ""
    if field.required_when:
        return "required " + ", also ".join(when.in_words for when in field.required_when)
    return "optional"


def _preview(bound: forms.BoundField) -> list[lyric_sheet.SheetRow]:
    rows = lyric_sheet.sheet_rows_of_text(str(bound.value() or ""))
    return rows if any(row.is_section for row in rows) else []


def _instead(operation: Operation) -> str:
    return "or a link below" if is_made_by_link(operation) else "or its ids below"


def _take(song: Track) -> str:
    take = f" · take {song.position + 1}" if song.position else ""
    return f"{track_name(song)}{take}"


def _form_field(field: Field) -> forms.Field:
    """Only shape and hints: the declaration alone says what is allowed."""
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.type is bool:
        return forms.BooleanField(initial=bool(field.default), **common)
    # Given to the constructor: there the type replaces "text", later it would only stand beside it.
    hints = dict(_hints(field))
    widget: forms.Widget
    if field.choices:
        widget = forms.Select(
            hints, [("", "–"), *((choice, field.in_words(choice)) for choice in field.choices)]
        )
    elif field.multiline:
        widget = forms.Textarea(hints | {"rows": 8 if (field.max_length or 0) > 1500 else 4})
    else:
        widget = forms.TextInput(hints)
    form_field = forms.CharField(widget=widget, initial=field.default, strip=False, **common)
    form_field.validators = []  # Django's own says of a NUL character what the declaration says too.
    return form_field


def _hints(field: Field) -> Iterable[tuple[str, Any]]:
    # Where a track's number will do instead, the browser must not demand it.
    if field.required and not field.names:
        yield "required", True
    if field.type is not str:
        yield from (("type", "number"), ("step", "1" if field.type is int else "any"))
        if field is SOURCE_FIELD:
            yield "list", f"suggestions-{field.name}"
        for name, bound in (("min", field.minimum), ("max", field.maximum)):
            if bound is not None:
                yield name, f"{bound:g}"
        return
    if field.url:
        yield "type", "url"
    if field.max_length is not None and not field.choices:
        yield "maxlength", field.max_length
    if field.vocabulary:
        yield "list", f"suggestions-{field.name}"


def _value(field: Field, raw: Any) -> Any:
    """The parameter in its declared type; None leaves it out. What is not a number stays text."""
    if field.type is bool:
        return bool(raw) if raw or field.required or field.default else None
    text = plain_lines(str(raw or ""))
    if not text.strip():
        return None
    if field.type is str:
        return text if field.multiline else text.strip()
    return _number(field, text.strip())


def _number(field: Field, text: str) -> int | float | str:
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = int(text) if field.type is int else float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
