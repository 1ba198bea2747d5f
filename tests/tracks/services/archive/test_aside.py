"""Bytes that came whole and were refused: kept aside for staff, never shown as a song, never piled up."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.support.factories import make_asset, make_track
from tests.support.file_server import FileServer
from tests.support.media import VIDEO, packed, picture, sound, tone
from tests.support.odd_media import JUNK, m4a
from tracks.domain.statuses import ArchiveStatus, AssetStatus
from tracks.files import storage
from tracks.models import Asset, Event, Track
from tracks.presentation.event_text import describe_event
from tracks.services.archive.fetch import archive_next
from tracks.services.archive.outcome import part_path

pytestmark = pytest.mark.django_db(transaction=True)

# A song by its first bytes, and no whole one.
AUDIO = b"ID3\x03" + bytes(200_000)
PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Five seconds of MP3."""
    return sound(tmp_path_factory.mktemp("song") / "song.mp3", tone(5.0), "MP3").read_bytes()


def make_due(url: str, **over: Any) -> Asset:
    track = over.pop("track", None) or make_track(duration_ms=5_000)
    return make_asset(track, source_url=url, next_attempt_at=timezone.now(), **over)


def after(asset: Asset) -> Asset:
    Asset.objects.filter(pk=asset.pk).exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
    archive_next()
    asset.refresh_from_db()
    return asset


def after_its_link_died(asset: Asset) -> Asset:
    Asset.objects.filter(pk=asset.pk).update(expires_at=timezone.now(), attempts=9)
    Track.objects.update(received_at=timezone.now() - timedelta(days=9))
    return after(asset)


def aside(asset: Asset) -> bytes:
    return storage.path_of(asset.refused_file).read_bytes()


def stored(asset: Asset) -> list[Path]:
    """All files of the asset in the media storage."""
    folder: Path = settings.MEDIA_ROOT
    return sorted(folder.glob(f"*/{asset.track_id}-{asset.kind}-*"))


