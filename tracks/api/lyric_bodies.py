"""The request bodies about lyrics that people edit: lines in the form in which tracks have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from tracks.api.bodies import PlainLinesField, StrictBody
from tracks.api.fields import OneOf
from tracks.domain.limits import MAX_LINES
from tracks.domain.lyrics.edit import LAST_MS, LineProblem, UnsoundLyrics, checked
from tracks.domain.updates import Cue, CueKind, Word
from tracks.services.lyrics import MAX_NOTE, PROVIDER

MAX_VERSION = 2**31 - 1


def _seconds(**options: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=LAST_MS / 1000, **options)


class WordBody(StrictBody):
    start = _seconds()
    end = _seconds()
    text = serializers.CharField(trim_whitespace=False)


class LineBody(StrictBody):
    """A line as a track has it; ``position`` may stand in it and does not count: the order does."""

    position = serializers.IntegerField(required=False)
    kind = OneOf(CueKind)
    start = _seconds(required=False, allow_null=True)
    end = _seconds(required=False, allow_null=True)
    text = serializers.CharField(allow_blank=True)
    words = WordBody(many=True, required=False)


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [PROVIDER]}]})
class VersionField(serializers.Field[Any, Any, Any, Any]):
    """The number of a version, or "provider", which becomes None."""

    def to_internal_value(self, data: Any) -> int | None:
        if data == PROVIDER:
            return None
        if not isinstance(data, int) or isinstance(data, bool) or not 1 <= data <= MAX_VERSION:
            raise ValidationError(f'This must be the number of a version, or "{PROVIDER}".', "invalid")
        return data


class LyricsBody(StrictBody):
    """The validated data has ``cues``: the lines as the service takes them."""

    lines = LineBody(many=True)
    based_on = VersionField(
        help_text="The version that you edited: `lyrics_version`, null for the provider's."
    )
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="`lyrics_digest` of what you edited: 409 where the provider gave other lyrics since.",
    )
    note = PlainLinesField(max_length=MAX_NOTE, allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            cues = checked(_cue(line) for line in attrs["lines"]).cues
        except UnsoundLyrics as error:
            raise ValidationError({"lines": _by_line(len(attrs["lines"]), error.problems)}) from error
        return attrs | {"cues": cues}


class LintBody(StrictBody):
    """Lines that need not be sound. The validated data has ``cues``."""

    lines = serializers.ListField(child=LineBody(), max_length=MAX_LINES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {"cues": [_cue(line) for line in attrs["lines"]]}


class RestoreBody(StrictBody):
    version = VersionField(help_text='The number of a version, or "provider".')


def _cue(line: dict[str, Any]) -> Cue:
    words = tuple(Word(one["text"], _ms(one["start"]), _ms(one["end"])) for one in line.get("words", ()))
    start, end = (None if line.get(name) is None else _ms(line[name]) for name in ("start", "end"))
    return Cue(CueKind(line["kind"]), line["text"], start, end, words)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _by_line(count: int, problems: Sequence[LineProblem]) -> Any:
    """In the place of each line what is wrong with it; what is wrong with all of them alone."""
    if not all(problem.field for problem in problems):
        return [ErrorDetail(problem.sentence, "invalid") for problem in problems]
    errors: list[dict[str, list[ErrorDetail]]] = [{} for _ in range(count)]
    for problem in problems:
        errors[problem.place].setdefault(problem.field, []).append(ErrorDetail(problem.sentence, "invalid"))
    return errors
