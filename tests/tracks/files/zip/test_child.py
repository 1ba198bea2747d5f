"""Nothing of a stranger's ZIP is read in the worker: a child with limits reads it, and may hang or crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.checkers import checkers, decoding, end_checkers
from tests.support.media import packed
from tracks.files.zip.extract import BadZip, check, extract

MOST = 1_000_000


@pytest.fixture(autouse=True)
def _no_checker_yet() -> None:
    end_checkers()


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """A ZIP that whoever opens it waits for without end: a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "stems.zip")
    return tmp_path / "stems.zip"


@pytest.fixture(params=["check", "extract"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    def taking(path: Path, on_progress: Callable[[int], None]) -> None:
        if request.param == "check":
            check(path, ["a"], MOST, on_progress)
        else:
            extract(path, "a", tmp_path / "target", MOST, on_progress)

    return taking


def test_a_zip_that_hangs_its_reader_does_not_hang_the_worker(
    hanging: Path, tmp_path: Path, read: Callable[..., None]
) -> None:
    def lease_lost(_: int) -> None:
        raise InterruptedError("somebody else has it")

    with pytest.raises(InterruptedError):
        read(hanging, lease_lost)
    assert checkers() == []
    assert not (tmp_path / "target").exists()


def test_a_zip_that_crashes_its_reader_is_a_bad_one(
    hanging: Path, tmp_path: Path, read: Callable[..., None]
) -> None:
    with pytest.raises(BadZip, match="crashed"):
        read(hanging, lambda _: os.kill(decoding(), signal.SIGSEGV))
    assert not (tmp_path / "target").exists()


def test_a_reader_serves_many_zips(tmp_path: Path) -> None:
    path = tmp_path / "stems.zip"
    path.write_bytes(packed({"a": b"flac" * 200_000, "b": b""}))
    for name, size in (("a", 800_000), ("b", 0), ("a", 800_000)):
        assert extract(path, name, tmp_path / "target", MOST, lambda _: None).size == size
        with pytest.raises(KeyError):
            extract(path, "c", tmp_path / "target", MOST, lambda _: None)
    assert len(checkers()) == 1


def test_without_a_zip_our_disk_is_to_blame(tmp_path: Path, read: Callable[..., None]) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.zip", lambda _: None)
