"""Text travels compressed, and what may be asked for in ranges does not."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from musicgen.compression import MIN_BYTES, TextCompression
from tests.support.factories import make_staff
from tests.support.paths import ROOT
from tests.support.songs import make_song

ZIPPED = {"Accept-Encoding": "gzip"}


def compressed(answer: Any) -> Any:
    request: HttpRequest = RequestFactory().get("/", headers=ZIPPED)
    return TextCompression(lambda _: answer)(request)


@pytest.mark.django_db
def test_a_page_is_a_fraction_of_its_size(client: Client) -> None:
    make_song()
    client.force_login(make_staff(), "django.contrib.auth.backends.ModelBackend")
    plain, packed = client.get("/"), client.get("/", headers=ZIPPED)
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Cache-Control"] == plain["Cache-Control"] == "private, no-store"
    assert len(packed.content) < len(plain.content) / 2
    assert b"<html" in gzip.decompress(packed.content)


OURS = [
    f"/static/{path.relative_to(ROOT / 'static')}"
    for kind in ("*.css", "*.js")
    for path in sorted((ROOT / "static").rglob(kind))
    if path.stat().st_size >= MIN_BYTES
]


@pytest.mark.parametrize("path", OURS)
def test_a_script_and_a_style_are_read_compressed_and_without_comments(
    client: Client, settings: Any, path: str
) -> None:
    settings.WHITENOISE_AUTOREFRESH = False  # as a server has it
    plain = b"".join(client.get(path).streaming_content)  # type: ignore[attr-defined]
    packed = client.get(path, headers=ZIPPED)
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == "Accept-Encoding"
    kept = gzip.decompress(b"".join(packed.streaming_content)).splitlines()  # type: ignore[attr-defined]
    rest, gone = plain.splitlines(), []
    for line in kept:
        gone += rest[: rest.index(line)]
        rest = rest[rest.index(line) + 1 :]
    assert gone
    # What a comment goes on with on its next line has three blanks or a star before it.
    assert all(line.lstrip().startswith((b"//", b"/*", b"*")) or line.startswith(b"   ") for line in gone)
    again = client.get(path, headers={**ZIPPED, "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(b"RIFF" * 500, content_type="audio/wav"),
        FileResponse([b"RIFF" * 500], content_type="audio/mpeg"),
        StreamingHttpResponse([b"a" * 2000], content_type="text/html"),
    ],
    ids=["sound", "file", "stream"],
)
def test_sound_and_streams_go_as_they_are(answer: Any) -> None:
    assert "Content-Encoding" not in compressed(answer)


def test_a_font_is_packed_already(client: Client) -> None:
    answer = client.get("/static/fonts/hanken-grotesk-latin-wght-normal.woff2", headers=ZIPPED)
    assert "Content-Encoding" not in answer
    assert answer["Content-Type"] == "font/woff2"
