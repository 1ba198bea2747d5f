"""Files that came whole and are doubted: what was doubted is not forgotten, and only the best copy stays."""

from __future__ import annotations

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
)


@pytest.mark.parametrize("death", DEATHS, ids=["gone", "led astray", "junk"])
def test_a_cut_song_is_archived_with_its_doubt(
    server: FileServer, song: bytes, death: dict[str, Any]
) -> None:
    asset = after(make_due(server), server, song[:-9])
    assert (asset.status, asset.is_cut) == (AssetStatus.PENDING, True)
    let_its_link_die(asset)
    assert after(asset, server, **death).status == AssetStatus.ARCHIVED
    assert Event.objects.filter(asset=asset, kind="asset.cut").count() == 1


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
