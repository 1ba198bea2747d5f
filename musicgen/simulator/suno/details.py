"""The details of Suno tasks that make no song, for polls. Each of these pages has a shape of its own:

https://docs.sunoapi.org/suno-api/get-lyrics-generation-details , .../get-wav-conversion-details ,
.../get-vocal-separation-details , .../get-cover-suno-details and .../get-music-video-details .
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from musicgen.simulator.suno.extras import PARTS, ExtraTask, links, lyrics_variants
from musicgen.simulator.suno.task import written
from musicgen.simulator.world import World

Data = dict[str, Any]
# https://docs.sunoapi.org/suno-api/get-cover-suno-details
COVER_STATES = {"PENDING": 0, "SUCCESS": 1, "CALLBACK_EXCEPTION": 1}
COVER_FAILED = 3


def extra_details(world: World, task: ExtraTask) -> Data:
    """The `data` of the operation's record-info."""
    found = links(world, task, in_callback=False) if task.is_ready else None
    return _SHAPES[task.operation](task, found)


def _lyrics(task: ExtraTask, links: dict[str, str] | None) -> Data:
    response = {"taskId": task.id, "lyricsData": lyrics_variants(task)} if task.is_ready else None
    return {
        "taskId": task.id,
        "param": task.param,
        "response": response,
        "status": task.status,
        "type": "LYRICS",
        "errorCode": task.error,
        "errorMessage": task.error_message,
    }


def _wav(task: ExtraTask, links: dict[str, str] | None) -> Data:
    response = {"audio_wav_url": links["wav"]} if links is not None else None
    return {**_common(task, response, written), "status": task.status}


def _parts(task: ExtraTask, links: dict[str, str] | None) -> Data:
    """What was not made is null here, unlike in a callback, where it is empty text."""
    if links is None:
        response = None
    else:
        names = ("origin", "instrumental", *PARTS)
        response = {f"{_camel(name)}Url": links.get(name) for name in names}
    state = {"audioId": task.body["audioId"], "successFlag": task.status}
    return {**_common(task, response, _milliseconds), **state}


def _video(task: ExtraTask, links: dict[str, str] | None) -> Data:
    response = {"videoUrl": links["video"]} if links is not None else None
    return {**_common(task, response, _milliseconds), "successFlag": task.status}


def _cover(task: ExtraTask, links: dict[str, str] | None) -> Data:
    """The state is a number, and the error code of a success is 200."""
    return {
        "taskId": task.id,
        "parentTaskId": task.body["taskId"],
        "callbackUrl": task.callback_url,
        "completeTime": _iso(task.completed_at) if task.completed_at else None,
        "response": {"images": list(links.values())} if links is not None else None,
        "successFlag": COVER_STATES.get(task.status, COVER_FAILED),
        "createTime": _iso(task.submitted_at),
        "errorCode": 200 if task.is_ready else task.error,
        "errorMessage": task.error_message or "",
    }


def _common(task: ExtraTask, response: Data | None, time_format: Callable[[float], Any]) -> Data:
    return {
        "taskId": task.id,
        "musicId": task.body["audioId"],
        "callbackUrl": task.callback_url,
        "completeTime": time_format(task.completed_at) if task.completed_at else None,
        "response": response,
        "createTime": time_format(task.submitted_at),
        "errorCode": task.error,
        "errorMessage": task.error_message,
    }


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".000Z"


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


_SHAPES: dict[str, Callable[[ExtraTask, dict[str, str] | None], Data]] = {
    "lyrics": _lyrics,
    "wav": _wav,
    "vocal-removal": _parts,
    "cover-image": _cover,
    "video": _video,
}
