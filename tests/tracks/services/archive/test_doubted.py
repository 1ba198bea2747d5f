"""Files that came whole and are doubted: what was doubted is not forgotten, and only the best copy stays."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.support.factories import make_asset, make_task, make_track
from tests.support.file_server import FileServer
from tests.support.media import packed, sound, tone
from tracks.domain.statuses import AssetStatus
from tracks.files import storage
from tracks.models import Asset, Event, Track
from tracks.services.archive.fetch import archive_next

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Five seconds of MP3, without its first frame, which has the number of frames."""
    whole = sound(tmp_path_factory.mktemp("song") / "song.mp3", tone(5.0), "MP3").read_bytes()
    return whole[whole.index(b"\xff\xfb", 4) :]


def make_due(server: FileServer, track: Track | None = None, **over: Any) -> Asset:
    url = server.serve("/file", status=503)
    values = {"source_url": url, "next_attempt_at": timezone.now()} | over
    return make_asset(track or make_track(make_task(provider="suno"), duration_ms=None), **values)


def after(asset: Asset, server: FileServer, body: bytes = b"", **how: Any) -> Asset:
    """After a try that brings this."""
    server.serve("/file", body, **how)
    Asset.objects.filter(pk=asset.pk).update(next_attempt_at=timezone.now())
    archive_next()
    asset.refresh_from_db()
    return asset


def let_its_link_die(asset: Asset) -> None:
    long_ago = timezone.now() - timedelta(days=20)
    Asset.objects.filter(pk=asset.pk).update(expires_at=long_ago, attempts=9)
    Track.objects.update(received_at=long_ago)


def stored(asset: Asset) -> list[Path]:
    folder: Path = settings.MEDIA_ROOT
    return sorted(folder.glob(f"*/{asset.track_id}-{asset.kind}-*"))


def damaged_zip() -> bytes:
    """Its only member is damaged; its directory is sound."""
    body = bytearray(packed({"vocals.flac": bytes(5_000)}, zipfile.ZIP_STORED))
    body[2_000] ^= 1
    return bytes(body)


def make_zip(server: FileServer) -> Asset:
    asset = make_due(server, kind="archive")
    make_asset(asset.track, kind="stem", source_url="", member="vocals.flac", status=AssetStatus.WAITING)
    return asset


# --- What was doubted ---------------------------------------------------------------------------------------
DEATHS: Sequence[dict[str, Any]] = (
    {"body": b"gone", "status": 404},
    {"status": 302, "headers": {"Location": "http://10.0.0.1/file"}},
    {"body": b"\x80junk" * 900},
    {},
)


@pytest.mark.parametrize("death", DEATHS, ids=["gone", "led astray", "junk", "the same again"])
def test_a_cut_song_is_archived_with_its_doubt(
    server: FileServer, song: bytes, death: dict[str, Any]
) -> None:
    asset = after(make_due(server), server, song[:-9])
    assert (asset.status, asset.is_cut) == (AssetStatus.PENDING, True)
    let_its_link_die(asset)
    assert after(asset, server, **({"body": song[:-9]} | death)).status == AssetStatus.ARCHIVED
    assert Event.objects.filter(asset=asset, kind="asset.cut").count() == 1
    assert bytes_of(asset) == song[:-9]
    assert bool(asset.refused_file) is (death == DEATHS[2])


def test_a_damaged_zip_is_archived_with_its_doubt_and_its_refused_bytes(server: FileServer) -> None:
    asset = after(make_zip(server), server, damaged_zip())
    assert (asset.status, bool(asset.defect)) == (AssetStatus.PENDING, True)
    assert after(asset, server, damaged_zip()[:-9]).refused_file
    let_its_link_die(asset)
    assert after(asset, server, status=404).status == AssetStatus.ARCHIVED
    assert Event.objects.get(asset=asset, kind="asset.damaged").data["reason"] == asset.defect
    assert storage.path_of(asset.refused_file).read_bytes() == damaged_zip()[:-9]


def test_a_good_file_ends_the_doubt(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server), server, song[:-9])
    assert after(asset, server, song).status == AssetStatus.ARCHIVED
    assert not asset.is_cut
    assert not Event.objects.filter(kind="asset.cut").exists()


