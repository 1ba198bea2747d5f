"""The product's providers pointed at a real HTTP server of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.test.utils import override_settings

from tests.support.http_server import Reply, Request, Service, serving
from tracks import providers


@contextmanager
def provider_at(answer: Callable[[Request], Reply | None] | Reply | None) -> Iterator[Service]:
    """Both providers use one HTTP server, which gives ``answer`` or what it returns for the request."""
    with serving(answer) as service, override_settings(TEMPOLOR_URL=service.url, SUNO_URL=service.url):
        providers.forget()
        try:
            yield service
        finally:
            providers.forget()
