"""The music video: one checked-in MP4, whole box by box, that a browser plays for as long as it declares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser

from tests.support.simulator_client import Json, Receiver, Simulator
from tests.support.waiting import PATIENCE, until

HOLDING = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
SECONDS = 4.05


@pytest.fixture
def video(simulator: Simulator, receiver: Receiver, song: Json) -> str:
    """A fresh link to the song's video."""
    body = {"taskId": song["taskId"], "audioId": song["id"], "author": "Ada"}
    simulator.begin("mp4/generate", receiver.url, **body)
    return str(receiver.wait(1)[0]["data"]["video_url"])


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of a file or of a box, which end where it ends."""
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 4])
        assert 8 <= length <= len(content) - place
        name, inner = content[place + 4 : place + 8], content[place + 8 : place + length]
        yield name, inner
        if name in HOLDING:
            yield from boxes(inner)
        place += length


def test_it_is_whole_box_by_box(video: str) -> None:
    answer = requests.get(video, timeout=PATIENCE)
    assert answer.headers["Content-Type"] == "video/mp4"
    found = list(boxes(answer.content))
    assert [name for name, _ in found if name in (b"ftyp", b"moov", b"mdat")] == [b"ftyp", b"moov", b"mdat"]
    assert [content[8:12] for name, content in found if name == b"hdlr"] == [b"vide", b"soun"]
    header = next(content for name, content in found if name == b"mvhd")
    scale, duration = int.from_bytes(header[12:16]), int.from_bytes(header[16:20])
    assert duration / scale == pytest.approx(SECONDS, abs=0.01)


def test_a_browser_plays_it(browser: Browser, video: str) -> None:
    page = browser.new_page()
    page.set_content(f'<video muted src="{video}"></video>')
    page.evaluate("document.querySelector('video').play()")
    until(lambda: page.evaluate("document.querySelector('video').currentTime") > 0.2)
    about = page.evaluate("(v => [v.videoWidth, v.duration, v.error])(document.querySelector('video'))")
    assert (about[0], about[2]) == (720, None)
    assert about[1] == pytest.approx(SECONDS, abs=0.01)