@pytest.mark.parametrize(
    "body", [b"\x80junk" * 900, b"%PDF-1.7\n", picture("PNG")], ids=["data", "pdf", "png"]
)
def test_refused_bytes_are_kept_with_their_reason(server: FileServer, body: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", body)))
    assert (asset.status, asset.file, asset.sha256) == (AssetStatus.PENDING, "", "")
    assert aside(asset) == body
    assert asset.refused_reason == asset.error != ""
    assert not part_path(asset).exists()


def test_a_zip_and_a_video_that_break_off_are_kept(server: FileServer) -> None:
    for kind, body in {"archive": packed({"a.flac": bytes(5000)})[:-9], "video": VIDEO[:-9]}.items():
        asset = after(make_due(server.serve(f"/{kind}", body), kind=kind))
        assert (asset.status, aside(asset)) == (AssetStatus.PENDING, body)


def test_half_a_song_is_kept_until_the_whole_one_comes(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    assert aside(asset) == song[:20_000]
    server.serve("/song.mp3", song)
    assert after(asset).status == AssetStatus.ARCHIVED
    assert (asset.refused_file, asset.refused_reason) == ("", "")
    assert stored(asset) == [storage.path_of(asset.file)]


def test_the_longest_refused_bytes_are_kept(server: FileServer, song: bytes) -> None:
    asset = make_due(server.serve("/song.mp3"))
    for size, longest in ((10_000, 10_000), (20_000, 20_000), (15_000, 20_000), (20_000, 20_000)):
        server.serve("/song.mp3", song[:size])
        assert aside(after(asset)) == song[:longest]
        assert len(stored(asset)) == 1


def test_of_equally_long_refused_bytes_the_latest_are_kept(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    server.serve("/song.mp3", song[:19_999] + b"x")
    assert aside(after(asset)) == song[:19_999] + b"x"
    assert len(stored(asset)) == 1


def test_bytes_that_are_missing_from_our_disk_are_replaced_by_any(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    storage.path_of(asset.refused_file).unlink()
    server.serve("/song.mp3", song[:5_000])
    assert aside(after(asset)) == song[:5_000]


OTHER_FILES = {
    "a gif": picture("GIF"),
    "a jpeg": picture("JPEG"),
    "a png": picture("PNG"),
    "a pdf": b"%PDF-1.7\n" + bytes(90_000),
    "gzip": gzip.compress(random.Random(2).randbytes(90_000)),
    "two bytes": b"\x80\x81",
    "html in latin-1": b"<p>Zug\xe4nge</p>" * 9_000,
}


@pytest.mark.parametrize("body", OTHER_FILES.values(), ids=OTHER_FILES.keys())
def test_a_file_of_another_sort_never_takes_the_place_of_a_song_s_bytes(
    server: FileServer, song: bytes, body: bytes
) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    server.serve("/song.mp3", body)
    after(asset)
    assert aside(asset) == song[:20_000]
    assert len(stored(asset)) == 1


@pytest.mark.parametrize(("kind", "body"), [("image", AUDIO), ("video", picture("PNG")), ("archive", AUDIO)])
def test_that_holds_for_every_kind_of_file(server: FileServer, kind: str, body: bytes) -> None:
    whole = {"image": picture("JPEG"), "video": VIDEO, "archive": packed({"a.flac": bytes(5000)})}[kind]
    asset = after(make_due(server.serve("/file", whole[: len(whole) // 2]), kind=kind))
    server.serve("/file", body)
    after(asset)
    assert aside(asset) == whole[: len(whole) // 2]


@pytest.mark.parametrize("box", [VIDEO, packed({"a.mp3": bytes(9_000)}, zipfile.ZIP_STORED)])
def test_what_may_hold_the_song_counts_as_bytes_of_it(server: FileServer, song: bytes, box: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:3_000])))
    server.serve("/song.mp3", box)
    assert aside(after(asset)) == box


@pytest.mark.parametrize(
    "message",
    [PAGE, b"Forbidden", b'{"code": 404}', b"<Error/>", b"", bytes(5000), "已过期".encode()],
    ids=["page", "text", "json", "xml", "empty", "zeros", "chinese"],
)
def test_a_message_never_takes_the_place_of_bytes(server: FileServer, song: bytes, message: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    reason = asset.refused_reason
    server.serve("/song.mp3", message)
    for _ in range(3):
        after(asset)
    assert aside(asset) == song[:20_000]
    assert asset.refused_reason == reason
    assert len(stored(asset)) == 1


def test_messages_do_not_pile_up(server: FileServer, song: bytes) -> None:
    asset = make_due(server.serve("/song.mp3"))
    for number in range(4):
        server.serve("/song.mp3", PAGE + str(number).encode())
        after(asset)
    assert aside(asset) == PAGE + b"3"
    assert len(stored(asset)) == 1
    server.serve("/song.mp3", song[:20_000])
    assert aside(after(asset)) == song[:20_000]
    assert len(stored(asset)) == 1


def test_an_empty_file_leaves_nothing(server: FileServer) -> None:
    asset = after(make_due(server.serve("/song.mp3", b"")))
    assert (asset.refused_file, stored(asset)) == ("", [])


def test_a_playable_file_that_is_not_accepted_yet_stays_beside_refused_bytes(
    server: FileServer, song: bytes
) -> None:
    asset = after(make_due(server.serve("/song.mp3", song), track=make_track(duration_ms=60_000)))
    server.serve("/song.mp3", song[:20_000])
    after(asset)
    assert storage.path_of(asset.file).read_bytes() == song
    assert aside(asset) == song[:20_000]
    assert after_its_link_died(asset).status == AssetStatus.ARCHIVED
    assert storage.path_of(asset.file).read_bytes() == song
    assert aside(asset) == song[:20_000]


def body_of(answer: HttpResponseBase) -> bytes:
    # Django's types say neither that a streaming answer is one nor that another has content.
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_after_the_link_s_death_staff_can_still_download_it(
    server: FileServer, song: bytes, api: APIClient, boss: Client
) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    server.serve("/song.mp3", b"gone", status=404)
    assert after_its_link_died(asset).status == AssetStatus.EXPIRED
    asset.track.refresh_from_db()
    assert asset.track.archive == ArchiveStatus.INCOMPLETE
    found = api.get(f"/api/v1/tracks/{asset.track_id}/").json()["assets"][0]
    assert (found["url"], found["status"]) == (None, "expired")
    assert found["refused_reason"] == asset.refused_reason
    answer = api.get(found["refused_url"])
    assert body_of(answer) == song[:20_000]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"/api/v1/tracks/{asset.track_id}/media/audio").status_code == 404
    page = boss.get(f"/tracks/{asset.track_id}/").content.decode()
    assert f"/refused/{asset.kind}" in page
    assert asset.refused_reason.replace("'", "&#x27;") in page
    assert not re.search(r"<audio[^>]* src=", page)
    admin = boss.get(f"/admin/tracks/asset/{asset.pk}/change/").content.decode()
    assert f"/refused/{asset.kind}" in admin


def test_refused_bytes_are_for_staff_only(server: FileServer, song: bytes, client: Client) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    assert client.get(f"/api/v1/tracks/{asset.track_id}/refused/audio").status_code in (401, 403)


def test_a_web_page_that_was_kept_runs_nothing(server: FileServer, api: APIClient) -> None:
    asset = after(make_due(server.serve("/song.mp3", PAGE + b"<script>alert(1)</script>")))
    answer = api.get(f"/api/v1/tracks/{asset.track_id}/refused/audio")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["audio_hi", "nonsense", "audio?label=x"])
def test_what_was_not_refused_is_not_there(
    server: FileServer, song: bytes, api: APIClient, path: str
) -> None:
    asset = after(make_due(server.serve("/song.mp3", song[:20_000])))
    assert api.get(f"/api/v1/tracks/{asset.track_id}/refused/{path}").status_code == 404


# --- Far too long -------------------------------------------------------------------------------------------
def test_a_file_of_many_hours_is_kept_aside_and_not_fetched_again(server: FileServer, tmp_path: Path) -> None:

    silence = np.zeros((int(4.1 * 3600 * 8_000), 1), np.float32)
    body = sound(tmp_path / "long", silence, "FLAC", "PCM_16", 8_000).read_bytes()
    asset = after(make_due(server.serve("/song.flac", body)))
    assert (asset.status, asset.next_attempt_at, asset.file) == (AssetStatus.FAILED, None, "")
    assert "more than 4 hours" in asset.error
    assert aside(asset) == body


# --- What is unusual ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("junk", ["zeros", "an ID3 tag with a footer", "random bytes"])
def test_a_song_behind_junk_is_archived_as_it_came(server: FileServer, song: bytes, junk: str) -> None:
    asset = after(make_due(server.serve("/song", JUNK[junk] + song)))
    assert (asset.status, asset.content_type) == (AssetStatus.ARCHIVED, "audio/mpeg")
    assert asset.sha256 == hashlib.sha256(JUNK[junk] + song).hexdigest()


def test_an_m4a_is_archived_and_marked(server: FileServer, boss: Client) -> None:
    asset = after(make_due(server.serve("/song.mp3", m4a(5))))
    assert (asset.status, asset.content_type) == (AssetStatus.ARCHIVED, "audio/mp4")
    assert storage.path_of(asset.file).read_bytes() == m4a(5)
    event = Event.objects.get(kind="asset.unusual")
    assert describe_event(event, with_title=False)[1:] == ("Audio is of an unusual kind", asset.unusual)
    page = boss.get(f"/tracks/{asset.track_id}/").content.decode()
    assert asset.unusual in page
    assert "<audio" in page


def test_what_browsers_do_not_play_is_for_download_only(
    server: FileServer, boss: Client, tmp_path: Path
) -> None:
    body = sound(tmp_path / "song", tone(5.0), "AIFF").read_bytes()
    asset = after(make_due(server.serve("/song.mp3", body)))
    assert (asset.status, asset.content_type) == (AssetStatus.ARCHIVED, "audio/aiff")
    page = boss.get(f"/tracks/{asset.track_id}/").content.decode()
    assert not re.search(r"<audio[^>]* src=", page)
    assert "download only" in page
    assert "media/audio?download=1" in page


def test_a_gif_cover_is_archived_and_shown(server: FileServer, boss: Client) -> None:
    asset = after(make_due(server.serve("/cover.jpg", picture("GIF")), kind="image"))
    assert (asset.status, asset.content_type) == (AssetStatus.ARCHIVED, "image/gif")
    assert "media/image" in boss.get(f"/tracks/{asset.track_id}/").content.decode()
