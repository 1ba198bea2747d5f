"""Archived files over HTTP: ranges, conditions, names, and headers that let no browser run anything."""

from __future__ import annotations

import hashlib
import http.client
import logging
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import path
from hypothesis import example, given
from hypothesis import strategies as st

from tracks.files.ranges import Span, Unsatisfiable, span_of
from tracks.files.serving import CHUNK_BYTES, download_name, serve
from tracks.models import Asset, Task, Track

BODY = bytes(range(256)) * 4
SHA256 = hashlib.sha256(BODY).hexdigest()
ETAG = f'"{SHA256}"'
MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT"
SANDBOX = "default-src 'none'; sandbox"
shelf: list[Asset] = []


def the_file(request: HttpRequest) -> HttpResponseBase:
    return serve(request, shelf[-1])


urlpatterns = [path("file", the_file)]


def archived(title: str = "Owl's Moonlit Waltz", **over: Any) -> Asset:
    """An asset that no database has seen, with its file on the disk."""
    values = {
        "pk": 5,
        "kind": "audio",
        "file": "0000/7-audio.mp3",
        "sha256": SHA256,
        "content_type": "audio/mpeg",
        "archived_at": datetime(2026, 1, 1, 0, 0, 0, 900_000, UTC),
    } | over
    return Asset(track=Track(pk=7, title=title, task=Task(pk=3)), **values)


@pytest.fixture
def get(settings: Any, tmp_path: Path) -> Callable[..., Any]:
    """Asks through the whole stack of middleware; keywords are headers."""
    settings.ROOT_URLCONF = __name__
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "0000").mkdir()
    (tmp_path / "0000/7-audio.mp3").write_bytes(BODY)
    shelf[:] = [archived()]

    def ask(query: str = "", method: str = "GET", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(method, f"/file{query}", headers=named)

    return ask


def body(answer: Any) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


# --- The whole file -----------------------------------------------------------------------------------------
def test_the_whole_file(get: Any) -> None:
    answer = get()
    assert (answer.status_code, body(answer)) == (200, BODY)
    assert {name: answer[name] for name in answer.headers} == {
        "Content-Type": "audio/mpeg",
        "Content-Length": "1024",
        "Accept-Ranges": "bytes",
        "ETag": ETAG,
        "Last-Modified": MODIFIED,
        "Cache-Control": "private, max-age=600",
        "Content-Disposition": (
            "inline; filename=\"Owl's Moonlit Waltz.mp3\"; filename*=UTF-8''Owl%27s%20Moonlit%20Waltz.mp3"
        ),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_head_has_the_same_headers_without_a_body(get: Any) -> None:
    whole, head = get(), get(method="HEAD", Range="bytes=0-9")
    assert (head.status_code, body(head)) == (200, b"")
    assert head.headers.items() == whole.headers.items()


def test_a_file_of_unknown_type_is_an_octet_stream(get: Any) -> None:
    shelf[:] = [archived(content_type="")]
    assert get()["Content-Type"] == "application/octet-stream"


def test_an_empty_file(get: Any, tmp_path: Path) -> None:
    (tmp_path / "0000/7-audio.mp3").write_bytes(b"")
    answer = get()
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, "0", b"")


def test_a_large_file_is_never_held_in_memory(get: Any, tmp_path: Path) -> None:
    size = 300 * 1024 * 1024
    with (tmp_path / "0000/7-audio.mp3").open("r+b") as file:
        file.truncate(size)
    answer = get(Range="bytes=1024-")
    tracemalloc.start()
    sizes = [len(chunk) for chunk in answer]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (sum(sizes), max(sizes)) == (size - 1024, CHUNK_BYTES)
    assert peak < 4 * CHUNK_BYTES


@pytest.mark.django_db  # closing a response looks after the connections that earlier tests left
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_file_is_closed_even_when_nobody_reads_it(
    get: Any, method: str, recwarn: pytest.WarningsRecorder
) -> None:
    get(method=method).close()
    get(method=method, If_None_Match=ETAG).close()
    get(method=method, Range="bytes=5000-").close()
    assert [str(warning.message) for warning in recwarn if warning.category is ResourceWarning] == []


# --- Ranges -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-499", 0, 499),
        ("bytes=500-", 500, 1023),
        ("bytes=-500", 524, 1023),
        ("bytes=-5000", 0, 1023),
        ("bytes=1000-5000", 1000, 1023),
        ("Bytes= 1-2 ", 1, 2),
        (f"bytes=0-{'9' * 30}", 0, 1023),
    ],
)
def test_a_range(get: Any, asked: str, first: int, last: int) -> None:
    answer = get(Range=asked)
    assert (answer.status_code, body(answer)) == (206, BODY[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/1024"
    assert answer["Content-Length"] == str(last - first + 1)
    assert answer["ETag"] == ETAG


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=1-2,5-6",
        "bytes=0-1, -1",
        "bytes=+1-2",
        "bytes=1--2",
        "bytes=٣-٤",
        "lines=1-2",
        f"bytes=0-{'9' * 5000}",
    ],
)
def test_an_unsupported_range_gets_the_whole_file(get: Any, asked: str) -> None:
    answer = get(Range=asked)
    assert (answer.status_code, body(answer)) == (200, BODY)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=1024-2000", "bytes=-0", f"bytes={'9' * 30}-"])
