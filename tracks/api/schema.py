"""What the library cannot infer: the error shape, our vocabularies, each operation's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django.db import DatabaseError
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from tracks import providers
from tracks.api.bodies import BULK_VALUES
from tracks.api.fields import MAX_EXTERNAL_ID, operation_names
from tracks.providers.operations import Field, Operation, When
from tracks.services import catalogue
from tracks.services.catalogue import Catalogue

# What Python's strip() leaves, written out: patterns of other languages know other white space.
NOT_BLANK = r"[^\s\u0000\u001c-\u001f\u0085]"
BLANK = r"^[\s\u001c-\u001f\u0085]*$"
# NUL is in no text that a database can store.
TEXT = r"^[^\u0000]*$"
SEEN_TEXT = rf"^[^\u0000]*{NOT_BLANK}[^\u0000]*$"
JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


class FaultSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)
    attr = serializers.CharField(allow_null=True, read_only=True, help_text="The field, if it is about one.")


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of all errors."""

    type = serializers.CharField(read_only=True)
    errors = FaultSerializer(many=True, read_only=True)  # type: ignore[assignment]


class ApiSchema(AutoSchema):
    """Adds the error shape to every operation, and leaves docstrings out."""

    def get_description(self) -> str:  # type: ignore[override]  # as the library has it
        return ""

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        return [_or_blank(one) if one["in"] == "query" else one for one in parameters]

    def _get_request_body(self, direction: Literal["request", "response"] = "request") -> Any:
        """A change of nothing is one; every other body must be there."""
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # a method of the library, untyped
        return {**body, "required": True} if body and self.method != "PATCH" else body

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        refusal = self._get_response_for_code(ErrorSerializer, "4XX")  # type: ignore[no-untyped-call]  # as above
        return bodies | {"4XX": refusal}


def _or_blank(parameter: dict[str, Any]) -> dict[str, Any]:
    """A query parameter may be blank and then counts as left out: `tracks.api.base.read_query`."""
    schema = dict(parameter["schema"])
    kept = {name: schema.pop(name) for name in ("default",) if name in schema}
    if schema.get("type") == "string" and not {"enum", "format"} & set(schema):
        schema["pattern"] = TEXT
    return {**parameter, "schema": {**kept, "anyOf": [schema, {"type": "string", "pattern": BLANK}]}}


class OperationNameSchema(OpenApiSerializerFieldExtension):
    target_class = "tracks.api.fields.OperationName"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "enum": operation_names()}


class StrictBodySchema(OpenApiSerializerExtension):
    """A body of declared fields only, whose texts the database can store."""

    target_class = "tracks.api.bodies.StrictBody"
    match_subclasses = True
    priority = -1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        for name, field in self.target.fields.items():
            if isinstance(field, serializers.CharField):
                schema["properties"][name]["pattern"] = TEXT if field.allow_blank else SEEN_TEXT
        return {**schema, "additionalProperties": False}


class SettlementSchema(OpenApiSerializerExtension):
    """Exactly one of its fields."""

    target_class = "tracks.api.bodies.Settlement"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        yes = {"const": True}
        text = {"type": "string", "maxLength": MAX_EXTERNAL_ID, "pattern": SEEN_TEXT}
        fields: dict[str, dict[str, Any]] = {"external_id": text, "resend": yes, "abandon": yes}
        return {"oneOf": [_only(name, schema) for name, schema in fields.items()]}


def _only(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: schema},
        "required": [name],
        "additionalProperties": False,
    }


class BulkChangeSchema(OpenApiSerializerExtension):
    """One alternative for each thing that can be done, with the values that it takes."""

    target_class = "tracks.api.bodies.BulkChange"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        whole = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {
            "oneOf": [
                _bulk_alternative(auto_schema, whole, do, BULK_VALUES[do](), direction) for do in BULK_VALUES
            ]
        }


def _bulk_alternative(
    auto_schema: Any, whole: dict[str, Any], do: str, value: serializers.Serializer[Any], direction: str
) -> dict[str, Any]:
    part = auto_schema._map_serializer(value, direction, bypass_extensions=True)
    takes_none = isinstance(value.fields["value"], serializers.JSONField)
    taken = {"type": "null"} if takes_none else part["properties"]["value"]
    if taken.get("type") == "array":
        taken = {"anyOf": [taken["items"], taken]}
    return {
        "type": "object",
        "title": do,
        "properties": {"ids": whole["properties"]["ids"], "do": {"const": do}, "value": taken},
        "required": ["ids", "do", *part.get("required", [])],
        "additionalProperties": False,
    }


class NameSchema(OpenApiSerializerFieldExtension):
    target_class = "tracks.api.fields.NameField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.target.max_length, "pattern": SEEN_TEXT}


class VocabularySchema(OpenApiSerializerFieldExtension):
    target_class = "tracks.api.fields.OneOf"

    def get_name(self) -> str | None:
        return getattr(self.target.vocabulary, "__name__", None)

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.target.choices)}


