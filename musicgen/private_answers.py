"""No browser and no proxy caches what only staff may see."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PrivateAnswers:
    """Middleware: every answer that says nothing of caching itself is ``private, no-store``.

    Media and file links say their own; static files are answered before this is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer
