"""Text travels compressed: pages, scripts, styles and JSON. Sound and pictures go as they are."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

TEXT = {"text/html", "application/json", "image/svg+xml", "application/vnd.oai.openapi", "text/plain"}
STATIC_TEXT = {".css", ".js", ".svg", ".json"}
# Comments that stand on lines of their own, as all of ours do: they are a quarter of the bytes.
COMMENTS = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
# Below this a file fits into the packets that its headers need anyway.
MIN_BYTES = 1000


class TextCompression(GZipMiddleware):
    """Compresses whole answers of text; never a stream, whose parts somebody may have asked for by range."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in TEXT:
            return response
        return super().process_response(request, response)


class CompressedStatic(WhiteNoiseMiddleware):  # type: ignore[misc]  # it has no types
    """WhiteNoise, with a compressed copy of each text file made when the server starts."""

    def get_static_file(
        self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None
    ) -> Any:
        source = Path(path)
        if self.autorefresh or source.suffix not in STATIC_TEXT or source.stat().st_size < MIN_BYTES:
            return super().get_static_file(path, url, stat_cache=stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(_packed(source))})


def _packed(source: Path) -> Path:
    """The compressed copy of what a file holds; made once on a machine."""
    content = _content(source)
    name = sha256(content).hexdigest()[:24]
    place = settings.RUN_DIR / "static"
    packed: Path = place / f"{name}.gz"
    if not packed.exists():
        place.mkdir(parents=True, exist_ok=True)
        _write(packed, gzip.compress(content, 9, mtime=0))
    return packed


def _content(source: Path) -> bytes:
    """What is packed: of our own scripts and styles all but the comments."""
    content = source.read_bytes()
    is_ours = source.is_relative_to(settings.BASE_DIR / "static") and source.suffix in (".css", ".js")
    return COMMENTS.sub(b"", content) if is_ours else content


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: several servers may start together."""
    handle, scratch = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(scratch, target)
