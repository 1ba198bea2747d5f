"""One Suno task with its two takes: stages, callbacks and the details that polling shows.

Callbacks: https://docs.sunoapi.org/suno-api/generate-music-callbacks , .../add-vocals-callbacks and
https://docs.kie.ai/cn/suno-api/upload-and-extend-audio-callbacks . Details:
https://docs.sunoapi.org/suno-api/get-music-generation-details
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.ledger import Task
from musicgen.simulator.media import DAY
from musicgen.simulator.songbook import Recipe, recipe
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.tunes import compose
from musicgen.simulator.world import World

TAKES = 2
FILE_SECONDS, STREAM_SECONDS = 14 * DAY, 600
COVER_SIZE, SOURCE_COVER_SIZE = 720, 1024
MESSAGES = {
    200: "success",
    400: "Validation Error - Lyrics contained copyrighted material.",
    401: "You do not have access permissions.",
    404: "Not found.",
    405: "Rate limit exceeded.",
    408: "Rate Limited - Timeout.",
    413: "Conflict - Uploaded audio matches existing work of art.",
    429: "Insufficient credits.",
    430: "Your call frequency is too high. Please try again later.",
    451: "Could not download the files.",
    455: "System is under maintenance. Please try again later.",
    500: "Server Error - An unexpected error occurred while processing the request.",
    501: "Audio generation failed.",
    531: "Server Error - The generation failed. Your credits have been refunded. Please try again.",
}
# What the details call an error that a callback gave this code for; all others: GENERATE_AUDIO_FAILED.
FAILED = {400: "SENSITIVE_WORD_ERROR", 401: "CREATE_TASK_FAILED", 429: "CREATE_TASK_FAILED"}
WITH_TAKES = ("FIRST_SUCCESS", "SUCCESS", "CALLBACK_EXCEPTION")


@dataclass(frozen=True)
class Take:
    """One of the tracks of a task; `files` leads from a role (`audio`, `source_image`, …) to a media path."""

    id: str
    recipe: Recipe
    files: dict[str, str]


@dataclass(kw_only=True)
class SunoTask(Task):
    """A task with its takes; `error` is the code it failed with."""

    takes: list[Take]
    error: int | None = None


def new_task(world: World, operation: str, body: dict[str, Any], base: str, steer: Steering) -> SunoTask:
    """Accept a task and begin to make its files."""
    first = _recipe(operation, body)
    task = SunoTask(
        provider="suno",
        operation=operation,
        id=uuid.uuid4().hex,
        body=body,
        callback_url=body["callBackUrl"],
        base=base,
        steering=steer,
        status="PENDING",
        takes=[_take(world, operation, replace(first, take=number), steer) for number in range(TAKES)],
    )
    world.ledger.accept(task)
    return task


def _recipe(operation: str, body: dict[str, Any]) -> Recipe:
    """The prompt is the lyric in custom mode; for add-vocals it is one when it has several lines."""
    prompt = steering.without(body.get("prompt") or "")
    style = steering.without(body.get("style") or "")
    is_lyric = (
        body.get("customMode")
        or body.get("defaultParamFlag")
        or (operation == "add-vocals" and "\n" in prompt)
    )
    instrumental = bool(body.get("instrumental"))
    return recipe(f"{style} {prompt}", prompt if is_lyric else "", instrumental=instrumental)


def _take(world: World, operation: str, made: Recipe, steer: Steering) -> Take:
    take_id, library, source = str(uuid.uuid4()), world.library, _source(operation, made)
    files = {
        "audio": (f"suno/{take_id}/audio.mp3", partial(library.mp3, made)),
        "stream_audio": (f"suno/stream/{take_id}", partial(library.mp3, made)),
        "source_audio": (f"original/{take_id}.mp3", partial(library.mp3, source)),
        "source_stream_audio": (f"original/stream/{take_id}", partial(library.mp3, source)),
        "image": (f"suno/{take_id}/cover.jpeg", partial(library.cover, made, COVER_SIZE)),
        "source_image": (f"original/{take_id}.jpeg", partial(library.cover, made, SOURCE_COVER_SIZE)),
    }
    return Take(take_id, made, {role: world.offer(path, make, steer) for role, (path, make) in files.items()})


def _source(operation: str, made: Recipe) -> Recipe:
    """What stands at the original store: the accompaniment, the part that was extended, or the same file."""
    if operation == "add-vocals":
        return replace(made, voice=False)
    if operation == "upload-extend":
        return replace(made, take=made.take + 10, text=made.text[: len(made.text) // 2])
    return made


def stages(world: World, task: SunoTask) -> list[Stage]:
    """text, first, complete; or text and the failure."""
    text = Stage("text", 2, partial(_enter, world, task, "text", "TEXT_SUCCESS"))
    if "fail" in task.steering:
        return [text, Stage("error", 5, partial(_fail, task))]
    return [
        text,
        Stage("first", 5, partial(_enter, world, task, "first", "FIRST_SUCCESS")),
        Stage("complete", 9, partial(_enter, world, task, "complete", "SUCCESS")),
    ]


def _enter(world: World, task: SunoTask, stage: str, status: str) -> dict[str, Any]:
    task.status = status
    messages = {
        "text": "Text generation completed successfully.",
        "first": "First track generated successfully.",
        "complete": "All generated successfully.",
    }
    tracks = _tracks(world, task, in_callback=True)
    return {
        "code": 200,
        "msg": messages[stage],
        "data": {"callbackType": stage, "task_id": task.id, "data": tracks},
    }


def _fail(task: SunoTask) -> dict[str, Any]:
    task.error = task.steering.number("fail", 501)
    task.status = FAILED.get(task.error, "GENERATE_AUDIO_FAILED")
    # The add-vocals page calls this stage `failed`, the others `error`.
    stage = "failed" if task.operation == "add-vocals" else "error"
    data = {"callbackType": stage, "task_id": task.id, "data": []}
    return {"code": task.error, "msg": MESSAGES.get(task.error, "error"), "data": data}


def record(world: World, task: SunoTask) -> dict[str, Any]:
    """The `data` of record-info. `param` is JSON inside JSON; `response` is null until there is something."""
    asked = {name: value for name, value in task.body.items() if name != "callBackUrl"}
    message = MESSAGES.get(task.error, "error") if task.error else None
    response: dict[str, Any] | None = None
    if task.error:
        response = {"taskId": task.id, "sunoData": [], "errorMessage": message}
    elif task.status in WITH_TAKES:
        tracks = [_as_detail(track) for track in _tracks(world, task, in_callback=False)]
        response = {"taskId": task.id, "sunoData": tracks}
    return {
        "taskId": task.id,
        "parentMusicId": "",
        "param": json.dumps(asked, ensure_ascii=False),
        "response": response,
        "status": task.status,
        "type": task.operation.upper().replace("-", "_"),
        "errorCode": task.error,
        "errorMessage": message,
    }


def _tracks(world: World, task: SunoTask, *, in_callback: bool) -> list[dict[str, Any]]:
    """Both takes from the first one on; the second only streams until the task is complete."""
    if task.status not in WITH_TAKES:
        return []
    return [
        _track(
            world, task, take, ready=number == 0 or task.status != "FIRST_SUCCESS", in_callback=in_callback
        )
        for number, take in enumerate(task.takes)
    ]


def _track(world: World, task: SunoTask, take: Take, *, ready: bool, in_callback: bool) -> dict[str, Any]:
    """The 13 fields of a track in a callback."""
    body, made = task.body, take.recipe
    return {
        "id": take.id,
        **_links(world, task, take, ready=ready, in_callback=in_callback),
        "prompt": "\n".join(made.text) or steering.without(body.get("prompt") or ""),
        "model_name": "chirp-" + body.get("model", "V4_5PLUS").lower().replace("_", "-"),
        "title": steering.without(body.get("title") or "") or made.theme.title,
        "tags": steering.without(body.get("style") or "") or made.theme.style,
        "createTime": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(task.submitted_at)),
        "duration": round(compose(made).duration, 2),
    }


def _links(world: World, task: SunoTask, take: Take, *, ready: bool, in_callback: bool) -> dict[str, str]:
    links = {}
    for role, path in take.files.items():
        seconds = STREAM_SECONDS if "stream" in role else FILE_SECONDS
        not_yet = role in ("audio", "source_audio") and not ready
        withheld = not_yet or ("audio" in role and "no-audio" in task.steering)
        links[f"{role}_url"] = "" if withheld else world.link(task, path, seconds, in_callback=in_callback)
    if links["audio_url"] and "none-mp3" in task.steering and take is task.takes[0]:
        links["audio_url"] = f"{task.base}/media/None.mp3"
    return links


def _as_detail(track: dict[str, Any]) -> dict[str, Any]:
    """The same track as record-info writes it: camel case, and no links to the original store."""
    return {_camel(name): value for name, value in track.items() if not name.startswith("source_")}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
