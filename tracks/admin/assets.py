"""Files in the admin: which are archived, which are still to come, and which were lost and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.filters import by_value, by_window
from tracks.admin.id_search import our_id, track_ids
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import link_identity
from tracks.models import Asset
from tracks.presentation import media
from tracks.presentation.labels import ASSET_LABELS, LOST, asset_state
from tracks.templatetags.pages import time_tag

REFUSED = "Bytes that were not accepted"


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "of_track", "state", "reason", "size", "expires", "next_try")
    list_display_links = ("id", "name")
    list_select_related = ("track",)
    list_filter = (
        by_value(
            "status",
            "status",
            [
                (",".join(LOST), "failed or expired"),
                (AssetStatus.PENDING, "archiving"),
                (AssetStatus.WAITING, "waiting"),
                (AssetStatus.ARCHIVED, "archived"),
                (AssetStatus.FAILED, "failed"),
                (AssetStatus.EXPIRED, "expired"),
            ],
        ),
        by_window("time received", "received", "track__received_at"),
    )
    search_fields = ("track_id",)
    search_help_text = "The id of a track: ours, or the provider's."
    fieldsets = (
        (None, {"fields": ("name", "of_track", "state_detail", "our_copy")}),
        (
            "The file",
            {
                "fields": (
                    "file",
                    "shown_content_type",
                    "size",
                    "length",
                    "sha256",
                    "archived",
                    "shown_unusual",
                )
            },
        ),
        (REFUSED, {"fields": ("shown_refused_reason", "refused_copy")}),
        ("At the provider", {"fields": ("link", "shown_member", "expires")}),
        ("Internals", {"classes": ("collapse",), "fields": ("next_try", "attempts", "claims")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Asset | None = None) -> Any:
        """Without the section about refused bytes where there are none."""
        has_refused = obj is not None and bool(obj.refused_file or obj.refused_reason)
        return [one for one in self.fieldsets if one[0] != REFUSED or has_refused]

    def get_ordering(self, request: HttpRequest) -> tuple[str]:
        """Pending files by their expiry, all others newest first."""
        return ("expires_at",) if request.GET.get("status") == AssetStatus.PENDING else ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Asset], search_term: str
    ) -> tuple[QuerySet[Asset], bool]:
        number = our_id(search_term)
        ids = track_ids(search_term) | ({number} if number is not None else set())
        return (queryset.filter(track__in=ids) if search_term.strip() else queryset), False

    shown_content_type = formatting.text_column("content_type")
    shown_unusual = formatting.text_column("unusual")
    shown_refused_reason = formatting.text_column("refused_reason")
    shown_member = formatting.text_column("member")

    @admin.display(description="file")
    def name(self, asset: Asset) -> str:
        kind = ASSET_LABELS[asset.kind]
        return f"{kind} ({formatting.visible(asset.label)})" if asset.label else kind

    @admin.display(description="track")
    def of_track(self, asset: Asset) -> str:
        return formatting.row_link("tracks_track", asset.track_id, formatting.short(str(asset.track), 40))

    @admin.display(description="status")
    def state(self, asset: Asset) -> SafeString:
        return formatting.state(asset_state(asset, timezone.now()))

    @admin.display(description="status")
    def state_detail(self, asset: Asset) -> SafeString:
        return formatting.state_detail(asset_state(asset, timezone.now()))

    @admin.display(description="latest reason")
    def reason(self, asset: Asset) -> str:
        return formatting.visible(formatting.short(asset.error)) or formatting.NOTHING

    @admin.display(description="size")
    def size(self, asset: Asset) -> str:
        return formatting.size(asset.bytes)

    @admin.display(description="measured length")
    def length(self, asset: Asset) -> str:
        return formatting.milliseconds(asset.duration_ms)

    @admin.display(description="deleted by the provider")
    def expires(self, asset: Asset) -> str:
        return time_tag(asset.expires_at)

    @admin.display(description="next try")
    def next_try(self, asset: Asset) -> str:
        return time_tag(asset.next_attempt_at)

    @admin.display(description="archived")
    def archived(self, asset: Asset) -> str:
        return time_tag(asset.archived_at)

    @admin.display(description="link, without its signature")
    def link(self, asset: Asset) -> str:
        return formatting.visible(link_identity(asset.source_url)) or formatting.NOTHING

    @admin.display(description="our copy")
    def our_copy(self, asset: Asset) -> SafeString | str:
        address = media.asset_url(asset)
        return format_html('<a href="{}">open</a>', address) if address else formatting.NOTHING

    @admin.display(description="the bytes")
    def refused_copy(self, asset: Asset) -> SafeString | str:
        address = media.refused_url(asset)
        return format_html('<a href="{}" download>download</a>', address) if address else formatting.NOTHING