class NewTaskSchema(OpenApiSerializerExtension):
    """One alternative per operation of each provider, from the declarations that check the parameters."""

    target_class = "tracks.api.bodies.NewTask"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        every, known = providers.registered().values(), _known()
        return {
            "oneOf": [
                _task(each.name, operation, known) for each in every for operation in each.operations.values()
            ]
        }


def _known() -> Catalogue:
    """Empty without tables: the deployment check builds the schema too, before there are any."""
    try:
        return catalogue.read_catalogue()
    except DatabaseError:
        return Catalogue([])


def _task(provider: str, operation: Operation, known: Catalogue) -> dict[str, Any]:
    source = {"source_track": _SOURCE_TRACK} if operation.takes_source else {}
    return {
        "type": "object",
        "title": f"{provider} {operation.name}",
        "description": operation.summary,
        "externalDocs": {"url": operation.doc},
        "properties": {
            "provider": {"const": provider},
            "operation": {"const": operation.name},
            "params": _params(provider, operation, known),
            **source,
        },
        "required": ["provider", "operation", "params"],
        "additionalProperties": False,
    }


_SOURCE_TRACK = {
    "type": ["integer", "null"],
    "minimum": 1,
    "description": "The id of a song here that it is made from. The parameters that name the song at the "
    "provider, or link to its audio, may then be left out.",
}


def _params(provider: str, operation: Operation, known: Catalogue) -> dict[str, Any]:
    depending = [*_needs(operation), *_limits(operation)]
    return {
        "type": "object",
        "properties": {
            field.name: _param(field, [entry.name for entry in known.suggestions(provider, operation, field)])
            for field in operation.fields
        },
        "required": [field.name for field in operation.fields if field.required and not field.names],
        "additionalProperties": False,
        **({"allOf": depending} if depending else {}),
    }


def _needs(operation: Operation) -> Iterator[dict[str, Any]]:
    """Which fields are required depending on others. A field that the source fills in never is."""
    for field in operation.fields:
        for when in field.required_when:
            not_blank = {"pattern": NOT_BLANK} if field.type is str else {}
            then = {"required": [field.name], "properties": {field.name: not_blank}}
            yield {"if": _condition(when, operation), "then": then}


def _limits(operation: Operation) -> Iterator[dict[str, Any]]:
    for field in operation.fields:
        for limit in field.limits:
            then = {"properties": {field.name: {"maxLength": limit.max_length}}}
            yield {"if": _condition(limit.when, operation), "then": then}


def _condition(when: When, operation: Operation) -> dict[str, Any]:
    """A field that is left out has its default, so it is not required where that is one of the values."""
    condition: dict[str, Any] = {"properties": {when.field: {"enum": list(when.values)}}}
    if operation.defaults.get(when.field) not in when.values:
        condition["required"] = [when.field]
    return {"allOf": [condition, _condition(when.also, operation)]} if when.also else condition


def _param(field: Field, suggested: Sequence[str]) -> dict[str, Any]:
    keywords = {
        "type": [JSON_TYPES[field.type], "null"] if field.nullable else JSON_TYPES[field.type],
        "title": field.label,
        "description": " ".join(filter(None, [field.help, *_conditions(field)])),
        "maxLength": field.max_length,
        "minimum": field.minimum,
        "exclusiveMinimum": field.exclusive_minimum,
        "maximum": field.maximum,
        "enum": list(field.choices) or _steps(field),
        "default": field.default,
        "format": "uri" if field.url else None,
        "pattern": _pattern(field),
        "examples": list(suggested),
    }
    return {keyword: value for keyword, value in keywords.items() if value not in (None, "", [])}


def _steps(field: Field) -> list[float]:
    """All numbers from 0 to 1 with so many decimals: with ``multipleOf`` most validators refuse 0.57."""
    if field.decimals is None or (field.minimum, field.maximum) != (0, 1):
        return []
    count = 10**field.decimals
    return [round(step / count, field.decimals) for step in range(count + 1)]


def _pattern(field: Field) -> str | None:
    if field.url:
        return "^https?://" if field.required else "^(https?://|$)"
    return NOT_BLANK if field.type is str and field.required and not field.choices else None


def _conditions(field: Field) -> Iterator[str]:
    """What choices mean, and the dependencies on other parameters and on the source, as sentences."""
    if field.choice_labels:
        yield "; ".join(f"{choice}: {field.in_words(choice)}" for choice in field.choices) + "."
    if field.required and field.names:
        yield "Required without source_track."
    for when in field.required_when:
        yield f"Required {when.in_words}."
    for limit in field.limits:
        yield f"At most {limit.max_length} characters {limit.when.in_words}."
    if field.decimals is not None:
        yield f"At most {field.decimals} decimals."
    if field.within_source:
        yield "Less than the length of the source."
