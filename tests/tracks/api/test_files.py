"""Lyrics in each format, and archived files at our own address."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test.utils import override_settings
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.factories import make_asset, make_lines, make_track
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import AssetKind
from tracks.files import storage
from tracks.models import Asset, LyricLine, Track

pytestmark = pytest.mark.django_db

SONG = b"ID3" + bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def media_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def keep(track: Track, kind: str = AssetKind.AUDIO, label: str = "", content: bytes = SONG) -> Asset:
    """An archived file with these bytes."""
    checksum = sha256(content).hexdigest()
    name = f"{track.pk}-{kind}-{label}.mp3"
    path = storage.path_of(name)
    path.write_bytes(content)
    over = {"file": name, "sha256": checksum, "bytes": len(content), "content_type": "audio/mpeg"}
    return make_asset(track, kind=kind, label=label, status=AssetStatus.ARCHIVED, **over)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]


def lyrics(api: APIClient, track: Track, name: str, **headers: str) -> Any:
    return api.get(f"/api/v1/tracks/{track.pk}/lyrics.{name}", headers=headers)


def sung() -> Track:
    track = make_track()
    make_lines(track, "verse", ("Moonlight guides the flight", 1000, 2500), ("Owls dance", 3000, 4000))
    return track


def test_lyrics_as_json_are_those_of_the_track(api: APIClient) -> None:
    track = sung()
    found, whole = lyrics(api, track, "json").json(), api.get(f"/api/v1/tracks/{track.pk}/").json()
    of_lyrics = {"lyrics_timing", "lyrics_origin", "lyrics_version", "lyrics_text", "lyrics"}
    assert set(found) == {"track", "title", "duration"} | of_lyrics
    assert found["track"] == track.pk
    assert {name: found[name] for name in found if name != "track"} == {
        name: whole[name] for name in found if name != "track"
    }


@pytest.mark.parametrize(
    ("name", "content_type", "line"),
    [
        ("lrc", "text/plain; charset=utf-8", "[00:01.00]Moonlight guides the flight"),
        ("srt", "application/x-subrip; charset=utf-8", "00:00:01,000 --> 00:00:02,500"),
        ("vtt", "text/vtt; charset=utf-8", "00:00:01.000 --> 00:00:02.500"),
        ("ttml", "application/ttml+xml; charset=utf-8", "Moonlight guides the flight</p>"),
        ("txt", "text/plain; charset=utf-8", "Moonlight guides the flight"),
    ],
)
def test_lyrics_in_each_format(api: APIClient, name: str, content_type: str, line: str) -> None:
    answer = lyrics(api, sung(), name)
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert line in answer.content.decode()


def test_words_are_timed_where_asked_for(api: APIClient) -> None:
    track = make_track(lyrics_timing="word")
    words = [[1000, 1500, "Moon"], [1500, 2500, "light"]]
    LyricLine.objects.create(
        track=track, position=0, kind="line", start_ms=1000, end_ms=2500, text="Moonlight", words=words
    )
    assert "<00:01.50>light" in lyrics(api, track, "lrc?words=1").content.decode()
    assert "<" not in lyrics(api, track, "lrc").content.decode()


def test_nonsense_about_words_is_refused(api: APIClient) -> None:
    assert attrs(lyrics(api, sung(), "lrc?words=perhaps")) == {"words"}


@pytest.mark.parametrize("name", ["lrc", "srt", "vtt", "ttml"])
def test_a_timed_format_of_untimed_lyrics_is_a_404_that_says_so(api: APIClient, name: str) -> None:
    track = make_track()
    make_lines(track, ("Moonlight", None, None))
    assert "no times" in refusal(lyrics(api, track, name), 404)["detail"]
    assert lyrics(api, track, "txt").content == b"Moonlight\n"


@pytest.mark.parametrize("name", ["json", "lrc"])
@pytest.mark.parametrize("accept", ["text/vtt", "audio/*", "nonsense"])
def test_lyrics_come_whatever_a_player_accepts(api: APIClient, name: str, accept: str) -> None:
    assert lyrics(api, sung(), name, Accept=accept).status_code == 200


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Night Owl", 'filename="Night Owl.lrc"'),
        ("Éclair 月", "filename*=utf-8''%C3%89clair%20%E6%9C%88.lrc"),
        ('a/b\r\n"c"\\', 'filename="a b c.lrc"'),
        ("", 'filename="track-'),
    ],
)
def test_lyrics_are_named_like_the_song(api: APIClient, title: str, named: str) -> None:
    track = sung()
    Track.objects.filter(pk=track.pk).update(title=title)
    assert named in lyrics(api, track, "lrc")["Content-Disposition"]


def media(api: APIClient, track: Track, rest: str, method: str = "GET", **headers: str) -> Any:
    return api.generic(method, f"/api/v1/tracks/{track.pk}/media/{rest}", headers=headers)


def test_an_archived_file_is_served(api: APIClient) -> None:
    track = make_track()
    keep(track)
    answer = media(api, track, "audio")
    assert (answer.status_code, answer["Content-Type"], body(answer)) == (200, "audio/mpeg", SONG)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_head_tells_the_size_without_the_bytes(api: APIClient) -> None:
    track = make_track()
    keep(track)
    answer = media(api, track, "audio", "HEAD")
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(SONG)), b"")


@pytest.mark.parametrize("accept", ["audio/webm,audio/*", "image/avif", "text/html", "nonsense"])
def test_a_file_comes_whatever_a_player_accepts(api: APIClient, accept: str) -> None:
    track = make_track()
    keep(track)
    assert media(api, track, "audio", Accept=accept).status_code == 200


def test_a_range_and_a_condition_are_heeded(api: APIClient) -> None:
    track = make_track()
    asset = keep(track)
    part = media(api, track, "audio", Range="bytes=-4")
    assert (part.status_code, body(part)) == (206, SONG[-4:])
    tag = f'"{asset.sha256}"'
    assert media(api, track, "audio", **{"If-None-Match": tag}).status_code == 304


def test_a_range_outside_is_refused_in_the_one_shape(api: APIClient) -> None:
    track = make_track()
    keep(track)
    refusal(media(api, track, "audio", Range="bytes=99999-"), 416)


@pytest.mark.parametrize("status", ["waiting", "pending", "failed", "expired"])
def test_a_file_that_is_not_archived_is_a_404(api: APIClient, status: str) -> None:
    asset = make_asset(status=status)
    refusal(media(api, asset.track, "audio"), 404)


@pytest.mark.parametrize("kind", ["nonsense", "AUDIO", "%00", "audio_hi", "%F0%9F%8E%B5"])
def test_a_kind_that_the_track_lacks_is_a_404(api: APIClient, kind: str) -> None:
    track = make_track()
    keep(track)
    refusal(media(api, track, kind), 404)


def test_a_label_tells_several_apart(api: APIClient) -> None:
    track = make_track()
    keep(track, AssetKind.STEM, "bass", b"low")
    keep(track, AssetKind.STEM, "drums & more", b"loud")
    assert body(media(api, track, "stem?label=bass")) == b"low"
    url = api.get(f"/api/v1/tracks/{track.pk}/").json()["assets"][1]["url"]
    assert body(api.get(url)) == b"loud"


def test_without_a_label_several_are_named_in_the_refusal(api: APIClient) -> None:
    track = make_track()
    for label in ("bass", "drums"):
        keep(track, AssetKind.STEM, label)
    answer = media(api, track, "stem")
    assert attrs(answer) == {"label"}
    assert "bass, drums" in refusal(answer, 400)["detail"]


def test_the_only_one_needs_no_label(api: APIClient) -> None:
    track = make_track()
    keep(track, AssetKind.IMAGE, "1")
    assert media(api, track, "image").status_code == 200


def test_the_one_without_a_label_comes_first(api: APIClient) -> None:
    track = make_track()
    keep(track, AssetKind.IMAGE, "2", b"second")
    keep(track, AssetKind.IMAGE, "", b"first")
    assert body(media(api, track, "image")) == b"first"


@pytest.mark.parametrize(
    ("query", "status"),
    [("label=vocals", 404), ("label=%00", 400), ("label=" + "x" * 65, 400), ("download=perhaps", 400)],
)
def test_nonsense_about_a_file_is_refused(api: APIClient, query: str, status: int) -> None:
    track = make_track()
    keep(track)
    refusal(media(api, track, f"audio?{query}"), status)


def test_a_download_has_the_songs_name(api: APIClient) -> None:
    track = make_track(title="Night Owl")
    keep(track)
    answer = media(api, track, "audio?download=1")
    assert answer["Content-Disposition"].startswith('attachment; filename="Night Owl.mp3"')
