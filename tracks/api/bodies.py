"""What comes in: the bodies that the API takes. A key that is not declared is refused, not passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from tracks import providers
from tracks.api.fields import OneOf
from tracks.models import Review
from tracks.providers.operations import Operation, Problem


class Body(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if unknown := set(data) - set(self.fields):
            text = "This is not a field that can be given here."
            raise ValidationError({name: [ErrorDetail(text, "unknown")] for name in sorted(unknown)})
        return values


class NewTask(Body):
    """``params`` carry the provider's own field names; the callback field is filled in by us."""

    provider = OneOf(list(providers.REGISTRY))
    operation = serializers.CharField(max_length=32)
    params = serializers.DictField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if problems := _operation(attrs["provider"], attrs["operation"]).problems(attrs["params"]):
            raise ValidationError({"params": _by_field(problems)})
        return attrs


def _operation(provider: str, name: str) -> Operation:
    operations = providers.get(provider).operations
    if name not in operations:
        text = f"{name!r} is not an operation of {provider}; it has {', '.join(operations)}."
        raise ValidationError({"operation": [ErrorDetail(text, "invalid_choice")]})
    return operations[name]


def _by_field(problems: Iterable[Problem]) -> Mapping[str, list[ErrorDetail]]:
    found: dict[str, list[ErrorDetail]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(ErrorDetail(problem.detail, problem.code))
    return found


class Settlement(Body):
    """Exactly one of the three: the provider's id, "send it again", or "stop waiting"."""

    external_id = serializers.CharField(max_length=200, required=False)
    resend = serializers.BooleanField(required=False)
    abandon = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        chosen = {name: value for name, value in attrs.items() if value is not False}
        if len(attrs) != 1 or not chosen:
            raise ValidationError('Give exactly one of "external_id", "resend": true and "abandon": true.')
        return chosen


class TrackChanges(Body):
    title = serializers.CharField(max_length=500, required=False)
    review = OneOf(Review, required=False)
    rating = serializers.IntegerField(min_value=0, max_value=5, allow_null=True, required=False)
    notes = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
