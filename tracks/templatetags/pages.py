"""Filters of the pages: lengths, moments and waveforms."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracks.models import Asset
from tracks.presentation import labels, media, times, waveform

register = template.Library()

register.filter("clock", times.clock)
register.filter("seconds", times.seconds)
register.filter("waveform", waveform.path)
register.filter("name", labels.track_name)


@register.filter
def moment(then: datetime | None) -> SafeString | str:
    """A ``<time>``: relative in words, exact on hover and for machines; a dash for none."""
    if then is None:
        return "–"
    ago = times.ago(then, timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', then.isoformat(), times.exact(then), ago)


@register.filter
def media_url(asset: Asset) -> str:
    return media.address(asset)


@register.filter
def download_url(asset: Asset) -> str:
    return media.address(asset, download=True)
