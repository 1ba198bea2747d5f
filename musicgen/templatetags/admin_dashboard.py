"""The dashboard's numbers and the order of apps on the admin's first page."""

from __future__ import annotations

from typing import Any

from django import template

from musicgen.admin_dashboard import Number, numbers

register = template.Library()
OURS = {"tracks": 0, "callbacks": 1}


@register.simple_tag(takes_context=True)
def dashboard_numbers(context: dict[str, Any]) -> list[Number]:
    return numbers(context["request"].user)


@register.filter
def ours_first(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The admin's apps, the product's own before the libraries'."""
    return sorted(app_list, key=lambda app: OURS.get(app["app_label"], len(OURS)))