def test_a_range_outside_of_the_file(get: Any, asked: str) -> None:
    answer = get(Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1024")
    assert answer.json()["errors"][0]["code"] == "range_not_satisfiable"
    assert answer["Cache-Control"] == "private, no-store"


@given(
    st.text(max_size=20) | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True), st.integers(0, 2000)
)
@example("bytes=0-", 0)
@example("bytes=-1", 0)
def test_any_header_is_a_part_of_the_file_or_none(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except Unsatisfiable:
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size


@given(st.integers(1, 2000), st.data())
def test_a_range_agrees_with_slicing(size: int, data: st.DataObject) -> None:
    whole = range(size)
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first, 2 * size))
    length = data.draw(st.integers(1, 2 * size))

    def numbers(span: Span | None) -> range:
        assert span is not None
        return whole[span.first : span.last + 1]

    assert numbers(span_of(f"bytes={first}-{last}", size)) == whole[first : last + 1]
    assert numbers(span_of(f"bytes={first}-", size)) == whole[first:]
    assert numbers(span_of(f"bytes=-{length}", size)) == whole[-length:]


# --- Conditions ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": ETAG},
        {"If_None_Match": f'"other", W/{ETAG}'},
        {"If_None_Match": "*"},
        {"If_None_Match": ETAG, "Range": "bytes=0-1"},
        {"If_None_Match": ETAG, "If_Modified_Since": "Wed, 01 Jan 2025 00:00:00 GMT"},
        {"If_Modified_Since": MODIFIED},
        {"If_Modified_Since": "Fri, 02 Jan 2026 00:00:00 GMT"},
    ],
)
def test_what_the_caller_has_is_not_sent_again(get: Any, method: str, headers: dict[str, str]) -> None:
    answer = get(method=method, **headers)
    assert (answer.status_code, body(answer)) == (304, b"")
    assert (answer["ETag"], answer["Last-Modified"]) == (ETAG, MODIFIED)
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize(
    "headers",
    [
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": MODIFIED},
        {"If_None_Match": SHA256},
        {"If_Modified_Since": "Wed, 31 Dec 2025 23:59:59 GMT"},
        {"If_Modified_Since": "nonsense"},
        {"If_Match": ETAG},
        {"If_Match": "*"},
    ],
)
def test_what_the_caller_lacks_is_sent(get: Any, headers: dict[str, str]) -> None:
    assert get(**headers).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"If_Match": '"other"'}, {"If_Unmodified_Since": "Wed, 31 Dec 2025 23:59:59 GMT"}]
)
def test_a_condition_that_fails(get: Any, headers: dict[str, str]) -> None:
    answer = get(**headers)
    assert answer.status_code == 412
    assert answer.json()["errors"][0]["code"] == "precondition_failed"


@pytest.mark.parametrize("known", [ETAG, MODIFIED])
def test_a_part_of_the_same_file_is_continued(get: Any, known: str) -> None:
    assert get(Range="bytes=9-", If_Range=known).status_code == 206


@pytest.mark.parametrize(
    "known", ['"other"', f"W/{ETAG}", "Fri, 02 Jan 2026 00:00:00 GMT", "nonsense", "", f"{ETAG}, {ETAG}"]
)
def test_a_part_of_another_file_starts_again(get: Any, known: str) -> None:
    assert get(Range="bytes=9-", If_Range=known).status_code == 200


def test_a_file_without_a_date_is_recognised_by_its_checksum(get: Any) -> None:
    shelf[:] = [archived(archived_at=None)]
    answer = get(Range="bytes=9-", If_Range="nonsense", If_Modified_Since=MODIFIED)
    assert answer.status_code == 200
    assert "Last-Modified" not in answer
    assert get(If_None_Match=ETAG).status_code == 304


