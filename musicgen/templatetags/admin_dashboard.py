"""Puts the dashboard's numbers on the admin's first page."""

from __future__ import annotations

from typing import Any

from django import template

from musicgen.admin_dashboard import Number, numbers

register = template.Library()


@register.simple_tag(takes_context=True)
def numbers_that_need_you(context: dict[str, Any]) -> list[Number]:
    return numbers(context["request"].user)
