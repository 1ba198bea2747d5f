"""The WSGI application that the web server runs."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicgen.settings")
_django = get_wsgi_application()
_BOUNDARY = re.compile(r"multipart/[^;]*;.*?\bboundary=\"?([\w'()+,./:=?-]+)", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, which is handed no header that it would fail on before a view can answer."""
    environ["CONTENT_TYPE"] = _without_charset(environ.get("CONTENT_TYPE", ""))
    if length := environ.get("CONTENT_LENGTH"):
        environ["CONTENT_LENGTH"] = length.lstrip("0") or "0"  # Python converts no more than 4,300 digits
    if environ.get("PATH_INFO", "").startswith("/callbacks/"):
        environ["HTTP_HOST"] = urlsplit(settings.PUBLIC_URL).netloc  # nothing of a callback depends on it
    return _django(environ, start_response)


def _without_charset(content_type: str) -> str:
    """The media type, with the boundary of a multipart body.

    Everything here is UTF-8. Django would decode the query string by whatever codec is named.
    """
    media_type = content_type.partition(";")[0].strip()
    multipart = _BOUNDARY.match(content_type)
    return f'{media_type}; boundary="{multipart[1]}"' if multipart else media_type
