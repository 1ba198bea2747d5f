"""Downloads whose worker ends in the middle: a kill -9, a disk that takes no more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.downloads import BODY, POLICY, TAGGED, sha256
from tests.support.file_server import FileServer
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE
from tracks.files import download

CHILD = """
import pathlib, resource, sys
from tracks.files import download as fetch
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
try:
    fetch.download(sys.argv[1], pathlib.Path(sys.argv[2]), fetch.Policy(frozenset({"127.0.0.1"})))
except fetch.TransferFailed as error:
    print(error)
"""


def download_in_a_child(url: str, part: Path, most_bytes: int = -1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, url, str(part), str(most_bytes)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_the_part_of_a_killed_worker_is_continued(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, pause_at=400_000, **TAGGED)
    with download_in_a_child(url, part) as child:
        deadline = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size == 400_000):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
    server.files["/a.mp3"].pause_at = None
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=400000-"


@pytest.mark.parametrize("most_bytes", [0, 400_000])
def test_a_disk_that_takes_no_more_can_be_tried_again(
    server: FileServer, part: Path, most_bytes: int
) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    with download_in_a_child(url, part, most_bytes) as child:
        output, _ = child.communicate(timeout=PATIENCE)
    assert output == "our disk did not take the file: File too large\n"
    assert part.stat().st_size == most_bytes
    assert download.download(url, part, POLICY).sha256 == sha256(BODY)
