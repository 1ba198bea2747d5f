"""Archiving: what must hold before a file is "archived", and what happens when it does not."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.checkers import broken_python, end_checkers
from tests.support.factories import make_asset, make_task, make_track
from tests.support.file_server import FileServer
from tests.support.media import picture, sound, tone
from tests.support.waiting import until
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Source,
    TaskState,
    TaskUpdate,
    TrackState,
    TrackUpdate,
)
from tracks.files import download, storage
from tracks.models import Asset, Event, Track
from tracks.services.archive.fetch import archive_again, archive_next
from tracks.services.archive.outcome import part_path
from tracks.services.ingest.apply import Provenance, apply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Five seconds of MP3."""
    path: Path = sound(tmp_path_factory.mktemp("song") / "song.mp3", tone(5.0), "MP3")
    return path.read_bytes()


def make_due(url: str, **over: Any) -> Asset:
    track = over.pop("track", None) or make_track(duration_ms=5_000)
    return make_asset(track, source_url=url, next_attempt_at=timezone.now(), **over)


def after(asset: Asset) -> Asset:
    archive_next()
    asset.refresh_from_db()
    return asset


def test_a_good_file_is_archived_with_its_checksum(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server.serve("/song.bin", song)))
    assert asset.status == AssetStatus.ARCHIVED
    assert asset.sha256 == hashlib.sha256(song).hexdigest()
    assert (asset.bytes, asset.content_type, asset.error) == (len(song), "audio/mpeg", "")
    assert asset.duration_ms is not None
    assert abs(asset.duration_ms - 5_000) < 100
    assert len(asset.waveform) == 1040
    assert storage.path_of(asset.file).read_bytes() == song
    assert Track.objects.get().archive == ArchiveStatus.COMPLETE
    assert not part_path(asset).exists()


def test_the_tracks_archive_follows_its_files(server: FileServer, song: bytes) -> None:
    track = make_track(duration_ms=5_000)
    make_due(server.serve("/song.mp3", song), track=track, expires_at=timezone.now())
    make_due(server.serve("/cover.jpg", picture("JPEG")), track=track, kind="image")
    archive_next()
    track.refresh_from_db()
    assert track.archive == ArchiveStatus.PENDING
    archive_next()
    track.refresh_from_db()
    assert track.archive == ArchiveStatus.COMPLETE


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><title>Sign in</title>", "web page"),
        (b"", "empty"),
        (b"\x00" * 5000, ""),
        (b'{"error": "expired"}', ""),
    ],
)
def test_a_file_that_is_no_song_stays_pending_with_a_reason(
    server: FileServer, body: bytes, words: str
) -> None:
    asset = after(make_due(server.serve("/song.mp3", body, headers={"Content-Type": "audio/mpeg"})))
    assert (asset.status, asset.attempts, asset.file) == (AssetStatus.PENDING, 1, "")
    assert asset.error
    assert words in asset.error
    assert asset.next_attempt_at is not None
    assert timedelta(seconds=5) < asset.next_attempt_at - timezone.now() < timedelta(seconds=11)


def test_a_song_that_is_too_short_is_not_archived(server: FileServer, song: bytes) -> None:
    track = make_track(duration_ms=60_000)
    asset = make_due(server.serve("/song.mp3", song), track=track, attempts=20)
    assert after(asset).status == AssetStatus.PENDING
    assert "5" in asset.error
    assert "60" in asset.error


def test_a_song_that_is_longer_than_promised_is_accepted_in_the_end(server: FileServer, song: bytes) -> None:
    track = make_track(duration_ms=1_000)
    asset = make_due(server.serve("/song.mp3", song), track=track)
    assert after(asset).status == AssetStatus.PENDING
    Asset.objects.update(attempts=3, next_attempt_at=timezone.now())
    assert after(asset).status == AssetStatus.ARCHIVED


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_dead_link_makes_the_task_due_for_a_poll(server: FileServer, status: int) -> None:
    track = make_track(make_task(status=TaskStatus.SUCCEEDED))
    asset = after(make_due(server.serve("/song.mp3", b"no", status=status), track=track))
    assert asset.status == AssetStatus.PENDING
    assert str(status) in asset.error
    track.task.refresh_from_db()
    assert track.task.next_poll_at is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/song.mp3",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/song.mp3",
        "http://localhost/song.mp3",
        "file:///etc/passwd",
        "ftp://example.com/song.mp3",
    ],
)
def test_a_private_address_is_never_fetched(url: str) -> None:
    asset = after(make_due(url))
    assert (asset.status, asset.next_attempt_at) == (AssetStatus.FAILED, None)
    assert asset.error
    assert Track.objects.get().archive == ArchiveStatus.INCOMPLETE


