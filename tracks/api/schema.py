"""What the library cannot see: our one error shape, our vocabularies, each operation's parameters."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from tracks import providers
from tracks.providers.operations import Field, Operation

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
    """Says once per operation what every refusal looks like; docstrings are for who reads the code."""

    def get_description(self) -> str:  # type: ignore[override]  # as the library has it
        return ""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        refusal = self._get_response_for_code(ErrorSerializer, "4XX")  # type: ignore[no-untyped-call]
        return bodies | {"4XX": refusal}


class VocabularySchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "tracks.api.fields.OneOf"

    def get_name(self) -> str | None:
        return getattr(self.target.vocabulary, "__name__", None)

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.target.choices)}


class NewTaskSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """One alternative for each provider's operation, from the same declarations that check the parameters."""

    target_class = "tracks.api.bodies.NewTask"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        every = providers.every().values()
        return {"oneOf": [_task(one.name, act) for one in every for act in one.operations.values()]}


def _task(provider: str, operation: Operation) -> dict[str, Any]:
    return {
        "type": "object",
        "title": f"{provider} {operation.name}",
        "description": operation.summary,
        "properties": {
            "provider": {"const": provider},
            "operation": {"const": operation.name},
            "params": _params(operation),
        },
        "required": ["provider", "operation", "params"],
        "additionalProperties": False,
    }


def _params(operation: Operation) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _param(field) for field in operation.fields},
        "required": [field.name for field in operation.fields if field.required],
        "additionalProperties": False,
    }


def _param(field: Field) -> dict[str, Any]:
    said = {
        "type": JSON_TYPES[field.type],
        "title": field.label,
        "description": field.help,
        "maxLength": field.max_length,
        "minimum": field.least,
        "maximum": field.most,
        "enum": list(field.choices),
        "default": field.default,
        "format": "uri" if field.url else None,
    }
    return {word: value for word, value in said.items() if value not in (None, "", [])}
