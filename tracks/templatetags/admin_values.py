"""Filters of the admin's templates, beyond those of the pages."""

from __future__ import annotations

from django import template

from tracks.admin import formatting
from tracks.presentation.times import duration_text

register = template.Library()

register.filter("state_detail", formatting.state_detail)
register.filter("visible", formatting.visible)
register.filter("duration", duration_text)
