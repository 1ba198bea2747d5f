"""Declares operations: checks, forms, the API's schema and the simulator all read the same declaration.

Without Django and database, so that the simulator can import it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracks.domain.updates import AssetKind, TrackKind
from tracks.domain.vocabulary import Vocabulary

Params = Mapping[str, Any]
# What an operation makes, in a word for people; lists show it in this order.
MAKES: dict[TrackKind, str] = {
    TrackKind.SONG: "songs",
    TrackKind.LYRICS: "lyrics",
    TrackKind.FILES: "files",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter.

    ``detail``: a sentence without its subject, such as "is required."; whoever shows it puts the field's name
    or label before it.
    """

    field: str
    code: str
    detail: str

    @property
    def sentence(self) -> str:
        """The whole sentence, with the provider's name of the field as its subject."""
        return f"{self.field} {self.detail}"


class Names(StrEnum):
    """What a field names of the source track; such fields can be filled in from a track of ours."""

    TRACK = "track"  # the provider's id of the track
    TASK = "task"  # the provider's id of the task that made it
    AUDIO = "audio"  # a public link to its audio


@dataclass(frozen=True, slots=True)
class When:
    """A condition on another field: its value (its default where it is left out) is one of these.

    ``wording``: the condition in words, such as "with customMode". ``also``: must hold too.
    """

    field: str
    values: tuple[str | bool, ...]
    wording: str
    also: When | None = None

    def holds(self, params: Params, defaults: Params) -> bool:
        is_so = params.get(self.field, defaults.get(self.field)) in self.values
        return is_so and (self.also is None or self.also.holds(params, defaults))

    @property
    def in_words(self) -> str:
        return f"{self.wording} and {self.also.in_words}" if self.also else self.wording


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many characters under a condition, such as with an older model."""

    max_length: int
    when: When


@dataclass(frozen=True, slots=True)
class SpanRule:
    """A part of the source track, chosen by where it starts and ends.

    ``start``, ``end``: the fields for that, in seconds. ``shortest``, ``longest``: in seconds. ``share``: at
    most so much of the track, such as 0.5.
    """

    start: str
    end: str
    shortest: float
    longest: float
    share: float


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of the source track. ``model``: by its name in requests; blank where not known."""

    duration_ms: int | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, by the provider's own name. Lengths in characters; ``minimum``, ``maximum`` and
    ``exclusive_minimum`` in the parameter's own unit.

    ``limits``: tighter lengths under a condition. ``required_when``: required where any of these holds.
    ``names``: what it names of the source track. ``vocabulary``: its suggestions come from the catalogue.
    ``decimals``: at most so many decimal places. ``within_source``: a time in seconds in the source track.
    ``nullable``: null is the same as leaving it out. ``as_source``: the model that made the source track.
    ``choice_labels``: the choices in words, in their order. ``is_extra``: few people want it, so forms keep
    it closed, at their end.
    """

    name: str
    type: type[str] | type[bool] | type[int] | type[float]
    label: str
    help: str = ""
    required: bool = False
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    decimals: int | None = None
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    default: str | bool | float | None = None
    multiline: bool = False
    url: bool = False
    names: Names | None = None
    vocabulary: Vocabulary | None = None
    limits: tuple[Limit, ...] = ()
    required_when: tuple[When, ...] = ()
    within_source: bool = False
    nullable: bool = False
    as_source: bool = False
    is_extra: bool = False

    def in_words(self, value: Any) -> str:
        """The value as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return dict(zip(self.choices, self.choice_labels, strict=False)).get(value, str(value))

    def problems(self, value: Any) -> Iterable[Problem]:
        if value is None and self.nullable:
            return
        if not self._fits(value):
            yield Problem(self.name, "invalid", f"must be {_TYPES[self.type]}.")
        elif isinstance(value, str):
            yield from self._text_problems(value)
        elif not isinstance(value, bool):
            yield from self._number_problems(value)

    def _fits(self, value: Any) -> bool:
        if self.type in (int, float):
            number = isinstance(value, int if self.type is int else int | float)
            return number and not isinstance(value, bool) and -_HUGE < value < _HUGE
        return isinstance(value, self.type)

    def _text_problems(self, value: str) -> Iterable[Problem]:
        if self.required and not value.strip():
            yield Problem(self.name, "blank", "may not be blank.")
        if "\x00" in value:
            yield Problem(self.name, "null_characters_not_allowed", "holds a NUL character.")
        if self.max_length is not None and len(value) > self.max_length:
            detail = f"has {len(value)} characters; at most {self.max_length} are allowed."
            yield Problem(self.name, "max_length", detail)
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices)
            yield Problem(self.name, "invalid_choice", f"must be one of: {allowed}.")
        if self.url and value and not value.startswith(("http://", "https://")):
            yield Problem(self.name, "invalid", "must be an http or https link.")

    def _number_problems(self, value: float) -> Iterable[Problem]:
        given = _exactly(value)
        if self.minimum is not None and value < self.minimum:
            yield Problem(self.name, "min_value", f"is {given}; at least {self.minimum:g} is allowed.")
        if self.exclusive_minimum is not None and value <= self.exclusive_minimum:
            yield Problem(
                self.name, "min_value", f"is {given}; it must be more than {self.exclusive_minimum:g}."
            )
        if self.maximum is not None and value > self.maximum:
            yield Problem(self.name, "max_value", f"is {given}; at most {self.maximum:g} is allowed.")
        if self.decimals is not None and round(value, self.decimals) != value:
            detail = f"is {given}; at most {self.decimals} decimals are allowed."
            yield Problem(self.name, "max_decimal_places", detail)


