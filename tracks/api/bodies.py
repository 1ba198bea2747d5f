"""The request bodies of the API. An undeclared key is refused, not ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from tracks import providers
from tracks.api.fields import MAX_EXTERNAL_ID, NameField, OneOf
from tracks.api.queries import SEARCHABLE, TrackQuery
from tracks.domain.lyrics.edit import MAX_OFFSET_MS
from tracks.lib.plain_lines import plain_lines
from tracks.models import Review, Track
from tracks.models.playlists import MAX_DESCRIPTION, MAX_LIST_NAME
from tracks.models.tags import MAX_TAG_NAME, MAX_TAGS
from tracks.providers.operations import Operation, Problem
from tracks.services.bulk import MAX_AT_ONCE, BulkKind
from tracks.services.parking import MAX_REASON
from tracks.services.playlists import MAX_TRACKS
from tracks.services.review import MAX_NOTES, MAX_REVIEW_REASON
from tracks.services.submission import sources

# The framework takes the text "3" for a number and 3 for a text; the schema does not.
_IN_JSON: dict[type, tuple[type[Any] | UnionType, str]] = {
    serializers.BooleanField: (bool, "true or false"),
    serializers.CharField: (str, "a string"),
    serializers.ChoiceField: (str, "a string"),
    serializers.FloatField: (int | float, "a number"),
    serializers.IntegerField: (int, "a whole number"),
}


class StrictBody(serializers.Serializer[Any]):
    """Takes what its schema describes: declared keys with values of the declared JSON type."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (wrong := self._of_wrong_type(data)):
            raise ValidationError(wrong)
        values = super().to_internal_value(data)
        if unknown := set(data) - set(self.fields):
            text = "There is no such field here."
            raise ValidationError({name: [ErrorDetail(text, "unknown")] for name in sorted(unknown)})
        return values

    def _of_wrong_type(self, data: Mapping[str, Any]) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        for name, field in self.fields.items():
            for kind, (expected, words) in _IN_JSON.items():
                if isinstance(field, kind) and not _is_json(data.get(name), expected):
                    wrong[name] = [ErrorDetail(f"This must be {words}.", "invalid")]
        return wrong


def _is_json(value: Any, expected: type[Any] | UnionType) -> bool:
    """Null is left to the field. 3.0 is a whole number in JSON, true is not."""
    if isinstance(value, bool):
        return expected is bool
    is_whole = expected is int and isinstance(value, float) and value.is_integer()
    return value is None or is_whole or isinstance(value, expected)


class NewTask(StrictBody):
    """``params`` carry the provider's own field names; the callback field is filled in by us.

    The validated data has ``prepared`` in addition: see :func:`tracks.services.submission.sources.prepare`.
    """

    provider = OneOf(providers.REGISTRY)
    operation = serializers.CharField(max_length=32)
    params = serializers.DictField()
    source_track = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=sources.MAX_ID
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        operation = _operation(attrs["provider"], attrs["operation"])
        chosen = _track(attrs.get("source_track"))
        prepared = sources.prepare(attrs["provider"], operation, attrs["params"], chosen)
        if prepared.problems:
            raise ValidationError(_by_place(prepared.problems))
        return attrs | {"prepared": prepared}


def _track(pk: int | None) -> Track | None:
    if pk is None:
        return None
    track = Track.objects.select_related("task").filter(pk=pk).first()
    if track is None:
        raise ValidationError({"source_track": [ErrorDetail(f"There is no track {pk}.", "not_found")]})
    return track


def _operation(provider: str, name: str) -> Operation:
    operations = providers.get(provider).operations
    if name not in operations:
        text = f"{name!r} is not an operation of {provider}; it has {', '.join(operations)}."
        raise ValidationError({"operation": [ErrorDetail(text, "invalid_choice")]})
    return operations[name]


def _by_place(problems: Iterable[Problem]) -> dict[str, Any]:
    """Under ``params`` by their names, but for what is wrong with the track itself."""
    of_source: list[ErrorDetail] = []
    of_params: dict[str, list[ErrorDetail]] = {}
    for problem in problems:
        place = of_source if problem.field == sources.SOURCE else of_params.setdefault(problem.field, [])
        place.append(ErrorDetail(problem.sentence, problem.code))
    found: dict[str, Any] = {"params": of_params} if of_params else {}
    return found | ({sources.SOURCE: of_source} if of_source else {})


class Settlement(StrictBody):
    """Exactly one of three: the provider's id, "send it again", or "give it up"."""

    external_id = serializers.CharField(max_length=MAX_EXTERNAL_ID, required=False)
    resend = serializers.BooleanField(required=False)
    abandon = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        chosen = {name: value for name, value in attrs.items() if value is not False}
        if len(attrs) != 1 or not chosen:
            raise ValidationError('Give exactly one of "external_id", "resend": true and "abandon": true.')
        return chosen


class TrackId(serializers.IntegerField):
    """A whole number; the framework would take a text and true for one as well."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=sources.MAX_ID, **options)

    def to_internal_value(self, data: Any) -> int:
        if not _is_json(data, int):
            raise ValidationError("This must be a whole number.", "invalid")
        return super().to_internal_value(int(data))


class FilterText(serializers.CharField):
    """The value of a filter, as in a query string; a number is taken as its text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=500, allow_blank=True, **options)


class PlainLinesField(serializers.CharField):
    """Line ends count once, whichever way a client writes them."""

    def to_internal_value(self, data: Any) -> str:
        return plain_lines(super().to_internal_value(data))


