"""Tracks in the admin: listen, read, judge. What the provider said is fixed, what people say is not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tracks.admin import shown
from tracks.admin.acting import each_of
from tracks.admin.facts import FactAdmin, QuickAdmin
from tracks.admin.filters import by_window, by_word
from tracks.admin.finding import our_id, track_ids
from tracks.domain.statuses import AssetStatus
from tracks.models import Asset, LyricLine, Review, Track
from tracks.presentation import media
from tracks.presentation.labels import (
    BAD,
    GOOD,
    KIND_WORDS,
    PLAYABLE,
    QUIET,
    StateLabel,
    asset_state,
    song_state,
)
from tracks.presentation.times import clock
from tracks.queries.search import matching
from tracks.services import review
from tracks.services.archive.fetch import archive_again
from tracks.templatetags.pages import moment

VERDICTS: dict[str, str] = {Review.NEW: QUIET, Review.APPROVED: GOOD, Review.REJECTED: BAD}
OWNED = ("title", "review", "rating", "notes")


@admin.register(Track)
class TrackAdmin(QuickAdmin):
    list_display = ("id", "name", "style_said", "model", "length", "state", "verdict", "rating", "received")
    list_display_links = ("id", "name")
    sortable_by = ("id", "name", "length", "rating", "received")
    list_filter = (
        by_word("review", "review", Review.choices),
        by_window("time received", "received", "received_at"),
    )
    search_fields = ("search_text",)
    search_help_text = (
        "Words of title, style, prompt or lyrics; or an id: #12 for ours, the provider's as it is."
    )
    actions = ("archive_now",)
    fieldsets = (
        ("Yours to say", {"fields": OWNED}),
        (
            "What the provider said",
            {"fields": ("state_said", "of_task", "style", "model", "length", "prompt_said")},
        ),
        (
            "More",
            {
                "classes": ("collapse",),
                "fields": (
                    "kind",
                    "provider",
                    "external_id",
                    "position",
                    "created_at",
                    "finished_at",
                    "received_at",
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Track | None = None) -> list[str]:
        named = [name for _, options in self.fieldsets for name in options["fields"]]
        return [name for name in named if isinstance(name, str) and name not in OWNED]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Track | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Track]:
        return super().get_queryset(request).select_related("task").prefetch_related("assets")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Track], search_term: str
    ) -> tuple[QuerySet[Track], bool]:
        if not search_term.strip():
            return queryset, False
        ids = track_ids(search_term)
        return (queryset.filter(pk__in=ids) if ids else matching(queryset, search_term)), False

    def view_on_site(self, obj: Track) -> str:
        return reverse("track", args=[obj.pk])

    def save_model(self, request: HttpRequest, obj: Track, form: ModelForm[Track], change: bool) -> None:
        said = {name: form.cleaned_data[name] for name in form.changed_data if name in OWNED}
        saved = review.edit(obj.pk, said, request.user.get_username())
        if saved.title != said.get("title", saved.title):
            messages.warning(request, f"A blank title states nothing, so it is still called “{saved.title}”.")

    def around(self, row: Track) -> dict[str, Any]:
        now, assets = timezone.now(), list(row.assets.all())
        cover = media.to_show(assets)
        return {
            "listen": [_player(asset) for asset in assets if _is_playable(asset)],
            "cover": media.address(cover) if cover else "",
            "files": [(asset, asset_state(asset, now), media.address(asset)) for asset in assets],
            "lines": [_line(line) for line in row.lines.all()],
        }

    @admin.action(description="Archive again", permissions=["operate"])
    def archive_now(self, request: HttpRequest, queryset: QuerySet[Track]) -> None:
        by = request.user.get_username()
        files: list[int] = []
        each_of(request, queryset, lambda pk: files.append(archive_again(pk, by)), Track.DoesNotExist)
        if sum(files):
            words = "1 file is" if sum(files) == 1 else f"{sum(files)} files are"
            messages.success(request, f"{words} fetched at once.")
        elif files:
            messages.info(request, "Nothing to fetch: all that has a link is kept or being fetched.")

    @admin.display(description="title", ordering="title")
    def name(self, track: Track) -> str:
        return shown.visible(shown.short(str(track), 60))

    @admin.display(description="style")
    def style_said(self, track: Track) -> str:
        return shown.visible(shown.short(track.style, 40)) or shown.NOTHING

    @admin.display(description="length", ordering="duration_ms")
    def length(self, track: Track) -> str:
        return clock(track.duration_ms)

    @admin.display(description="received", ordering="received_at")
    def received(self, track: Track) -> str:
        return moment(track.received_at)

    @admin.display(description="state")
    def state(self, track: Track) -> SafeString:
        return shown.state(song_state(track, track.assets.all(), timezone.now()))

    @admin.display(description="state")
    def state_said(self, track: Track) -> SafeString:
        return shown.state_said(song_state(track, track.assets.all(), timezone.now()))

    @admin.display(description="review")
    def verdict(self, track: Track) -> SafeString:
        return shown.state(StateLabel(track.review, VERDICTS[track.review]))

    @admin.display(description="task")
    def of_task(self, track: Track) -> str:
        return shown.row_link("tracks_task", track.task_id, str(track.task))

    @admin.display(description="prompt")
    def prompt_said(self, track: Track) -> SafeString | str:
        return shown.block(track.prompt) if track.prompt else shown.NOTHING


def _is_playable(asset: Asset) -> bool:
    return asset.kind in PLAYABLE and asset.status == AssetStatus.ARCHIVED


def _player(asset: Asset) -> tuple[str, str]:
    return KIND_WORDS[asset.kind], media.address(asset)


def _line(line: LyricLine) -> tuple[int, str, str, str, str]:
    times = shown.milliseconds(line.start_ms), shown.milliseconds(line.end_ms)
    return line.position, line.kind, *times, shown.visible(line.text)


@admin.register(LyricLine)
class LyricLineAdmin(FactAdmin):
    list_display = ("id", "track", "position", "kind", "start", "end", "words_said")
    list_select_related = ("track",)
    fields = ("track", "position", "kind", "start", "end", "text", "timed_words")
    search_fields = ("track_id",)
    search_help_text = "The id of a track: ours, or the provider's."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LyricLine], search_term: str
    ) -> tuple[QuerySet[LyricLine], bool]:
        number = our_id(search_term)
        ids = track_ids(search_term) | ({number} if number is not None else set())
        return (queryset.filter(track__in=ids) if search_term.strip() else queryset), False

    @admin.display(description="start")
    def start(self, line: LyricLine) -> str:
        return shown.milliseconds(line.start_ms)

    @admin.display(description="end")
    def end(self, line: LyricLine) -> str:
        return shown.milliseconds(line.end_ms)

    @admin.display(description="text")
    def words_said(self, line: LyricLine) -> str:
        return shown.visible(line.text)

    @admin.display(description="words")
    def timed_words(self, line: LyricLine) -> SafeString | str:
        return shown.pretty(line.words) if line.words else shown.NOTHING
