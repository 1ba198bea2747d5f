"""A track: one song (a Suno audio id, a TemPolor item) or another result, and its lyric lines."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tracks.domain.lyrics.edit import MAX_OFFSET_MS
from tracks.domain.statuses import ArchiveStatus, TrackStatus
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing, TimingState, TrackKind, Word
from tracks.lib.unseen import shown
from tracks.models.choices import choices, only
from tracks.models.tasks import Task


class Review(models.TextChoices):
    NEW = "new", "new"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"


class TrackQuerySet(models.QuerySet["Track"]):
    def due_for_word_timing(self, now: datetime) -> Self:
        """Whose word timing is to be requested now, the longest due first."""
        return self.filter(words_at__lte=now).order_by("words_at", "pk")


class Track(models.Model):
    """One result of a task. Migration 0002 makes its indexes for sorted lists, per database."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="tracks")
    kind = models.CharField(max_length=8, choices=choices(TrackKind), default=TrackKind.SONG.value)
    provider = models.CharField(max_length=16)
    external_id = models.CharField(
        max_length=200, blank=True, help_text="The provider's id: Suno's audio id, TemPolor's item id."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place within the task, from 0.")
    status = models.CharField(max_length=16, choices=choices(TrackStatus), default=TrackStatus.PENDING.value)
    archive = models.CharField(
        max_length=16, choices=choices(ArchiveStatus), default=ArchiveStatus.NONE.value
    )

    title = models.CharField(max_length=500, blank=True)
    style = models.TextField(blank=True)
    prompt = models.TextField(blank=True, help_text="What was asked for.")
    lyrics_text = models.TextField(blank=True)
    model = models.CharField(max_length=200, blank=True, help_text="As the result states it.")
    duration_ms = models.PositiveIntegerField(null=True, blank=True, help_text="As the provider states it.")
    stream_url = models.TextField(blank=True, help_text="The provider's short-lived link; never played here.")
    created_at = models.DateTimeField(null=True, blank=True, help_text="As the provider states it.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="As the provider states it.")
    received_at = models.DateTimeField(default=timezone.now, help_text="When an update first named it.")
    hue = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="Of its archived cover, in steps of 15 degrees, 0 to 23; null where it is not known.",
    )
    lyrics_timing = models.CharField(max_length=8, choices=choices(Timing), default=Timing.NONE.value)
    timing_state = models.CharField(max_length=16, choices=choices(TimingState), blank=True)
    lyrics_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="The edited version whose lines are shown; blank: the provider's."
    )
    lyrics_offset_ms = models.IntegerField(
        default=0,
        validators=[MinValueValidator(-MAX_OFFSET_MS), MaxValueValidator(MAX_OFFSET_MS)],
        help_text="By how much all lyric lines come later than their own times say.",
    )

    words_at = models.DateTimeField(
        null=True, blank=True, help_text="When word timing is due to be fetched; the lease meanwhile."
    )
    words_claims = models.PositiveSmallIntegerField(default=0, help_text="Tries begun and not concluded.")
    words_tries = models.PositiveSmallIntegerField(default=0, help_text="Tries that brought none.")

    review = models.CharField(max_length=16, choices=Review, default=Review.NEW)
    rating = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    notes = models.TextField(blank=True)
    parked_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is set aside; null where it is not."
    )
    parked_by = models.CharField(max_length=150, blank=True, help_text="The person or the rule that did it.")
    parked_reason = models.CharField(max_length=200, blank=True)
    search_text = models.TextField(
        blank=True, editable=False, help_text="Search tokens, see tracks/queries/search.py."
    )

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            only("status", TrackStatus, "track_status_known"),
            only("archive", ArchiveStatus, "track_archive_known"),
            only("kind", TrackKind, "track_kind_known"),
            only("lyrics_timing", Timing, "track_lyrics_timing_known"),
            only("review", Review.values, "track_review_known"),
            models.UniqueConstraint(
                fields=["provider", "external_id"],
                condition=~Q(external_id=""),
                name="track_external_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__lte=5), name="track_rating_0_to_5"
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("received_at").desc(), F("id").desc(), name="track_received_at_down"),
            models.Index(F("review"), F("id").desc(), name="track_by_review"),
            models.Index(fields=["-id"], condition=Q(parked_at__isnull=False), name="track_parked"),
            models.Index(fields=["-id"], condition=Q(status="failed"), name="track_failed"),
            models.Index(
                fields=["provider", "words_at", "id"],
                condition=Q(words_at__isnull=False),
                name="track_due_for_words",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.title) or f"Track {self.pk}"

    @property
    def providers_timing(self) -> str:
        """How finely the provider timed the lyrics, whichever are shown; a query where edited ones are."""
        if self.lyrics_version is None:
            return self.lyrics_timing
        # None where the provider's were restored since this row was read.
        own = self.lyric_versions.filter(number=0).values_list("timing", flat=True).first()
        return own or self.lyrics_timing

    def lyrics_shown(self) -> Lyrics | None:
        """The lyrics of the lines; None without any. Reads ``lines``, prefetched or not."""
        cues = tuple(row.cue for row in self.lines.all())
        return Lyrics(Timing(self.lyrics_timing), cues) if cues else None

    def lines_with_offset(self) -> list[LyricLine]:
        """The lyric lines at the times at which they are to be shown; reads ``lines``, prefetched or not."""
        rows = list(self.lines.all())
        return [row.moved(self.lyrics_offset_ms) for row in rows] if self.lyrics_offset_ms else rows


class LyricLine(models.Model):
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=choices(CueKind))
    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    words = models.JSONField(default=list, blank=True, help_text="[[start_ms, end_ms, text], …]")

    class Meta:
        ordering: ClassVar = ["track", "position"]
        constraints: ClassVar = [
            only("kind", CueKind, "lyric_line_kind_known"),
            models.UniqueConstraint(fields=["track", "position"], name="lyric_line_position_unique"),
            models.CheckConstraint(
                condition=Q(start_ms__isnull=True, end_ms__isnull=True) | Q(end_ms__gte=F("start_ms")),
                name="lyric_line_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.text)

    @classmethod
    def of(cls, track: Track, position: int, cue: Cue) -> LyricLine:
        """A row that is not saved yet."""
        return cls(
            track=track,
            position=position,
            kind=cue.kind,
            text=cue.text,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            words=[[word.start_ms, word.end_ms, word.text] for word in cue.words],
        )

    @property
    def cue(self) -> Cue:
        words = tuple(Word(text, start, end) for start, end, text in self.words)
        return Cue(CueKind(self.kind), self.text, self.start_ms, self.end_ms, words)

    def moved(self, by_ms: int) -> LyricLine:
        """A copy, not to be saved, that much later; nothing begins or ends before the song does."""
        moved = copy(self)
        moved.start_ms, moved.end_ms = (
            None if time is None else max(0, time + by_ms) for time in (self.start_ms, self.end_ms)
        )
        moved.words = [[max(0, start + by_ms), max(0, end + by_ms), text] for start, end, text in self.words]
        return moved
