"""Adds the callback endpoint of each provider to the API's description, and to the call that submits."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from tracks import providers
from tracks.providers.base import Provider

REFUSALS = {
    "400": "Not JSON, or compressed unsoundly or by neither gzip nor deflate; stored as unreadable, and the "
    "task is polled.",
    "401": "The signature is missing or wrong; stored, not believed, and the task is polled.",
    "403": "The token is missing, unknown or for another provider; nothing is stored.",
    "413": "The body is larger than 1 MiB, as it comes or once it is inflated; nothing is stored.",
    "503": "The database could not store it; send it again.",
}
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}


def describe_callbacks(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular; see SPECTACULAR_SETTINGS."""
    called_back = {}
    for name, provider in providers.registered().items():
        path = f"/callbacks/{name}/{{token}}/"
        result["paths"][path] = {"post": _operation(provider)}
        reference = "#/paths/" + path.replace("/", "~1")
        called_back[name] = {f"{settings.PUBLIC_URL}{path}": {"$ref": reference}}
    result["paths"]["/api/v1/tasks/"]["post"]["callbacks"] = called_back
    return result


def _operation(provider: Provider) -> dict[str, Any]:
    received = provider.acknowledge()
    body = received.body.decode()
    is_json = received.content_type == "application/json"
    stored = {"schema": {"const": json.loads(body) if is_json else body}}
    refusals = {status: _refusal(reason) for status, reason in REFUSALS.items()}
    return {
        "operationId": f"callbacks_{provider.name}",
        "summary": f"Receive a callback of {provider.label}",
        "description": "Stored and committed before it is answered; the same body again is counted and "
        "changes nothing. Also answered without the closing slash. The body may be compressed "
        "(`Content-Encoding: gzip` or `deflate`); it is stored inflated.",
        "tags": ["callbacks"],
        "security": [{}],
        "parameters": [_TOKEN],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": provider.callback_schema}},
        },
        "responses": {
            "200": {"description": "Stored.", "content": {received.content_type: stored}},
            **refusals,
        },
    }


def _refusal(reason: str) -> dict[str, Any]:
    return {"description": reason, "content": {"application/json": {"schema": ERROR}}}


_TOKEN = {
    "in": "path",
    "name": "token",
    "required": True,
    "schema": {"type": "string"},
    "description": "The task's own token, from the callback URL that we submit, or CALLBACK_TOKEN.",
}
