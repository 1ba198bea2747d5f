"""Filters of the pages: lengths, times, icons and URLs of files."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracks.domain.roles import Action
from tracks.lib.unseen import shown
from tracks.models import Asset
from tracks.presentation import labels, media, times
from tracks.queries.access import may

register = template.Library()

register.filter("timecode", times.timecode)
register.filter("seconds", times.decimal_seconds)
register.filter("decibels", times.decibels)
register.filter("name", labels.track_name)
register.filter("model", labels.model_label)
register.filter("shown", shown)


@register.filter
def time_tag(then: datetime | None) -> SafeString | str:
    """A ``<time>`` element: relative as text, exact on hover and for scripts; a dash for None."""
    if then is None:
        return "–"
    relative = times.relative_time(then, timezone.now())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', then.isoformat(), times.exact_time(then), relative
    )


@register.filter
def can(user: User | AnonymousUser, action: str) -> bool:
    """Whether the user may do it; ``action`` as in ``order``. Nobody may where the page has no user."""
    return bool(user) and may(user, Action[action.upper()])


@register.filter
def media_url(asset: Asset) -> str:
    return media.asset_url(asset)


@register.filter
def download_url(asset: Asset) -> str:
    return media.asset_url(asset, download=True)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of templates/parts/icons.svg, which every page holds once."""
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
@cache
def static_version() -> str:
    """A digest of our scripts and styles: pages that differ in it are not swapped into each other."""
    digest = sha256()
    for path in sorted(Path(settings.BASE_DIR, "static").rglob("*.[cj]s*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