# --- Only the best copy stays -------------------------------------------------------------------------------
def bytes_of(asset: Asset) -> bytes:
    return storage.path_of(asset.file).read_bytes()


def only_file(asset: Asset) -> bytes:
    assert stored(asset) == [storage.path_of(asset.file)]
    return bytes_of(asset)


def test_of_cut_versions_the_longest_stays_alone(server: FileServer, song: bytes) -> None:
    asset = make_due(server)
    for lacks, best in ((9_000, 9_000), (9, 9), (10_000, 9)):
        after(asset, server, song[:-lacks])
        assert (asset.status, only_file(asset)) == (AssetStatus.PENDING, song[:-best])
        assert (asset.bytes, asset.sha256) == (len(song) - best, hashlib.sha256(song[:-best]).hexdigest())


def test_in_the_end_the_best_version_is_archived(server: FileServer, song: bytes) -> None:
    asset = make_due(server)
    for lacks in (9_000, 9, 10_000, 11_000):
        after(asset, server, song[:-lacks])
    assert asset.status == AssetStatus.ARCHIVED
    assert only_file(asset) == song[:-9]


def test_the_doubted_version_goes_when_the_whole_one_comes(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server), server, song[:-9])
    assert after(asset, server, song).status == AssetStatus.ARCHIVED
    assert only_file(asset) == song
    assert "file" not in Event.objects.filter(asset=asset).latest("pk").data


def test_of_short_and_of_long_versions_the_nearest_to_the_promise_stays(
    server: FileServer, tmp_path: Path
) -> None:
    versions = {
        seconds: sound(tmp_path / f"{seconds}.mp3", tone(seconds), "MP3").read_bytes()
        for seconds in (4, 9, 40)
    }
    asset = make_due(server, make_track(duration_ms=20_000))
    for seconds, best in ((4, 4), (9, 9), (40, 9), (4, 9)):
        after(asset, server, versions[seconds])
        assert only_file(asset) == versions[best]


def test_the_other_take_s_file_replaces_no_doubted_one(server: FileServer, song: bytes) -> None:
    task = make_task(provider="suno")
    other = make_due(server, make_track(task, external_id="a", position=0, duration_ms=None))
    assert after(other, server, song).status == AssetStatus.ARCHIVED
    asset = make_due(server, make_track(task, external_id="b", position=1, duration_ms=None))
    after(asset, server, song[:-9])
    after(asset, server, song)
    assert asset.error == "The provider delivered the other take's file; it is asked again."
    assert only_file(asset) == song[:-9]
    assert only_file(other) == song


def test_the_same_doubted_file_again_stays_where_it_is(server: FileServer, song: bytes) -> None:
    asset = after(make_due(server), server, song[:-9])
    assert only_file(after(asset, server, song[:-9])) == song[:-9]


def archived(server: FileServer, song: bytes) -> Asset:
    return after(make_due(server), server, song)


def test_a_worse_file_that_an_archived_one_is_fetched_again_for_leaves_nothing(
    server: FileServer, song: bytes
) -> None:
    asset = after(archived(server, song), server, song[:-9])
    assert (asset.status, asset.next_attempt_at) == (AssetStatus.ARCHIVED, None)
    assert only_file(asset) == song


def test_a_file_that_was_archived_once_is_never_deleted(server: FileServer, song: bytes) -> None:
    asset = archived(server, song)
    first = asset.file
    shorter = song[: song.index(b"\xff\xfb", 12_000)]
    assert bytes_of(after(asset, server, shorter)) == shorter
    after(asset, server, song[:-9])
    assert storage.path_of(first).read_bytes() == song
    assert len(stored(asset)) == 2


def test_refused_bytes_that_an_archived_file_is_fetched_again_for_are_kept_aside(
    server: FileServer, song: bytes
) -> None:
    junk = b"\x80junk" * 900
    asset = after(archived(server, song), server, junk)
    assert (asset.status, bytes_of(asset)) == (AssetStatus.ARCHIVED, song)
    assert storage.path_of(asset.refused_file).read_bytes() == junk


def test_a_page_that_an_archived_file_is_fetched_again_for_leaves_nothing(
    server: FileServer, song: bytes
) -> None:
    asset = after(archived(server, song), server, b"<html>")
    assert (asset.status, asset.refused_file, only_file(asset)) == (AssetStatus.ARCHIVED, "", song)
