"""The WSGI application that the web server runs."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicgen.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, protected against parameters of Content-Type that it fails on before a view can answer."""
    content_type = environ.get("CONTENT_TYPE", "")
    if ";" in content_type and not _is_readable(content_type):
        environ["CONTENT_TYPE"] = content_type.partition(";")[0]
    return _django(environ, start_response)


def _is_readable(content_type: str) -> bool:
    """Whether Django can parse it, and its charset is one of text: `zlib` is a codec too."""
    try:
        _, parameters = parse_header_parameters(content_type)
        "".encode(parameters.get("charset", "utf-8"))
    except (LookupError, ValueError):
        return False
    return True
