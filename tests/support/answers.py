"""Reads refusals in the API's one error shape."""

from __future__ import annotations

from typing import Any


def refusal(answer: Any, status: int) -> dict[str, Any]:
    """The first error of an answer that must be a refusal of that status, in the right shape."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"type", "errors"}
    assert body["type"] in ("client_error", "validation_error")
    assert body["errors"]
    for error in body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
        assert isinstance(error["code"], str)
        assert isinstance(error["detail"], str)
    return dict(body["errors"][0])


def attrs(answer: Any) -> set[str]:
    """The fields that a 400 names."""
    refusal(answer, 400)
    return {error["attr"] for error in answer.json()["errors"]}
