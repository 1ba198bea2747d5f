"""Finds where in a file its audio begins, and of which format it is; what stands before it is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from mmap import mmap

from tracks.files.probe import adts, mp3
from tracks.files.probe.detect import AAC, HEAD_BYTES, MP3, DetectedFormat, detect
from tracks.files.probe.frames import first_frame
from tracks.files.probe.tags import after_tags

# Their decoders look for these: a FLAC's first block (of 34 bytes), the first page of an Ogg stream.
MARKS = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22|OggS\x00\x02.{20}\x01", re.DOTALL)
MAX_MARK_BYTES = 64 * 1024
STREAMS = ((MP3, mp3.frame_bytes), (AAC, adts.adts_frame_bytes))


def find_audio(data: mmap) -> Iterator[tuple[DetectedFormat, int]]:
    """What the file may be, the likeliest first, each with the position of its first byte.

    Its first bytes choose what is tried first; junk can look like anything. None of a video or an archive,
    which may hold audio and are another file all the same.
    """
    at = after_tags(data)
    found = detect(data[at : at + HEAD_BYTES])
    if found.family in ("video", "archive"):
        return
    is_weak = found in (MP3, AAC)  # two bytes that also junk can have
    if found.family == "audio" and not is_weak:
        yield found, at
    runs = {format_: first_frame(data, at, frame_bytes) for format_, frame_bytes in STREAMS}
    yield from ((format_, start) for format_, start in runs.items() if start is not None)
    if mark := MARKS.search(data, at + 1, at + MAX_MARK_BYTES):
        yield detect(data[mark.start() : mark.start() + HEAD_BYTES]), mark.start()
    if (is_weak or at) and runs[MP3] is None:
        yield (found, at) if is_weak else (MP3, 0)
