"""The WSGI application that the web server runs."""

import os
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicgen.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, protected against a charset in Content-Type that is not a text encoding."""
    # Python has codecs such as `zlib` that turn bytes into bytes; Django accepts the name of any codec and
    # fails on the query string before a view can answer.
    if "charset" in environ.get("CONTENT_TYPE", "").lower() and not _is_text(environ["CONTENT_TYPE"]):
        environ["CONTENT_TYPE"] = environ["CONTENT_TYPE"].partition(";")[0]
    return _django(environ, start_response)


def _is_text(content_type: str) -> bool:
    message = Message()
    message["Content-Type"] = content_type
    try:
        "".encode(str(message.get_param("charset", "utf-8")))
    except (LookupError, ValueError):
        return False
    return True
