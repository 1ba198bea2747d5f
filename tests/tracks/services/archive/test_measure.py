"""What is measured when a file is archived, and again for files that were archived before."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from tests.support.factories import make_asset, make_track
from tests.support.file_server import FileServer
from tests.support.known_song import archive_file
from tests.support.media import RATE, sound
from tests.support.songs import make_archived_asset
from tracks.domain.sound_checks import VERSION
from tracks.domain.thumbnails import MAX_BYTES, SMALL, thumbnail_name
from tracks.files import storage
from tracks.models import Asset, Track
from tracks.services.archive.fetch import archive_next
from tracks.services.archive.measure import CAN_MEASURE_LOUDNESS, unmeasured

pytestmark = pytest.mark.django_db(transaction=True)

WAVE = np.sin(np.arange(RATE) / 9).astype(np.float32)[:, None] * 0.5
TODAYS = {"version": VERSION}


def cover(colour: str) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(body, "PNG")
    return body.getvalue()


def archive(track: Track, server: FileServer, body: bytes, **over: object) -> None:
    url = server.serve(f"/{len(body)}-{over['kind']}", body)
    make_asset(track, source_url=url, next_attempt_at=timezone.now(), **over)
    assert archive_next()


def hue_of_row(track: Track) -> int | None:
    return Track.objects.get(pk=track.pk).hue


def test_a_cover_gives_its_hue_when_it_is_archived(server: FileServer) -> None:
    track = make_track()
    archive(track, server, cover("#e02020"), kind="source_image")
    assert hue_of_row(track) == 2
    archive(track, server, cover("#2040e0"), kind="image")
    assert hue_of_row(track) == 18


def test_a_source_image_and_a_grey_cover_leave_a_known_hue(server: FileServer) -> None:
    track = make_track(hue=7)
    archive(track, server, cover("#e02020"), kind="source_image")
    archive(track, server, cover("#888888"), kind="image")
    assert hue_of_row(track) == 7


def old_song(tmp_path: Path) -> Asset:
    """Archived by an earlier version: 240 peaks, and no loudness."""
    asset = archive_file(make_track(), sound(tmp_path / "song.wav", WAVE, "WAV"))
    asset.waveform, asset.loudness_lufs = bytes(480), None
    asset.save()
    return asset


def test_what_was_archived_before_is_measured_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asset = old_song(tmp_path)
    image = make_archived_asset(
        asset.track, kind="image", file="0000/9.png", content_type="image/png", waveform=b""
    )
    storage.path_of(image.file).parent.mkdir(parents=True, exist_ok=True)
    storage.path_of(image.file).write_bytes(cover("#2040e0"))
    body = storage.path_of(asset.file).read_bytes()
    assert unmeasured() == [asset.pk, image.pk]
    call_command("measure_files")
    assert capsys.readouterr().out == "2 files measured, 0 could not be.\n"
    asset.refresh_from_db()
    assert (len(asset.waveform), max(asset.waveform), hue_of_row(asset.track)) == (1040, 255, 18)
    assert (asset.loudness_lufs is not None) == CAN_MEASURE_LOUDNESS
    assert (storage.path_of(asset.file).read_bytes(), asset.status) == (body, "archived")
    image.refresh_from_db()
    assert (image.thumbnail_side, len(thumbnails_of(image))) == (64, len(MAX_BYTES))
    assert unmeasured() == []


def thumbnails_of(asset: Asset) -> list[bytes]:
    found = [storage.read_thumbnail(asset.file, size) for size in MAX_BYTES]
    return [body for body in found if body]


def test_a_cover_that_has_its_hue_gets_its_small_pictures(server: FileServer) -> None:
    track = make_track(hue=2)
    archive(track, server, cover("#e02020"), kind="image")
    asset = track.assets.get()
    storage.remove(thumbnail_name(asset.file, SMALL))
    Asset.objects.update(thumbnail_side=None)
    assert unmeasured() == [asset.pk]
    call_command("measure_files", verbosity=0)
    assert len(thumbnails_of(asset)) == len(MAX_BYTES)
    assert unmeasured() == []


def test_small_pictures_are_stored_beside_a_cover_and_removed_with_it(server: FileServer) -> None:
    track = make_track()
    archive(track, server, cover("#e02020"), kind="image")
    asset = track.assets.get()
    names = [thumbnail_name(asset.file, size) for size in MAX_BYTES]
    assert asset.thumbnail_side == 64
    assert [storage.path_of(name).read_bytes()[8:12] for name in names] == len(MAX_BYTES) * [b"WEBP"]
    assert storage.path_of(asset.file).read_bytes() == cover("#e02020")
    storage.remove(asset.file)
    assert not any(storage.path_of(name).exists() for name in (asset.file, *names))


def test_a_file_that_is_gone_or_damaged_is_named_and_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, damaged = old_song(tmp_path), old_song(tmp_path)
    storage.path_of(gone.file).unlink()
    storage.path_of(damaged.file).write_bytes(b"RIFF")
    call_command("measure_files")
    said = capsys.readouterr()
    assert said.out == "0 files measured, 2 could not be.\n"
    assert f"File {gone.pk} could not be measured: the file is missing from the disk." in said.err
    assert f"File {damaged.pk} could not be measured: " in said.err
    assert bytes(Asset.objects.get(pk=damaged.pk).waveform) == bytes(480)


def test_what_an_earlier_analyser_measured_is_measured_again(tmp_path: Path) -> None:
    asset = archive_file(make_track(), sound(tmp_path / "song.wav", WAVE, "WAV"))
    assert unmeasured() == [asset.pk]
    call_command("measure_files", verbosity=0)
    asset.refresh_from_db()
    assert asset.sound_checks
    assert asset.sound_checks["channels"] == "mono"
    assert unmeasured() == []
    Asset.objects.update(sound_checks={"version": VERSION - 1})
    assert unmeasured() == [asset.pk]


def test_what_cannot_be_measured_here_is_not_tried_each_time() -> None:
    track = make_track(hue=3)
    make_archived_asset(track, content_type="audio/mp4", waveform=b"", loudness_lufs=None)
    make_archived_asset(track, kind="stem", duration_ms=399, loudness_lufs=None, sound_checks=TODAYS)
    make_archived_asset(track, kind="image", waveform=b"", loudness_lufs=None, thumbnail_side=0)
    make_archived_asset(track, kind="video", waveform=b"", loudness_lufs=None)
    make_asset(track, kind="audio_hi")
    assert unmeasured() == []


def test_some_files_can_be_measured_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = old_song(tmp_path), old_song(tmp_path)
    call_command("measure_files", limit=1)
    assert unmeasured() == [second.pk]
    assert first.pk < second.pk