def test_a_redirect_to_a_private_address_is_not_followed(server: FileServer) -> None:
    where = {"Location": "http://169.254.169.254/latest/meta-data"}
    asset = after(make_due(server.serve("/song.mp3", status=302, headers=where)))
    assert asset.status == AssetStatus.FAILED
    assert "169.254.169.254" in asset.error


def test_a_file_over_the_cap_is_refused_for_good(server: FileServer, song: bytes) -> None:
    with override_settings(FETCH_MAX_BYTES=1000):
        asset = after(make_due(server.serve("/song.mp3", song)))
    assert asset.status == AssetStatus.FAILED
    assert "FETCH_MAX_BYTES" in asset.error


def test_past_its_date_a_link_is_still_tried_and_then_expired(server: FileServer) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    asset = make_due(server.serve("/song.mp3", b"gone", status=500), expires_at=yesterday)
    for _ in range(9):
        assert after(asset).status == AssetStatus.PENDING
        Asset.objects.update(next_attempt_at=timezone.now())
    Track.objects.update(received_at=yesterday)
    asset = Asset.objects.get()
    assert after(asset).status == AssetStatus.EXPIRED
    assert asset.next_attempt_at is None
    assert Event.objects.filter(kind="asset.status", data__to="expired").exists()


def test_one_more_try_just_before_the_link_expires(server: FileServer) -> None:
    asset = make_due(server.serve("/song.mp3", b"busy", status=503), attempts=9)
    Asset.objects.update(expires_at=timezone.now() + timedelta(minutes=20))
    after(asset)
    assert asset.next_attempt_at is not None
    assert asset.expires_at is not None
    assert asset.next_attempt_at == asset.expires_at - timedelta(minutes=2)


def test_retry_after_is_honoured(server: FileServer) -> None:
    headers = {"Retry-After": "900"}
    asset = after(make_due(server.serve("/song.mp3", b"", status=429, headers=headers)))
    assert asset.next_attempt_at is not None
    assert asset.next_attempt_at > timezone.now() + timedelta(seconds=890)


def test_a_cut_download_is_resumed(server: FileServer, song: bytes) -> None:
    url = server.serve("/song.mp3", song, headers={"ETag": '"v1"', "Accept-Ranges": "bytes"}, cut_at=20_000)
    asset = after(make_due(url))
    assert asset.status == AssetStatus.PENDING
    server.serve("/song.mp3", song, headers={"ETag": '"v1"', "Accept-Ranges": "bytes"})
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        after(asset)
    assert asset.status == AssetStatus.ARCHIVED
    assert asset.sha256 == hashlib.sha256(song).hexdigest()
    assert server.asked[-1][1]["Range"] == "bytes=20000-"


def test_another_file_under_the_same_link_overwrites_nothing(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server.serve("/song.mp3", song)))
    first = asset.file
    other = bytes(song[:-1]) + b"\x00"
    server.serve("/song.mp3", other)
    Asset.objects.update(status=AssetStatus.PENDING, next_attempt_at=timezone.now())
    after(asset)
    assert asset.status == AssetStatus.ARCHIVED
    assert asset.file != first
    assert storage.path_of(first).read_bytes() == song
    assert Event.objects.filter(data__file=first).exists()


@override_settings(MAX_CLAIMS=2)
def test_a_file_that_ends_its_worker_each_time_is_set_aside_for_long(server: FileServer, song: bytes) -> None:
    """It may be innocent: it waits, and is not given up."""
    asset = after(make_due(server.serve("/song.mp3", song), claims=2))
    assert asset.status == AssetStatus.PENDING
    assert "ended its worker" in asset.error
    assert asset.next_attempt_at is not None
    assert asset.next_attempt_at > timezone.now() + timedelta(minutes=50)


