"""Files in the admin: which are kept, which are awaited, which were lost and why."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracks.admin import shown
from tracks.admin.facts import FactAdmin
from tracks.admin.filters import by_window, by_word
from tracks.admin.finding import our_id, track_ids
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import link_identity
from tracks.models import Asset
from tracks.presentation import media
from tracks.presentation.labels import KIND_WORDS, LOST, asset_state
from tracks.templatetags.pages import moment


@admin.register(Asset)
class AssetAdmin(FactAdmin):
    list_display = ("id", "what", "of_track", "state", "reason", "volume", "dies", "next_try")
    list_display_links = ("id", "what")
    list_select_related = ("track",)
    list_filter = (
        by_word(
            "status",
            "status",
            [
                (",".join(LOST), "not kept or gone"),
                (AssetStatus.PENDING, "fetching"),
                (AssetStatus.WAITING, "to come"),
                (AssetStatus.ARCHIVED, "kept"),
                (AssetStatus.FAILED, "not kept"),
                (AssetStatus.EXPIRED, "gone"),
            ],
        ),
        by_window("time received", "received", "track__received_at"),
    )
    search_fields = ("track_id",)
    search_help_text = "The id of a track: ours, or the provider's."
    fieldsets = (
        (None, {"fields": ("what", "of_track", "state_said", "open_it")}),
        ("The file", {"fields": ("file", "content_type", "volume", "length", "sha256", "kept")}),
        ("At the provider", {"fields": ("link", "member", "dies")}),
        ("Inside", {"classes": ("collapse",), "fields": ("next_try", "attempts", "claims")}),
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str]:
        """What waits is read by its deadline, all else by age."""
        return ("expires_at",) if request.GET.get("status") == AssetStatus.PENDING else ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Asset], search_term: str
    ) -> tuple[QuerySet[Asset], bool]:
        number = our_id(search_term)
        ids = track_ids(search_term) | ({number} if number is not None else set())
        return (queryset.filter(track__in=ids) if search_term.strip() else queryset), False

    @admin.display(description="file")
    def what(self, asset: Asset) -> str:
        kind = KIND_WORDS[asset.kind]
        return f"{kind} ({shown.visible(asset.label)})" if asset.label else kind

    @admin.display(description="track")
    def of_track(self, asset: Asset) -> str:
        return shown.row_link("tracks_track", asset.track_id, shown.short(str(asset.track), 40))

    @admin.display(description="status")
    def state(self, asset: Asset) -> SafeString:
        return shown.state(asset_state(asset, timezone.now()))

    @admin.display(description="status")
    def state_said(self, asset: Asset) -> SafeString:
        return shown.state_said(asset_state(asset, timezone.now()))

    @admin.display(description="latest reason")
    def reason(self, asset: Asset) -> str:
        return shown.visible(shown.short(asset.error)) or shown.NOTHING

    @admin.display(description="size")
    def volume(self, asset: Asset) -> str:
        return shown.size(asset.bytes)

    @admin.display(description="measured length")
    def length(self, asset: Asset) -> str:
        return shown.milliseconds(asset.duration_ms)

    @admin.display(description="deleted by the provider")
    def dies(self, asset: Asset) -> str:
        return moment(asset.expires_at)

    @admin.display(description="next try")
    def next_try(self, asset: Asset) -> str:
        return moment(asset.next_attempt_at)

    @admin.display(description="archived")
    def kept(self, asset: Asset) -> str:
        return moment(asset.archived_at)

    @admin.display(description="link, without its signature")
    def link(self, asset: Asset) -> str:
        return shown.visible(link_identity(asset.source_url)) or shown.NOTHING

    @admin.display(description="our copy")
    def open_it(self, asset: Asset) -> SafeString | str:
        address = media.address(asset)
        return format_html('<a href="{}">open</a>', address) if address else shown.NOTHING
