"""Tracks in the admin: listen, read, review. Only title, review, rating and notes can be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm, TypedChoiceField
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import IndexedChangeList, LargeTableAdmin, ReadOnlyAdmin
from tracks.admin.bulk_actions import run_each
from tracks.admin.filters import by_value, by_window
from tracks.admin.id_search import our_id, track_ids
from tracks.forms.review import NotesField, add_conflicts, shown_values
from tracks.models import Asset, LyricLine, Track
from tracks.presentation import media
from tracks.presentation.labels import (
    ASSET_LABELS,
    REVIEW_CHOICES,
    asset_state,
    model_label,
    review_state,
    song_state,
)
from tracks.presentation.song_rows import song_row, song_rows
from tracks.presentation.times import timecode
from tracks.queries.search import matching
from tracks.services import review
from tracks.services.archive.fetch import archive_again
from tracks.templatetags.pages import time_tag

EDITABLE = ("title", "review", "rating", "notes")


if TYPE_CHECKING:
    TrackModelForm = ModelForm[Track]
else:
    TrackModelForm = ModelForm


class TrackForm(TrackModelForm):
    """Refuses what somebody else changed too since the page was shown; both texts stay in the answer."""

    def clean(self) -> None:
        super().clean()
        shown = shown_values(self)
        names = review.conflicts(self.instance, review.changed_since(self.cleaned_data, shown), shown)
        add_conflicts(self, self.instance, names)
        # Saved again, it replaces what is shown now.
        now = {self.add_initial_prefix(name): getattr(self.instance, name) for name in names}
        self.data = {**self.data.dict(), **now} if isinstance(self.data, QueryDict) else {**self.data, **now}


class SongChangeList(IndexedChangeList):
    """Builds the rows of its page at once: a waveform needs the sections of its song."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for row in song_rows(self.result_list, timezone.now(), {}):
            row.track.song_row = row  # type: ignore[attr-defined]