def test_a_track_that_moves_while_its_file_is_fetched_is_archived(server: FileServer, song: bytes) -> None:
    url = server.serve("/song.mp3", song, pause_at=100)
    task = make_task(provider="suno", external_id="", status=TaskStatus.UNSURE)
    files = (AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url=url),)
    whole = TrackUpdate("c1", state=TrackState.READY, completeness=Completeness.WHOLE, assets=files)
    apply(task.pk, [TaskUpdate("zz", TaskState.DONE, tracks=(whole,))], provenance(Source.CALLBACK))

    def answer_of_the_submit() -> None:
        try:
            until(lambda: server.asked)
            apply(task.pk, [TaskUpdate("t1", TaskState.RUNNING)], provenance(Source.SUBMIT))
            server.files["/song.mp3"].go.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        moving = other.submit(answer_of_the_submit)
        archive_next()
        moving.result()
    asset = Asset.objects.get()
    assert (asset.status, asset.track.task.external_id) == (AssetStatus.ARCHIVED, "zz")
    assert Event.objects.get(asset=asset, data__to="archived").task == asset.track.task
    assert asset.track.archive == ArchiveStatus.COMPLETE


def provenance(source: Source) -> Provenance:
    return Provenance(source, timezone.now(), {})


def test_a_file_whose_row_vanished_leaves_no_part(server: FileServer, song: bytes) -> None:
    asset = make_due(server.serve("/song.mp3", song, pause_at=100))

    def remove() -> None:
        try:
            until(lambda: server.asked)
            Asset.objects.all().delete()
            server.files["/song.mp3"].go.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        removing = other.submit(remove)
        assert archive_next()
        removing.result()
    assert not part_path(asset).exists()


def test_archive_again_makes_missing_files_due(server: FileServer, song: bytes) -> None:
    track = make_track(make_task(status=TaskStatus.SUCCEEDED), duration_ms=5_000)
    lost = make_asset(track, status=AssetStatus.EXPIRED, source_url=server.serve("/song.mp3", song))
    archived = make_asset(track, kind="image", status=AssetStatus.ARCHIVED, file="x", sha256="y")
    assert archive_again(track.pk, "ada") == 1
    after(lost)
    archived.refresh_from_db()
    assert (lost.status, archived.status, archived.file) == (AssetStatus.ARCHIVED, AssetStatus.ARCHIVED, "x")


def test_a_fresh_link_that_came_while_the_old_one_was_tried_is_due_at_once(server: FileServer) -> None:
    asset = make_due(server.serve("/old.mp3", b"x" * 100, pause_at=50))
    fresh = "https://m.example/new.mp3"

    def renew_the_link() -> None:
        try:
            until(lambda: server.asked)
            Asset.objects.filter(pk=asset.pk).update(source_url=fresh)
            server.files["/old.mp3"].go.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        renewing = other.submit(renew_the_link)
        after(asset)
        renewing.result()
    assert (asset.source_url, asset.status) == (fresh, AssetStatus.PENDING)
    assert asset.next_attempt_at is not None
    assert asset.next_attempt_at <= timezone.now()


def test_after_a_crash_the_stored_part_is_archived_without_the_provider(
    server: FileServer, song: bytes
) -> None:
    """The file is stored, the part still whole and the row not written: the link may be dead by then."""
    asset = make_due(server.serve("/song.mp3", song))
    policy = download.Policy(allow_hosts=frozenset({server.host}), max_bytes=10**9)
    progress = download.download(asset.source_url, part_path(asset), policy)
    storage.put(part_path(asset), storage.name_for(asset, progress.sha256, "mp3"))
    server.files.clear()
    assert after(asset).status == AssetStatus.ARCHIVED
    assert [
        path.name for path in storage.path_of(asset.file).parent.iterdir() if str(asset.track_id) in path.name
    ]


def test_no_song_is_given_up_while_the_probe_is_broken(
    server: FileServer, song: bytes, tmp_path: Path
) -> None:
    """The process that checks cannot even start, whatever the file is."""
    asset = make_due(server.serve("/song.mp3", song))
    end_checkers()
    with broken_python(tmp_path):
        for _ in range(7):
            after(asset)
            Asset.objects.update(next_attempt_at=timezone.now())
    assert asset.status == AssetStatus.PENDING
    assert "Our own fault" in asset.error
    assert after(asset).status == AssetStatus.ARCHIVED
