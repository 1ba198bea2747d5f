"""Parameters that any declared operation takes, made from its declaration alone."""

from __future__ import annotations

from typing import Any

from tracks.providers.operations import Field, Operation

# A section has an end that is later than its start.
ENDS = {"infillEndS": 20.0}


def sample(operation: Operation) -> dict[str, Any]:
    """The least that may be sent: what is required, and what that requires in turn."""
    fields = {field.name: field for field in operation.fields}
    wanted = [field.name for field in operation.fields if field.required]
    params: dict[str, Any] = {}
    while wanted:
        params |= {name: value_of(fields[name]) for name in wanted}
        problems = operation.problems(params)
        wanted = [one.field for one in problems if one.code == "required" and one.field not in params]
    return params


def value_of(field: Field) -> Any:
    if field.default is not None:
        return field.default
    if field.choices:
        return field.choices[0]
    if field.type is str:
        return "https://x.example/a.mp3" if field.url else "la"
    if field.type is bool:
        return False
    return ENDS.get(field.name, max(field.least or 0, field.above or 0) + 10)
