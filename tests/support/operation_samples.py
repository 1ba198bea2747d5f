"""Valid parameters of any operation, made from its declaration alone."""

from __future__ import annotations

from typing import Any

from tracks.providers.operations import Field, Operation, Params

# A section has an end that is later than its start.
ENDS = {"infillEndS": 20.0}


def sample(operation: Operation) -> dict[str, Any]:
    """The smallest valid parameters: what is required, and what that requires in turn."""
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
    return ENDS.get(field.name, max(field.minimum or 0, field.exclusive_minimum or 0) + 10)


def wrong(operation: Operation, params: Params) -> list[tuple[str, str]]:
    """The fields with a problem, and the problem's code."""
    return [(problem.field, problem.code) for problem in operation.problems(params)]


def without(params: Params, *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}
