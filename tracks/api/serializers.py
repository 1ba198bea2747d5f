"""What answers contain: the fields of a task, a track, a lyric line, an asset and an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from tracks.api.checks import ChecksSerializer, checks_of
from tracks.api.fields import OneOf, Seconds
from tracks.domain.hue import song_hue
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus, TrackStatus
from tracks.domain.updates import AssetKind, CueKind, ErrorKind, Timing, TrackKind
from tracks.models import Asset, Event, LyricLine, Origin, Review, Task, Track
from tracks.queries.provider_record import usable_until


class LyricsTiming(StrEnum):
    """How finely the lines are timed. Plain text has no times."""

    WORD = "word"
    LINE = "line"
    NONE = "none"


class WordSerializer(serializers.Serializer[Any]):
    start = Seconds()
    end = Seconds()
    text = serializers.CharField(read_only=True)

    def to_representation(self, instance: tuple[int, int, str]) -> dict[str, Any]:
        start, end, text = instance
        return {"start": start / 1000, "end": end / 1000, "text": text}


class LyricLineSerializer(serializers.ModelSerializer[LyricLine]):
    kind = OneOf(CueKind, read_only=True)
    start = Seconds(source="start_ms", allow_null=True)
    end = Seconds(source="end_ms", allow_null=True)
    words = WordSerializer(many=True, read_only=True)

    class Meta:
        model = LyricLine
        fields = ("position", "kind", "start", "end", "text", "words")
        read_only_fields = fields


class AssetSerializer(serializers.ModelSerializer[Asset]):
    """``url`` is ours, and null until the file is archived; ``refused_url`` is what was not accepted."""

    kind = OneOf(AssetKind, read_only=True)
    status = OneOf(AssetStatus, read_only=True)
    url = serializers.SerializerMethodField()
    refused_url = serializers.SerializerMethodField()
    duration = Seconds(source="duration_ms", allow_null=True, help_text="Seconds, measured by us.")

    class Meta:
        model = Asset
        fields = (
            "id",
            "kind",
            "label",
            "status",
            "url",
            "content_type",
            "bytes",
            "sha256",
            "duration",
            "expires_at",
            "archived_at",
            "error",
            "unusual",
            "refused_reason",
            "refused_url",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, asset: Asset) -> str | None:
        return self._address("track-media", asset) if asset.status == AssetStatus.ARCHIVED else None

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_refused_url(self, asset: Asset) -> str | None:
        return self._address("track-refused", asset) if asset.refused_file else None

    def _address(self, name: str, asset: Asset) -> str:
        query = {"label": asset.label} if asset.label else None
        address = {"pk": asset.track_id, "kind": asset.kind}
        return reverse(f"api:{name}", kwargs=address, query=query, request=self.context["request"])


class ParkedSerializer(serializers.Serializer[Track]):
    """``by``: a user's name, or that of a rule."""

    reason = serializers.CharField(source="parked_reason")
    by = serializers.CharField(source="parked_by")
    at = serializers.DateTimeField(source="parked_at")


class LyricsOrigin(StrEnum):
    """Whose lyrics are shown."""

    PROVIDER = "provider"
    EDITED = "edited"


class TrackRowSerializer(serializers.ModelSerializer[Track]):
    """A track in a list. Times are the provider's, except ``received_at``, which is ours."""

    kind = OneOf(TrackKind, read_only=True)
    source = serializers.IntegerField(  # type: ignore[assignment]  # the name is the contract's
        source="source_id",
        allow_null=True,
        read_only=True,
        help_text="The track that it was made from.",
    )
    status = OneOf(TrackStatus, read_only=True)
    archive = OneOf(ArchiveStatus, read_only=True)
    duration = Seconds(source="duration_ms", allow_null=True, help_text="Seconds, as the provider reported.")
    lyrics_timing = serializers.SerializerMethodField()
    lyrics_origin = serializers.SerializerMethodField()
    lyrics_version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The edited version that is shown; null: the provider's."
    )
    lyrics_offset = Seconds(
        source="lyrics_offset_ms",
        help_text="Add it to all times in `lyrics`: by so many seconds they are to be shown later. "
        "Lyric files and `lyrics.json` have it in their times.",
    )
    assets = AssetSerializer(many=True, read_only=True)
    hue = serializers.SerializerMethodField(
        help_text="The song's colour in steps of 15 degrees, 0 to 23: its cover's, else one of its title."
    )
    review = OneOf(Review, read_only=True)
    parked = serializers.SerializerMethodField(help_text="Why, by whom and when it was set aside; else null.")
    tags = serializers.SerializerMethodField(help_text="By name, sorted.")
    usable_until = serializers.SerializerMethodField(
        help_text="About until when the provider makes more from it by its id: stems, WAV, video, extension."
    )

    class Meta:
        model = Track
        fields: tuple[str, ...] = (
            "id",
            "task",
            "kind",
            "source",
            "provider",
            "external_id",
            "position",
            "status",
            "archive",
            "title",
            "style",
            "model",
            "duration",
            "stream_url",
            "created_at",
            "finished_at",
            "received_at",
            "usable_until",
            "assets",
            "lyrics_timing",
            "hue",
            "lyrics_origin",
            "lyrics_version",
            "lyrics_offset",
            "review",
            "rating",
            "notes",
            "parked",
            "tags",
        )
        read_only_fields = fields

    @extend_schema_field(OneOf(LyricsTiming))
    def get_lyrics_timing(self, track: Track) -> str:
        return shown_timing(track)

    def get_hue(self, track: Track) -> int:
        return song_hue(track.hue, track.title)

    @extend_schema_field(ParkedSerializer(allow_null=True))
    def get_parked(self, track: Track) -> dict[str, Any] | None:
        return ParkedSerializer(track).data if track.parked_at else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, track: Track) -> list[str]:
        return [tag.name for tag in track.tags.all()]

    @extend_schema_field(OneOf(LyricsOrigin))
    def get_lyrics_origin(self, track: Track) -> str:
        return shown_origin(track)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_usable_until(self, track: Track) -> datetime | None:
        return usable_until(track)


