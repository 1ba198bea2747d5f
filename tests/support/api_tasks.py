"""Making tasks over the API."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

SONG: dict[str, Any] = {
    "provider": "tempolor",
    "operation": "generate",
    "params": {"prompt": "an owl’s dance", "model": "TemPolor v4.5"},
}


def create(api: APIClient, body: Any = SONG, **headers: str) -> Any:
    return api.post("/api/v1/tasks/", body, format="json", headers=headers)


def with_params(**params: Any) -> dict[str, Any]:
    return SONG | {"params": SONG["params"] | params}
