"""Filling in and sending the form of an operation."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.support.html import Page
from tracks import providers
from tracks.models import Task

TEMPOLOR = "/tasks/new/?provider=tempolor&operation=generate"
SUNO = "/tasks/new/?provider=suno&operation=generate"
EVERY = [
    (name, operation)
    for name, provider in providers.registered().items()
    for operation in provider.operations
]


def sent(staff: Client, address: str, once: str = "k1", **values: Any) -> Page:
    """The page that the sent form led to."""
    fields = {f"p-{name}": value for name, value in values.items()}
    return Page(staff.post(address, {"once": once, **fields}, follow=True))


def refused(staff: Client, address: str, **values: Any) -> Page:
    """The form as it comes back; no task was made."""
    fields = {f"p-{name}": value for name, value in values.items()}
    page = Page(staff.post(address, {"once": "k1", **fields}), status=400)
    assert not Task.objects.exists()
    return page