class TrackSerializer(TrackRowSerializer):
    """A track with its prompt, its lyrics and what was measured of its sound."""

    lyrics = LyricLineSerializer(source="lines", many=True, read_only=True)
    checks = serializers.SerializerMethodField()

    class Meta(TrackRowSerializer.Meta):
        fields = (*TrackRowSerializer.Meta.fields, "prompt", "lyrics_text", "lyrics", "checks")
        read_only_fields = fields

    @extend_schema_field(ChecksSerializer)
    def get_checks(self, track: Track) -> dict[str, Any]:
        return checks_of(track.assets.all())


def timing_in_rest(timing: str) -> str:
    return LyricsTiming.NONE if timing == Timing.PLAIN else timing


def shown_timing(track: Track) -> str:
    return timing_in_rest(track.lyrics_timing)


def shown_origin(track: Track) -> str:
    return LyricsOrigin.PROVIDER if track.lyrics_version is None else LyricsOrigin.EDITED


class LyricsSerializer(serializers.Serializer[Track]):
    """The lyrics of a track alone, with the same names as in the track; the offset is in their times."""

    track = serializers.IntegerField(source="id", read_only=True)
    title = serializers.CharField(read_only=True)
    duration = Seconds(source="duration_ms", allow_null=True)
    lyrics_timing = serializers.SerializerMethodField()
    lyrics_origin = serializers.SerializerMethodField()
    lyrics_version = serializers.IntegerField(read_only=True, allow_null=True)
    lyrics_text = serializers.CharField(read_only=True)
    lyrics = LyricLineSerializer(source="lines_with_offset", many=True, read_only=True)

    @extend_schema_field(OneOf(LyricsTiming))
    def get_lyrics_timing(self, track: Track) -> str:
        return shown_timing(track)

    @extend_schema_field(OneOf(LyricsOrigin))
    def get_lyrics_origin(self, track: Track) -> str:
        return shown_origin(track)


class EventSerializer(serializers.ModelSerializer[Event]):
    """What changed. ``data`` depends on the kind."""

    data = serializers.DictField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Event
        fields = ("id", "at", "kind", "task", "track", "asset", "data")
        read_only_fields = fields


class TaskErrorSerializer(serializers.Serializer[Task]):
    """Why a task failed: the provider's code and words, our kind, and what a person can do."""

    code = serializers.CharField(source="error_code", read_only=True)
    kind = OneOf(ErrorKind, source="error_kind", read_only=True)
    message = serializers.CharField(source="error_message", read_only=True)
    advice = serializers.CharField(source="error_advice", read_only=True)


class TaskRowSerializer(serializers.ModelSerializer[Task]):
    """A task in a list."""

    origin = OneOf(Origin, read_only=True)
    status = OneOf(TaskStatus, read_only=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields: tuple[str, ...] = (
            "id",
            "provider",
            "operation",
            "origin",
            "external_id",
            "source_track",
            "status",
            "error",
            "created_at",
            "submitted_at",
            "finished_at",
            "next_poll_at",
        )
        read_only_fields = fields

    @extend_schema_field(TaskErrorSerializer(allow_null=True))
    def get_error(self, task: Task) -> dict[str, Any] | None:
        return dict(TaskErrorSerializer(task).data) if task.error_kind else None


class TaskSerializer(TaskRowSerializer):
    """A task with its parameters, its tracks and its events, oldest first."""

    params = serializers.DictField(read_only=True)
    warnings = serializers.SerializerMethodField(help_text="What was doubtful in the request.")
    tracks = TrackSerializer(many=True, read_only=True)
    events = EventSerializer(many=True, read_only=True)

    class Meta(TaskRowSerializer.Meta):
        fields = (*TaskRowSerializer.Meta.fields, "params", "warnings", "tracks", "events")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, task: Task) -> list[str]:
        created = next((event for event in task.events.all() if event.kind == "task.created"), None)
        return list(created.data.get("warnings", [])) if created else []
