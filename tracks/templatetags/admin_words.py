"""What the admin's templates need beyond the filters of the pages."""

from __future__ import annotations

from django import template

from tracks.admin import shown
from tracks.presentation.times import span

register = template.Library()

register.filter("said", shown.state_said)
register.filter("visible", shown.visible)
register.filter("span", span)
