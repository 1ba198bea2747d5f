"""A declarative description of an operation, from which validation, the form and the schema come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracks.updates import TrackKind

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one parameter, in words that name the field and the limit."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, by the provider's own name. Lengths in characters, ``least``/``most`` in its unit."""

    name: str
    type: type[str] | type[bool] | type[int] | type[float]
    label: str
    help: str = ""
    required: bool = False
    max_length: int | None = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    default: str | bool | float | None = None
    multiline: bool = False
    url: bool = False

    def problems(self, value: Any) -> Iterable[Problem]:
        if not self._fits(value):
            yield Problem(self.name, "invalid", f"{self.name} must be {_WORDS[self.type]}.")
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
            yield Problem(self.name, "blank", f"{self.name} may not be blank.")
        if "\x00" in value:
            yield Problem(self.name, "null_characters_not_allowed", f"{self.name} holds a NUL character.")
        if self.max_length is not None and len(value) > self.max_length:
            detail = f"{self.name} has {len(value)} characters; at most {self.max_length} are allowed."
            yield Problem(self.name, "max_length", detail)
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices)
            yield Problem(self.name, "invalid_choice", f"{self.name} must be one of: {allowed}.")
        if self.url and value and not value.startswith(("http://", "https://")):
            yield Problem(self.name, "invalid", f"{self.name} must be an http or https link.")

    def _number_problems(self, value: float) -> Iterable[Problem]:
        if self.least is not None and value < self.least:
            detail = f"{self.name} is {value:g}; at least {self.least:g} is allowed."
            yield Problem(self.name, "min_value", detail)
        if self.most is not None and value > self.most:
            detail = f"{self.name} is {value:g}; at most {self.most:g} is allowed."
            yield Problem(self.name, "max_value", detail)


_HUGE = 10**15
_WORDS: dict[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _no_more_rules(params: Params) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What a person can ask for: its fields, and the rules that hold between them."""

    name: str
    label: str
    summary: str
    fields: tuple[Field, ...]
    callback_field: str
    makes: TrackKind = TrackKind.SONG
    rules: Callable[[Params], Iterable[Problem]] = _no_more_rules

    def problems(self, params: Params) -> list[Problem]:
        """Everything that is wrong with these parameters; empty when they may be sent."""
        own = [*self._unknown(params), *self._missing(params), *self._wrong(params)]
        return own or list(self.rules(params))

    def _unknown(self, params: Params) -> Iterable[Problem]:
        known = {field.name for field in self.fields}
        for name in params:
            if name == self.callback_field:
                yield Problem(name, "invalid", f"{name} is filled in by us; leave it out.")
            elif name not in known:
                yield Problem(name, "unknown", f"{name} is not a parameter of {self.name}.")

    def _missing(self, params: Params) -> Iterable[Problem]:
        for field in self.fields:
            if field.required and field.name not in params:
                yield Problem(field.name, "required", f"{field.name} is required.")

    def _wrong(self, params: Params) -> Iterable[Problem]:
        for field in self.fields:
            if field.name in params:
                yield from field.problems(params[field.name])
