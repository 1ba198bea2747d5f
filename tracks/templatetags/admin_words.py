"""What the admin's templates need beyond the filters of the pages."""

from __future__ import annotations

from django import template

from tracks.admin import shown

register = template.Library()

register.filter("said", shown.state_said)
register.filter("visible", shown.visible)
