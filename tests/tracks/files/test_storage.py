"""Archived files: a part becomes one in one step, also from another file system."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracks.files import storage
from tracks.models import Asset


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder of another file system: Linux keeps this one in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        assert os.stat(folder).st_dev != tmp_path.stat().st_dev
        yield Path(folder)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_part_is_put_in_its_place(
    settings: Any, tmp_path: Path, elsewhere: Path, is_elsewhere: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    part = (elsewhere if is_elsewhere else tmp_path) / "x.part"
    part.write_bytes(b"a song")
    for _ in range(2):  # again, as after a kill -9 in the middle
        storage.put(part, "ab/cd/1.mp3")
    folder = tmp_path / "media" / "ab" / "cd"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"1.mp3": b"a song"}
    assert part.read_bytes() == b"a song"


@pytest.mark.parametrize("label", ["", "x" * 64, "\U00010400" * 64, "../../etc", "a\0b", "\u0939\u093f" * 32])
def test_any_label_gives_a_name_that_a_disk_takes(settings: Any, tmp_path: Path, label: str) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    name = storage.name_for(
        Asset(pk=10**18, track_id=10**18, kind="source_audio", label=label), "f" * 64, "webm"
    )
    part = tmp_path / "x.part"
    part.write_bytes(b"a song")
    storage.put(part, name)
    assert storage.path_of(name).read_bytes() == b"a song"
    assert len(name) <= 255


def test_two_files_of_a_track_never_share_a_name() -> None:
    both = [
        Asset(pk=pk, track_id=1, kind="stem", label=f"lead{sign}vocal") for pk, sign in ((1, " "), (2, "_"))
    ]
    assert len({storage.name_for(asset, "f" * 64, "flac") for asset in both}) == 2
