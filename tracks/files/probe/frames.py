"""Finds the first frame of an MP3 or AAC stream, whatever stands before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from mmap import mmap

from tracks.files.probe.tags import is_tag

# A broken tag may leave its cover picture in front.
MAX_SEARCH_BYTES = 4 * 1024 * 1024
MIN_FRAMES = 8  # so many in a row are no accident
MIN_FRAMES_OF_ALL = 2  # where they fill the file to its end
# No header has a third byte of all ones, of which padding consists.
SYNC = re.compile(rb"\xff(?=[\xe0-\xff][^\xff])", re.DOTALL)

# The length in bytes of the frame whose header begins there; 0 where none does.
FrameBytes = Callable[[bytes], int]
HEADER_BYTES = 7


def first_frame(data: mmap, at: int, frame_bytes: FrameBytes) -> int | None:
    """Where the first of several frames in a row begins, from ``at`` on; None where there are none."""
    found = SYNC.finditer(data, at, min(len(data), at + MAX_SEARCH_BYTES))
    return next((match.start() for match in found if _are_frames(data, match.start(), frame_bytes)), None)


def _are_frames(data: mmap, at: int, frame_bytes: FrameBytes) -> bool:
    for count in range(MIN_FRAMES):
        length = frame_bytes(data[at : at + HEADER_BYTES])
        if not length:
            return count >= MIN_FRAMES_OF_ALL and is_tag(data, at)
        at += length
    return True
