"""The answer to a form that asks a page for what it cannot do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UNKNOWN = (
    "The form asked for an action that this page does not have, so nothing was changed. Go back, load the "
    "page again and press the button once more."
)


def unknown_action(request: HttpRequest) -> HttpResponse:
    return render(request, "400.html", {"sentence": UNKNOWN}, status=400)
