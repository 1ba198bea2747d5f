"""Bytes that came whole and that we could not check, through a fault of ours, are never lost."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.checkers import broken_python, end_checkers
from tests.support.factories import make_asset, make_track
from tests.support.file_server import FileServer
from tests.support.media import picture
from tracks.domain.statuses import AssetStatus
from tracks.files import storage
from tracks.models import Asset, Track
from tracks.services.archive.fetch import archive_next
from tracks.services.archive.outcome import part_path
from tracks.services.sweep import SCRATCH_DAYS, sweep

pytestmark = pytest.mark.django_db(transaction=True)

COVER = picture("JPEG")


def make_due(server: FileServer, **over: Any) -> Asset:
    url = server.serve("/cover.jpg", COVER)
    return make_asset(make_track(), kind="image", source_url=url, next_attempt_at=timezone.now(), **over)


def after(asset: Asset) -> Asset:
    Asset.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
    archive_next()
    asset.refresh_from_db()
    return asset


def let_its_link_die(asset: Asset, **over: Any) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    Asset.objects.filter(pk=asset.pk).update(**{"expires_at": long_ago, "attempts": 9} | over)
    Track.objects.update(received_at=long_ago)


@pytest.fixture
def broken_checker(tmp_path: Path) -> Iterator[None]:
    end_checkers()
    with broken_python(tmp_path):
        yield


@contextmanager
def full_disk(tmp_path: Path) -> Iterator[None]:
    """Nothing can be stored: where the media folder should be made, there is a file."""
    blocked = tmp_path / "file"
    blocked.touch()
    with override_settings(MEDIA_ROOT=blocked / "media"):
        yield


def aside(asset: Asset) -> bytes:
    return storage.path_of(asset.refused_file).read_bytes()


@pytest.mark.usefixtures("broken_checker")
def test_they_are_kept_aside_when_the_link_dies(server: FileServer) -> None:
    asset = after(make_due(server))
    assert asset.status == AssetStatus.PENDING
    let_its_link_die(asset)
    assert after(asset).status == AssetStatus.EXPIRED
    assert aside(asset) == COVER
    assert "never checked" in asset.refused_reason
    assert not part_path(asset).exists()


@pytest.mark.usefixtures("broken_checker")
@pytest.mark.parametrize("link", ["http://10.0.0.1/cover.jpg", "nonsense"])
def test_they_are_kept_aside_when_the_link_becomes_one_that_is_not_followed(
    server: FileServer, link: str
) -> None:
    asset = after(make_due(server))
    Asset.objects.update(source_url=link)
    assert after(asset).status == AssetStatus.FAILED
    assert aside(asset) == COVER


@pytest.mark.usefixtures("broken_checker")
def test_they_are_kept_aside_when_a_link_to_another_file_comes(server: FileServer) -> None:
    asset = after(make_due(server))
    Asset.objects.update(source_url=server.serve("/other.jpg", b"no", status=503))
    assert after(asset).status == AssetStatus.PENDING
    assert aside(asset) == COVER


def test_nothing_is_given_up_while_our_disk_takes_nothing(server: FileServer, tmp_path: Path) -> None:
    with full_disk(tmp_path):
        asset = after(make_due(server))
        let_its_link_die(asset)
        server.files.clear()
        assert after(asset).status == AssetStatus.PENDING
        assert asset.next_attempt_at is not None
        assert part_path(asset).read_bytes() == COVER
        assert str(tmp_path) not in asset.error
    assert after(asset).status == AssetStatus.ARCHIVED
    assert asset.sha256 == hashlib.sha256(COVER).hexdigest()


@pytest.mark.parametrize("folder", ["MEDIA_ROOT", "SCRATCH_DIR"])
def test_what_people_read_of_a_full_disk_names_no_path(
    server: FileServer, tmp_path: Path, folder: str
) -> None:
    asset = make_due(server)
    (tmp_path / "file").touch()
    with override_settings(**{folder: tmp_path / "file" / "folder"}):
        after(asset)
    assert asset.error == "Our disk did not take the file: Not a directory. It is tried again."


def test_part_of_a_file_is_not_kept_when_the_link_dies(server: FileServer) -> None:
    asset = make_due(server)
    server.serve("/cover.jpg", COVER, cut_at=5_000)
    after(asset)
    let_its_link_die(asset)
    assert after(asset).status == AssetStatus.EXPIRED
    assert (asset.refused_file, part_path(asset).exists()) == ("", False)


@pytest.mark.parametrize(
    ("status", "is_due"),
    [(AssetStatus.PENDING, True), (AssetStatus.ARCHIVED, True), (AssetStatus.FAILED, False)],
)
def test_the_sweep_leaves_the_parts_of_files_that_are_due(
    settings: Any, tmp_path: Path, status: AssetStatus, is_due: bool
) -> None:
    settings.SCRATCH_DIR = tmp_path
    due = timezone.now() + timedelta(hours=1) if is_due else None
    asset = make_asset(status=status, next_attempt_at=due, file="x", sha256="y")
    part = part_path(asset)
    for path in (part, part.with_name(part.name + ".json"), part.with_name(part.name + ".json.new")):
        path.write_bytes(b"x")
        old = time.time() - (SCRATCH_DAYS + 1) * 86_400
        os.utime(path, (old, old))
    sweep()
    assert (len(list(tmp_path.iterdir())) == 3) is is_due
