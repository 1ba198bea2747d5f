"""The API's description, for programs and, as a page without any help from the internet, for people."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from tracks import providers
from tracks.api.base import ApiView
from tracks.providers.operations import Field, Operation

JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


class SchemaView(ApiView, SpectacularAPIView):
    """JSON, or YAML for who asks for it. The library's query parameters go unchecked into headers and paths."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        answer: Response = self._get_schema_response(request)
        return answer

    def _get_version_parameter(self, request: Request) -> None:
        return None


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own files; its start-up script is a request of its own, as the CSP wants it."""

    url_name = "api:schema"
    template_name = "api/docs.html"


class NewTaskSchema(OpenApiSerializerExtension):
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
            "params": {
                "type": "object",
                "properties": {field.name: _param(field) for field in operation.fields},
                "required": [field.name for field in operation.fields if field.required],
                "additionalProperties": False,
            },
        },
        "required": ["provider", "operation", "params"],
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
        "examples": list(field.suggestions),
        "default": field.default,
        "format": "uri" if field.url else None,
    }
    return {word: value for word, value in said.items() if value not in (None, "", [])}