_HUGE = 10**15
_TYPES: dict[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _exactly(number: float) -> str:
    """All its digits: one that is hardly over a limit must not read as the limit itself."""
    return str(int(number) if number == int(number) else number)


def _without(params: Params, names: Collection[str]) -> Params:
    return {name: value for name, value in params.items() if name not in names}


def _no_rules(params: Params, source: SourceFacts | None) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What a person can request: its fields, the rules between them, and its paths at the provider.

    ``fields``: in the order in which forms ask for them, words and style first.
    ``submit`` and ``query``: paths of the provider's API. ``stages``: the callbacks of a complete run, by the
    provider's words. ``doc``: the provider's page about it. ``rules``: checks that need several fields or the
    source track; they run only where every field alone is right. ``from_source``: what a form starts with
    where a source track is chosen. ``brings``: the files of a song that people ask for by their kind.
    ``words_field``, ``title_field``, ``style_field``: the fields that take finished lyrics, their title, and
    the style of a source track, by its defaults; blank where it has none. ``span``: the part of the source
    track that it is about.
    """

    name: str
    label: str
    summary: str
    fields: tuple[Field, ...]
    callback_field: str
    submit: str
    query: str
    stages: tuple[str, ...]
    doc: str
    makes: TrackKind = TrackKind.SONG
    brings: AssetKind | None = None
    rules: Callable[[Params, SourceFacts | None], Iterable[Problem]] = _no_rules
    from_source: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    words_field: str = ""
    title_field: str = ""
    style_field: str = ""
    span: SpanRule | None = None

    @property
    def defaults(self) -> Params:
        return {field.name: field.default for field in self.fields if field.default is not None}

    def names(self, what: Names) -> Field | None:
        """The field that names this of the source track, if the operation has one."""
        return next((field for field in self.fields if field.names is what), None)

    @property
    def takes_source(self) -> bool:
        """Whether it can be made from a track of ours."""
        return any(field.names for field in self.fields)

    @property
    def needs_source(self) -> bool:
        """Whether it is always made from something that exists: a track, a task or a recording."""
        return any(field.names and field.required for field in self.fields)

    def problems(self, params: Params, source: SourceFacts | None = None) -> list[Problem]:
        """Everything that is wrong with these parameters; empty when they may be sent.

        ``source``: what is known of the source track, where it is one of ours.
        """
        own = [*self._unknown(params), *self._missing(params), *self._wrong(params)]
        faulty = {problem.field for problem in own}
        # What depends on a faulty field is not checked; the rules rely on every field being as declared.
        sound, defaults = _without(params, faulty), _without(self.defaults, faulty)
        between = [
            *self._needed(sound, defaults),
            *self._over_limit(sound, defaults),
            *self._outside(sound, source),
        ]
        found = [*own, *(problem for problem in between if problem.field not in faulty)]
        return found if own else [*found, *self.rules(params, source)]

    def _unknown(self, params: Params) -> Iterable[Problem]:
        known = {field.name for field in self.fields}
        for name in params:
            if name == self.callback_field:
                yield Problem(name, "invalid", "is filled in by us; leave it out.")
            elif name not in known:
                yield Problem(name, "unknown", f"is not a parameter of {self.name}.")

    def _missing(self, params: Params) -> Iterable[Problem]:
        for field in self.fields:
            if field.required and field.name not in params:
                yield Problem(field.name, "required", "is required.")

    def _wrong(self, params: Params) -> Iterable[Problem]:
        for field in self.fields:
            if field.name in params:
                yield from field.problems(params[field.name])

    def _needed(self, params: Params, defaults: Params) -> Iterable[Problem]:
        for field in self.fields:
            why = next((when for when in field.required_when if when.holds(params, defaults)), None)
            value = params.get(field.name)
            if why and (value is None or (isinstance(value, str) and not value.strip())):
                yield Problem(field.name, "required", f"is required {why.in_words}.")

    def _over_limit(self, params: Params, defaults: Params) -> Iterable[Problem]:
        for field in self.fields:
            length = len(str(params.get(field.name) or ""))
            in_force = [limit for limit in field.limits if limit.when.holds(params, defaults)]
            tightest = min(in_force, key=lambda limit: limit.max_length, default=None)
            if tightest and length > tightest.max_length:
                allowed = f"at most {tightest.max_length} are allowed {tightest.when.in_words}"
                yield Problem(field.name, "max_length", f"has {length} characters; {allowed}.")

    def _outside(self, params: Params, source: SourceFacts | None) -> Iterable[Problem]:
        length_ms, model = (source.duration_ms, source.model) if source else (None, "")
        for field in self.fields:
            value = params.get(field.name)
            if field.as_source and model and value not in (None, model):
                yield Problem(field.name, "invalid", f"must be {model}, as that of the song it goes on from.")
            if field.within_source and length_ms and value is not None and value * 1000 >= length_ms:
                length = f"the source track is only {length_ms / 1000:g} s long"
                yield Problem(field.name, "max_value", f"is {_exactly(value)}; {length}.")
