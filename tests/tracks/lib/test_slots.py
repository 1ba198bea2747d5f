"""Slots: never more at once than there are, and no file is left of one that nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.test.utils import override_settings

from tracks.lib.slots import slot


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(RUN_DIR=tmp_path):
        yield tmp_path


def test_a_slot_is_held_once_and_free_again_afterwards() -> None:
    for _ in range(2):
        with slot("x", 1) as first, slot("x", 1) as second, slot("y", 1) as other:
            assert (first, second, other) == (True, False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_slots_that_nobody_holds_leave_no_files(folder: Path, count: int) -> None:
    with slot("x", count), slot("x", count):
        assert len(list(folder.iterdir())) == min(count, 2)
    assert list(folder.iterdir()) == []


def test_a_file_that_a_killed_worker_left_is_a_free_slot(folder: Path) -> None:
    (folder / "x.0").touch()
    with slot("x", 1) as is_free:
        assert is_free


@pytest.mark.parametrize("count", [1, 2])
def test_there_are_never_more_at_once(count: int) -> None:
    """Though the files of free ones are deleted while others open them."""
    room = BoundedSemaphore(count)

    def worker(_: int) -> int:
        times = 0
        for _ in range(400):
            with slot("x", count) as is_free:
                if is_free:
                    assert room.acquire(blocking=False)
                    room.release()
                    times += 1
        return times

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(worker, range(4))) > 0