class Parking(StrictBody):
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="")


class ShownReview(StrictBody):
    """Values as they were when somebody began to change them."""

    title = serializers.CharField(max_length=500, required=False)
    review = OneOf(Review, required=False)
    rating = serializers.IntegerField(min_value=0, max_value=5, allow_null=True, required=False)
    notes = PlainLinesField(max_length=MAX_NOTES, allow_blank=True, required=False)


class TrackChanges(StrictBody):
    title = serializers.CharField(max_length=500, required=False)
    review = OneOf(Review, required=False)
    reason = serializers.CharField(
        max_length=MAX_REVIEW_REASON,
        allow_blank=True,
        required=False,
        help_text="Of the review, for the history.",
    )
    rating = serializers.IntegerField(min_value=0, max_value=5, allow_null=True, required=False)
    notes = PlainLinesField(max_length=MAX_NOTES, allow_blank=True, required=False)
    shown = ShownReview(
        required=False,
        help_text="What was seen before; where it is something else by now, nothing is changed: 409.",
    )
    parked = Parking(required=False, allow_null=True, help_text="Sets it aside; null takes it back.")
    tags = serializers.ListField(
        child=NameField(max_length=MAX_TAG_NAME),
        max_length=MAX_TAGS,
        required=False,
        help_text="All its tags by name; case and width do not make another tag.",
    )
    lyrics_offset = serializers.FloatField(
        min_value=-MAX_OFFSET_MS / 1000,
        max_value=MAX_OFFSET_MS / 1000,
        required=False,
        help_text="By how many seconds all lyric lines are shown later than their times say.",
    )


class NewPlaylist(StrictBody):
    name = NameField(max_length=MAX_LIST_NAME)
    description = PlainLinesField(max_length=MAX_DESCRIPTION, allow_blank=True, default="")


class PlaylistChanges(StrictBody):
    name = NameField(max_length=MAX_LIST_NAME, required=False)
    description = PlainLinesField(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)


def _ids(max_length: int) -> serializers.ListField:
    """Ids of tracks."""
    return serializers.ListField(child=TrackId(), max_length=max_length)


class ExportedIds(StrictBody):
    ids = serializers.ListField(child=TrackId(), min_length=1, max_length=MAX_AT_ONCE)


class AddedTracks(StrictBody):
    """``at``: the place that the first of them takes, counted from 0; without it the end."""

    ids = _ids(MAX_TRACKS)
    at = serializers.IntegerField(min_value=0, max_value=MAX_TRACKS, required=False, allow_null=True)


class MovedTrack(StrictBody):
    to = serializers.IntegerField(min_value=0, max_value=MAX_TRACKS, help_text="Counted from 0.")


class NewSearch(StrictBody):
    """``query``: filters of the list of tracks by name, as in its query string."""

    name = NameField(max_length=MAX_LIST_NAME)
    query = serializers.DictField(child=FilterText())

    def validate_query(self, query: dict[str, str]) -> dict[str, str]:
        given = {name: value for name, value in query.items() if value.strip()}
        if unknown := sorted(given.keys() - SEARCHABLE):
            text = "The list of tracks has no such filter."
            raise ValidationError({name: [ErrorDetail(text, "unknown")] for name in unknown})
        TrackQuery(data=given).is_valid(raise_exception=True)
        return given


class _ReviewValue(StrictBody):
    value = OneOf(Review)


class _RatingValue(StrictBody):
    value = serializers.IntegerField(min_value=0, max_value=5, allow_null=True)


class _TagsValue(StrictBody):
    value = serializers.ListField(child=NameField(max_length=MAX_TAG_NAME), min_length=1, max_length=MAX_TAGS)


class _PlaylistValue(StrictBody):
    value = TrackId()


class _NoValue(StrictBody):
    value = serializers.JSONField(required=False, allow_null=True)

    def validate_value(self, value: Any) -> None:
        if value is not None:
            raise ValidationError("This takes no value; leave it out.", "unknown")


class _ParamsValue(StrictBody):
    value = serializers.DictField(required=False, allow_null=True)


class _ReasonValue(StrictBody):
    value = serializers.CharField(
        max_length=MAX_REASON, allow_blank=True, allow_null=True, required=False, help_text="Why."
    )


BULK_VALUES: dict[BulkKind, type[StrictBody]] = {
    BulkKind.REVIEW: _ReviewValue,
    BulkKind.RATE: _RatingValue,
    BulkKind.TAG: _TagsValue,
    BulkKind.UNTAG: _TagsValue,
    BulkKind.PLAYLIST: _PlaylistValue,
    BulkKind.ARCHIVE: _NoValue,
    BulkKind.STEMS: _ParamsValue,
    BulkKind.WAV: _ParamsValue,
    BulkKind.PARK: _ReasonValue,
    BulkKind.UNPARK: _NoValue,
}


class BulkChange(StrictBody):
    """``value`` by ``do``: a review, stars or null, a tag or several, a playlist's id, why, parameters."""

    ids = serializers.ListField(child=TrackId(), min_length=1, max_length=MAX_AT_ONCE)
    do = OneOf(BulkKind)
    value = serializers.JSONField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = BulkKind(attrs["do"])
        given = {"value": attrs["value"]} if "value" in attrs else {}
        if kind in (BulkKind.TAG, BulkKind.UNTAG) and isinstance(attrs.get("value"), str):
            given = {"value": [attrs["value"]]}
        checked = BULK_VALUES[kind](data=given)
        checked.is_valid(raise_exception=True)
        return {**attrs, **checked.validated_data}
