"""Parses files made from a song: WAV, stems, video, cover pictures. Their keys show which it is.

Callbacks https://docs.sunoapi.org/suno-api/convert-to-wav-format-callbacks,
https://docs.kie.ai/suno-api/separate-vocals-callbacks,
https://docs.sunoapi.org/suno-api/create-music-video-callbacks and
https://docs.sunoapi.org/suno-api/cover-suno-callbacks, details
https://docs.sunoapi.org/suno-api/get-wav-conversion-details,
https://dog-test.kie.ai/suno-api/get-vocal-separation-details and the pages beside them (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    TaskState,
    TrackKind,
    TrackState,
    TrackUpdate,
)
from tracks.providers import json_fields
from tracks.providers.json_fields import Row, mapping, pick, text
from tracks.providers.suno.envelope import Envelope

MAX_STEMS = 40
STEM_BOXES = ("vocal_removal_info", "vocal_separation_info")
STEMS_IN_DETAILS = ("vocal_url", "instrumental_url", "origin_url", "origin_data")
# Groups of `originData`, by the name that their key has elsewhere.
STEM_NAMES = {"vocals": "vocal"}
_STEM = re.compile(r"([a-z][a-z0-9_]{0,39})_url")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def operation_of(body: Envelope) -> str:
    """Which operation made it, where the shape is certain; else blank."""
    return next((name for name, is_it in _SHAPES.items() if is_it(body)), "")


def files_track(body: Envelope, operation: str, state: TaskState | None) -> TrackUpdate | None:
    """The one track of the task; None where no file is in the body."""
    assets = tuple(_READERS[operation](body))
    linked = [asset for asset in assets if asset.state is AssetState.LINKED]
    if not assets:
        return None
    return TrackUpdate(
        "",
        kind=TrackKind.FILES,
        position=0,
        state=TrackState.READY if linked else TrackState.PENDING,
        completeness=_completeness(state, is_whole=len(linked) == len(assets)) if linked else None,
        created_at=json_fields.timestamp(pick(body.inner, "create_time")),
        finished_at=json_fields.timestamp(pick(body.inner, "complete_time")),
        assets=assets,
    )


def _completeness(state: TaskState | None, *, is_whole: bool) -> Completeness:
    if state is not TaskState.DONE:
        return Completeness.OPEN
    return Completeness.WHOLE if is_whole else Completeness.GAP


def _link(kind: AssetKind, name: str) -> Callable[[Envelope], Iterator[AssetUpdate]]:
    def read(body: Envelope) -> Iterator[AssetUpdate]:
        found = (json_fields.asset(kind, pick(box, name)) for box in body.boxes())
        yield from list(filter(None, found))[:1]

    return read


def _images(body: Envelope) -> Iterator[AssetUpdate]:
    lists = (json_fields.unwrapped(pick(box, "images")) for box in body.boxes())
    listed: list[Any] = next((found for found in lists if found and isinstance(found, list)), [])
    for number, url in enumerate(listed[: json_fields.MAX_ROWS], 1):
        if picture := json_fields.asset(AssetKind.IMAGE, url):
            yield replace(picture, label=str(number))


def _stems(body: Envelope) -> Iterable[AssetUpdate]:
    found: dict[str, AssetUpdate] = {}
    for label, url in (*_named_stems(body), *_listed_stems(body)):
        if label not in found and (stem := json_fields.asset(AssetKind.STEM, url)):
            found[label] = replace(stem, label=label)
    return list(found.values())[:MAX_STEMS]


def _named_stems(body: Envelope) -> Iterator[tuple[str, Any]]:
    boxes = [mapping(pick(box, name)) for box in body.boxes() for name in STEM_BOXES]
    for key, url in (pair for box in (*boxes, body.response) for pair in box.items()):
        if named := _STEM.fullmatch(_snake(key)):
            yield named[1], url


def _listed_stems(body: Envelope) -> Iterator[tuple[str, Any]]:
    """The list in which kie.ai repeats the stems; it counts where the links by name are missing."""
    for row in json_fields.mappings(pick(body.response, "origin_data")):
        group = _snake("_".join(text(pick(row, "stem_type_group_name"), 40).split()))
        if group:
            yield STEM_NAMES.get(group, group), pick(row, "audio_url")


def _snake(name: str) -> str:
    return _HUMP.sub("_", name).lower().replace("__", "_")


def _holds(box: Row, *names: str) -> bool:
    """Whether a key is there, even with nothing in it: a failed video has ``video_url: null``."""
    return not {_snake(key) for key in box}.isdisjoint(names)


_READERS: dict[str, Callable[[Envelope], Iterable[AssetUpdate]]] = {
    "wav": _link(AssetKind.AUDIO_HI, "audio_wav_url"),
    "vocal-removal": _stems,
    "video": _link(AssetKind.VIDEO, "video_url"),
    "cover-image": _images,
}
_SHAPES: dict[str, Callable[[Envelope], bool]] = {
    "wav": lambda body: any(_holds(box, "audio_wav_url") for box in body.boxes()),
    "vocal-removal": lambda body: (
        any(_holds(box, *STEM_BOXES) for box in body.boxes()) or _holds(body.response, *STEMS_IN_DETAILS)
    ),
    "video": lambda body: any(_holds(box, "video_url") for box in body.boxes()),
    "cover-image": lambda body: any(_holds(box, "images") for box in body.boxes()),
}
OPERATIONS = frozenset(_READERS)