@admin.register(Track)
class TrackAdmin(LargeTableAdmin):
    form = TrackForm
    list_display = (
        "id",
        "picture",
        "name",
        "sound",
        "short_style",
        "shown_model",
        "length",
        "state",
        "review_state",
        "rating",
        "received",
    )
    list_display_links = ("id", "name")
    sortable_by = ("id", "name", "length", "rating", "received")
    list_filter = (
        by_value("review", "review", REVIEW_CHOICES),
        by_window("time received", "received", "received_at"),
    )
    search_fields = ("search_text",)
    search_help_text = (
        "Words of title, style, prompt or lyrics; or an id: #12 for ours, the provider's as it is."
    )
    actions = ("archive_now",)
    fieldsets = (
        ("Review", {"fields": EDITABLE}),
        (
            "From the provider",
            {"fields": ("state_detail", "of_task", "shown_style", "shown_model", "length", "full_prompt")},
        ),
        (
            "More",
            {
                "classes": ("collapse",),
                "fields": (
                    "kind",
                    "provider",
                    "shown_external_id",
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
        return [name for name in named if isinstance(name, str) and name not in EDITABLE]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Track | None = None) -> bool:
        return False

    def formfield_for_choice_field(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> TypedChoiceField | None:
        if db_field.name == "review":
            kwargs["choices"] = REVIEW_CHOICES
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> FormField | None:
        if db_field.name == "notes":
            kwargs |= {"form_class": NotesField, "strip": False, "label": "General note"}
        return super().formfield_for_dbfield(db_field, request, show_hidden_initial=True, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Track]:
        return super().get_queryset(request).select_related("task").prefetch_related("assets")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Track], search_term: str
    ) -> tuple[QuerySet[Track], bool]:
        if not search_term.strip():
            return queryset, False
        ids = track_ids(search_term)
        return (queryset.filter(pk__in=ids) if ids else matching(queryset, search_term)), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SongChangeList

    def view_on_site(self, obj: Track) -> str:
        return reverse("track", args=[obj.pk])

    def save_model(self, request: HttpRequest, obj: Track, form: ModelForm[Track], change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in EDITABLE if name in form.cleaned_data}
        try:
            saved = review.edit(obj.pk, changes, request.user.get_username(), shown_values(form))
        except review.ChangedMeanwhile as conflict:
            messages.error(request, str(conflict))
            return
        if saved.title and not changes.get("title", saved.title):
            kept = formatting.visible(saved.title)
            messages.warning(request, f"A blank title changes nothing: the track is still called “{kept}”.")

    def page_context(self, row: Track) -> dict[str, Any]:
        now, assets = timezone.now(), list(row.assets.all())
        return {
            "listen": [_player(asset) for asset in assets if media.is_playable(asset)],
            "song": song_row(row, now),
            "files": [(asset, asset_state(asset, now), media.asset_url(asset)) for asset in assets],
            "lines": [_line(line) for line in row.lines.all()],
        }

    @admin.action(description="Archive again", permissions=["archive"])
    def archive_now(self, request: HttpRequest, queryset: QuerySet[Track]) -> None:
        by = request.user.get_username()
        files: list[int] = []
        run_each(request, queryset, lambda pk: files.append(archive_again(pk, by)), Track.DoesNotExist)
        if sum(files):
            files_text = "1 file is" if sum(files) == 1 else f"{sum(files)} files are"
            messages.success(request, f"{files_text} fetched now.")
        elif files:
            messages.info(request, "Nothing to archive: every file with a link is archived or being fetched.")

    shown_style = formatting.text_column("style")
    shown_external_id = formatting.text_column("external_id")

    @admin.display(description="model")
    def shown_model(self, track: Track) -> str:
        return formatting.visible(model_label(track)) or formatting.NOTHING

    @admin.display(description="cover")
    def picture(self, track: Track) -> SafeString:
        address = track.song_row.cover_url  # type: ignore[attr-defined]
        return format_html('<img src="{}" alt="" width="32" height="32" loading="lazy">', address)

    @admin.display(description="sound")
    def sound(self, track: Track) -> SafeString | str:
        row = track.song_row  # type: ignore[attr-defined]
        if row.wave is None:
            return formatting.NOTHING
        wave = render_to_string("parts/wave_row.html", {"wave": row.wave})
        return format_html('<span data-hue="{}">{}</span>', row.hue, wave)

    @admin.display(description="title", ordering="title")
    def name(self, track: Track) -> str:
        return formatting.visible(formatting.short(str(track), 60))

    @admin.display(description="style")
    def short_style(self, track: Track) -> str:
        return formatting.visible(formatting.short(track.style, 40)) or formatting.NOTHING

    @admin.display(description="length", ordering="duration_ms")
    def length(self, track: Track) -> str:
        return timecode(track.duration_ms)

    @admin.display(description="received", ordering="received_at")
    def received(self, track: Track) -> str:
        return time_tag(track.received_at)

    @admin.display(description="state")
    def state(self, track: Track) -> SafeString:
        return formatting.state(song_state(track, track.assets.all(), timezone.now()))

    @admin.display(description="state")
    def state_detail(self, track: Track) -> SafeString:
        return formatting.state_detail(song_state(track, track.assets.all(), timezone.now()))

    @admin.display(description="review")
    def review_state(self, track: Track) -> SafeString:
        return formatting.state(review_state(track))

    @admin.display(description="task")
    def of_task(self, track: Track) -> str:
        return formatting.task_link(track.task)

    @admin.display(description="prompt")
    def full_prompt(self, track: Track) -> SafeString | str:
        return formatting.block(track.prompt) if track.prompt else formatting.NOTHING


def _player(asset: Asset) -> tuple[str, str]:
    return ASSET_LABELS[asset.kind], media.asset_url(asset)


def _line(line: LyricLine) -> tuple[int, str, str, str, str]:
    times = formatting.milliseconds(line.start_ms), formatting.milliseconds(line.end_ms)
    return line.position, line.kind, *times, formatting.visible(line.text)


@admin.register(LyricLine)
class LyricLineAdmin(ReadOnlyAdmin):
    list_display = ("id", "track", "position", "kind", "start", "end", "visible_text")
    list_select_related = ("track",)
    fields = ("track", "position", "kind", "start", "end", "visible_text", "timed_words")
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
        return formatting.milliseconds(line.start_ms)

    @admin.display(description="end")
    def end(self, line: LyricLine) -> str:
        return formatting.milliseconds(line.end_ms)

    @admin.display(description="text")
    def visible_text(self, line: LyricLine) -> str:
        return formatting.visible(line.text)

    @admin.display(description="words")
    def timed_words(self, line: LyricLine) -> SafeString | str:
        return formatting.pretty(line.words) if line.words else formatting.NOTHING