# --- Names --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "over", "name", "plain"),
    [
        ("Owl's Waltz", {}, "Owl's Waltz.mp3", "Owl's Waltz.mp3"),
        ("Café del Mar", {}, "Café del Mar.mp3", "Cafe del Mar.mp3"),
        ("月光", {}, "月光.mp3", "track-7.mp3"),
        ("", {}, "track-7.mp3", "track-7.mp3"),
        ("...", {}, "track-7.mp3", "track-7.mp3"),
        ('a/b\\c:d*e?f"g<h>i|j%k', {}, "a b c d e f g h i j k.mp3", "a b c d e f g h i j k.mp3"),
        ("../../etc/passwd", {}, "etc passwd.mp3", "etc passwd.mp3"),
        ("a\r\nSet-Cookie: b\0", {}, "a Set-Cookie b.mp3", "a Set-Cookie b.mp3"),
        ("gp3.\u202egnos", {}, "gp3.gnos.mp3", "gp3.gnos.mp3"),
        ("Owl", {"kind": "stem", "label": "vocals"}, "Owl - vocals.mp3", "Owl - vocals.mp3"),
        ("Owl", {"kind": "source_audio"}, "Owl - source.mp3", "Owl - source.mp3"),
    ],
)
def test_names(get: Any, title: str, over: dict[str, str], name: str, plain: str) -> None:
    shelf[:] = [archived(title, **over)]
    shown, quoted = get("?download=1")["Content-Disposition"].split("; filename*=UTF-8''")
    assert shown == f'attachment; filename="{plain}"'
    assert unquote(quoted) == name


@pytest.mark.parametrize(
    ("file", "content_type", "over", "name"),
    [
        ("7-stem-vocals.flac", "audio/flac", {"kind": "stem", "label": "vocals"}, "Owl - vocals.flac"),
        ("7-stem-drums.mp3", "audio/mpeg", {"kind": "stem", "label": "drums"}, "Owl - drums.mp3"),
        ("7-archive.zip", "application/zip", {"kind": "archive"}, "Owl.zip"),
        ("7-video.mp4", "video/mp4", {"kind": "video"}, "Owl.mp4"),
        ("7-audio_hi.wav", "audio/wav", {"kind": "audio_hi"}, "Owl.wav"),
        ("7-image-2.webp", "image/webp", {"kind": "image", "label": "2"}, "Owl - 2.webp"),
    ],
)
def test_every_kind_of_file_has_its_type_and_a_name_of_its_own(
    get: Any, tmp_path: Path, file: str, content_type: str, over: dict[str, str], name: str
) -> None:
    (tmp_path / "0000" / file).write_bytes(BODY)
    shelf[:] = [archived("Owl", file=f"0000/{file}", content_type=content_type, **over)]
    answer = get("?download=1")
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{name}";')
    assert answer["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize(("own", "name"), [("", "Owl - vocals.flac"), ("Voice", "Voice - vocals.flac")])
def test_what_was_made_from_a_song_has_its_title(own: str, name: str) -> None:
    made = Track(pk=8, title=own, task=Task(pk=3, source_track=Track(pk=7, title="Owl")))
    assert download_name(Asset(track=made, kind="stem", label="vocals", file="8.flac")) == name


@given(st.text(max_size=300))
def test_any_title_makes_a_name(title: str) -> None:
    name = download_name(archived(title))
    assert name.endswith(".mp3")
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|%')
    assert len(name.encode()) < 200
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "inline"), ("?download=0", "inline"), ("?download=", "inline"), ("?download=true", "attachment")],
)
def test_without_download_the_file_is_shown_inline(get: Any, query: str, kind: str) -> None:
    assert get(query)["Content-Disposition"].split(";")[0] == kind


# --- Gone ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["0000/gone.mp3", "", "0000"])
def test_a_file_that_is_missing_from_the_disk(get: Any, name: str, caplog: pytest.LogCaptureFixture) -> None:
    shelf[:] = [archived(file=name)]
    with caplog.at_level(logging.ERROR, "tracks.files.serving"):
        answer = get()
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["detail"].startswith("The archived file is missing from the disk")
    assert "asset 5" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_over_a_real_connection(get: Any, live_server: Any) -> None:
    connection = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port)
    connection.request("GET", "/file", headers={"Range": "bytes=-24"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (206, BODY[-24:])
    connection.request("HEAD", "/file")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Length"], answer.read()) == (200, "1024", b"")
    connection.close()
