"""What goes out: the fields of a task, a track, a lyric line, an asset and an event, and nothing else."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from tracks.lifecycle import AssetStatus
from tracks.models import Asset, Event, LyricLine, Task, Track
from tracks.updates import ErrorKind, Timing

SHOWN_TIMINGS = (Timing.WORD, Timing.LINE, Timing.NONE)


class Seconds(serializers.FloatField):
    """Kept in milliseconds, shown in seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: int) -> float:
        return value / 1000


class WordShape(serializers.Serializer[Any]):
    start = Seconds()
    end = Seconds()
    text = serializers.CharField(read_only=True)

    def to_representation(self, instance: tuple[int, int, str]) -> dict[str, Any]:
        start, end, text = instance
        return {"start": start / 1000, "end": end / 1000, "text": text}


class LyricLineShape(serializers.ModelSerializer[LyricLine]):
    start = Seconds(source="start_ms", allow_null=True)
    end = Seconds(source="end_ms", allow_null=True)
    words = WordShape(many=True, read_only=True)

    class Meta:
        model = LyricLine
        fields = ("position", "kind", "start", "end", "text", "words")
        read_only_fields = fields


class AssetShape(serializers.ModelSerializer[Asset]):
    """``url`` is ours, and null until the file is archived."""

    url = serializers.SerializerMethodField()
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
        )
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, asset: Asset) -> str | None:
        if asset.status != AssetStatus.ARCHIVED:
            return None
        query = {"label": asset.label} if asset.label else None
        address = {"pk": asset.track_id, "kind": asset.kind}
        return reverse("api:track-media", kwargs=address, query=query, request=self.context["request"])


class TrackRowShape(serializers.ModelSerializer[Track]):
    """A track in a list. Times are the provider's, but ``received_at``, which is ours."""

    source = serializers.IntegerField(
        source="source_id", allow_null=True, read_only=True, help_text="The track that this one was made from."
    )
    duration = Seconds(source="duration_ms", allow_null=True, help_text="Seconds, as the provider said.")
    lyrics_timing = serializers.SerializerMethodField()
    assets = AssetShape(many=True, read_only=True)

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
            "assets",
            "lyrics_timing",
            "review",
            "rating",
            "notes",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField([str(timing) for timing in SHOWN_TIMINGS]))
    def get_lyrics_timing(self, track: Track) -> str:
        return shown_timing(track)


class TrackShape(TrackRowShape):
    """A track with its prompt and its lyrics."""

    lyrics = LyricLineShape(source="lines", many=True, read_only=True)

    class Meta(TrackRowShape.Meta):
        fields = (*TrackRowShape.Meta.fields, "prompt", "lyrics_text", "lyrics")
        read_only_fields = fields


class LyricsShape(serializers.Serializer[Track]):
    """The lyrics of a track by themselves, by the names that they have in the track."""

    track = serializers.IntegerField(source="id", read_only=True)
    title = serializers.CharField(read_only=True)
    duration = Seconds(source="duration_ms", allow_null=True)
    lyrics_timing = serializers.SerializerMethodField()
    lyrics_text = serializers.CharField(read_only=True)
    lyrics = LyricLineShape(source="lines", many=True, read_only=True)

    @extend_schema_field(serializers.ChoiceField([str(timing) for timing in SHOWN_TIMINGS]))
    def get_lyrics_timing(self, track: Track) -> str:
        return shown_timing(track)


def shown_timing(track: Track) -> str:
    """Whether the lines have times; plain text has none."""
    return track.lyrics_timing if track.lyrics_timing in SHOWN_TIMINGS else Timing.NONE


class EventShape(serializers.ModelSerializer[Event]):
    """What changed. ``data`` depends on the kind."""

    data = serializers.DictField(read_only=True)

    class Meta:
        model = Event
        fields = ("id", "at", "kind", "task", "track", "asset", "data")
        read_only_fields = fields


class TaskErrorShape(serializers.Serializer[Task]):
    """Why a task failed: the provider's code and words, our kind, and what a person can do."""

    code = serializers.CharField(source="error_code", read_only=True)
    kind = serializers.ChoiceField([str(kind) for kind in ErrorKind], source="error_kind", read_only=True)
    message = serializers.CharField(source="error_message", read_only=True)
    advice = serializers.CharField(source="error_advice", read_only=True)


class TaskRowShape(serializers.ModelSerializer[Task]):
    """A task in a list."""

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

    @extend_schema_field(TaskErrorShape(allow_null=True))
    def get_error(self, task: Task) -> dict[str, Any] | None:
        return dict(TaskErrorShape(task).data) if task.error_kind else None


class TaskShape(TaskRowShape):
    """A task with its parameters, its tracks and its events, oldest first."""

    params = serializers.DictField(read_only=True)
    tracks = TrackShape(many=True, read_only=True)
    events = EventShape(many=True, read_only=True)

    class Meta(TaskRowShape.Meta):
        fields = (*TaskRowShape.Meta.fields, "params", "tracks", "events")
        read_only_fields = fields


class FaultShape(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)
    attr = serializers.CharField(allow_null=True, read_only=True, help_text="The field, where it is about one.")


class RefusalShape(serializers.Serializer[Any]):
    """The one shape of all errors."""

    type = serializers.CharField(read_only=True)
    errors = FaultShape(many=True, read_only=True)
