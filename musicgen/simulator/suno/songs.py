"""A Suno task that makes songs: its takes, stages, callbacks, and the details that polling shows.

Callbacks: https://docs.sunoapi.org/suno-api/generate-music-callbacks , .../add-vocals-callbacks ,
.../replace-section-callbacks and https://docs.kie.ai/cn/suno-api/upload-and-extend-audio-callbacks . Details:
https://docs.sunoapi.org/suno-api/get-music-generation-details
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.media import MediaItem
from musicgen.simulator.music.library import Library
from musicgen.simulator.music.songbook import Recipe
from musicgen.simulator.music.tunes import compose
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.suno.recipes import TakeOrder, requested_style, sound
from musicgen.simulator.suno.task import SunoTask, failure, success, written
from musicgen.simulator.world import World

COVER_SIZE, SOURCE_COVER_SIZE = 720, 1024
ONE_TAKE = "replace-section"  # its page's sample has one, all the others two
# The details' status for the code of a failed callback; for all others: GENERATE_AUDIO_FAILED.
FAILED = {400: "SENSITIVE_WORD_ERROR", 401: "CREATE_TASK_FAILED", 429: "CREATE_TASK_FAILED"}
MESSAGES = {
    "text": "Text generation completed successfully.",
    "first": "First track generated successfully.",
    "complete": "All generated successfully.",
}


@dataclass(frozen=True)
class Take:
    """One of the tracks of a task; `files`: role (`audio`, `source_image`, …) to media path."""

    id: str
    recipe: Recipe
    files: dict[str, str]


@dataclass(kw_only=True)
class MusicTask(SunoTask):
    """A task with its takes; `reached`: its latest stage, "" before any."""

    takes: list[Take]
    reached: str = ""

    def has_audio_of(self, take: Take) -> bool:
        """Whether the take is ready: the first one before the others."""
        return self.reached == "complete" or (self.reached == "first" and take is self.takes[0])


def new_music_task(
    world: World, operation: str, body: dict[str, Any], base: str, steer: Steering, origin: Take | None
) -> MusicTask:
    """Accept a task and begin to make its files."""
    recording = origin.recipe if origin else world.media.music_behind(body.get("uploadUrl") or "")
    takes: list[Take] = []
    for number in range(1 if operation == ONE_TAKE else 2):
        takes.append(_take(world, operation, body, steer, recording, takes, number))
    task = MusicTask(
        provider="suno",
        operation=operation,
        id=uuid.uuid4().hex,
        body=body,
        callback_url=body.get("callBackUrl") or "",
        base=base,
        steering=steer,
        status="PENDING",
        takes=takes,
    )
    world.ledger.accept(task)
    return task


def _take(
    world: World,
    operation: str,
    body: dict[str, Any],
    steer: Steering,
    recording: Recipe | None,
    before: list[Take],
    number: int,
) -> Take:
    take_id, library = str(uuid.uuid4()), world.library
    both = sound(operation, TakeOrder(body, number, recording, world.book))
    made, source = both.made, both.source
    same_file = (partial(library.mp3, before[0].recipe), steer.times("same-file", 2)) if before else None
    files = {
        "audio": (f"suno/{take_id}/audio.mp3", MediaItem(partial(library.mp3, made), steer, made, same_file)),
        "stream_audio": (f"suno/stream/{take_id}", MediaItem(partial(library.mp3, made), steer, made)),
        "source_audio": (f"original/{take_id}.mp3", MediaItem(partial(library.mp3, source), steer, source)),
        "source_stream_audio": (f"original/stream/{take_id}", MediaItem(partial(library.mp3, source), steer)),
        **_covers(library, take_id, made, steer),
    }
    return Take(take_id, made, {role: world.offer(path, item) for role, (path, item) in files.items()})


def _covers(
    library: Library, take_id: str, made: Recipe, steer: Steering
) -> dict[str, tuple[str, MediaItem]]:
    kind = made.theme.picture.partition(".")[2]
    if not kind:
        return {}
    small, large = partial(library.cover, made, COVER_SIZE), partial(library.cover, made, SOURCE_COVER_SIZE)
    return {
        "image": (f"suno/{take_id}/cover.{kind}", MediaItem(small, steer)),
        "source_image": (f"original/{take_id}.{kind}", MediaItem(large, steer)),
    }


def song_stages(world: World, task: MusicTask) -> list[Stage]:
    """text, first, complete; or text and the failure. A replaced section is complete at once."""
    steer = task.steering
    failed = Stage("error", 5, partial(_fail, task))
    complete = Stage("complete", 9, partial(_enter, world, task, "complete", "SUCCESS"))
    if task.operation == ONE_TAKE:
        before = []
    else:
        before = [Stage("text", 2, partial(_enter, world, task, "text", "TEXT_SUCCESS"))]
    if "error-then-success" in steer:
        return [*before, failed, complete]
    if "fail" in steer:
        return [*before, failed]
    if before:
        before.append(Stage("first", 5, partial(_enter, world, task, "first", "FIRST_SUCCESS")))
    later = [Stage("error", 11, partial(_fail, task))] if "success-then-error" in steer else []
    return [*before, complete, *later]


def _enter(world: World, task: MusicTask, stage: str, status: str) -> dict[str, Any]:
    task.reached = stage
    if stage == "complete":
        task.end(status)
    else:
        task.status = status
    tracks = _tracks(world, task, in_callback=True)
    return success(MESSAGES[stage], {"callbackType": stage, "task_id": task.id, "data": tracks})


def _fail(task: MusicTask) -> dict[str, Any]:
    """The callback of a failure; the details of a task that is ready stay as they are."""
    code = task.steering.number("fail", 501)
    was_ready = task.is_ready
    task.error = code
    # The add-vocals page calls this stage `failed`, the others `error`.
    stage = "failed" if task.operation == "add-vocals" else "error"
    data: dict[str, Any] = {"callbackType": stage, "task_id": task.id}
    if _is_section(task):
        data["error"] = "Generation failed due to technical issues"
    else:
        data["data"] = []
    body = failure(task, data)
    if was_ready:
        task.error = None
    else:
        task.end(FAILED.get(code, "GENERATE_AUDIO_FAILED"), code)
    return body


def _is_section(task: MusicTask) -> bool:
    return task.operation == ONE_TAKE


def song_details(world: World, task: MusicTask) -> dict[str, Any]:
    """The `data` of record-info. `param` is JSON inside JSON; `response` is null until there is something."""
    response: dict[str, Any] | None = None
    if task.error:
        response = {"taskId": task.id, "sunoData": [], "errorMessage": task.error_message}
    elif task.reached in ("first", "complete"):
        tracks = [_as_detail(track) for track in _tracks(world, task, in_callback=False)]
        response = {"taskId": task.id, "sunoData": tracks}
    return {
        "taskId": task.id,
        "parentMusicId": task.body.get("audioId", ""),
        "param": task.param,
        "response": response,
        "status": task.status,
        "type": task.operation.upper().replace("-", "_"),
        "errorCode": task.error,
        "errorMessage": task.error_message,
    }


def _tracks(world: World, task: MusicTask, *, in_callback: bool) -> list[dict[str, Any]]:
    """Both takes from the first one on; the second only streams until the task is complete."""
    if task.reached not in ("first", "complete"):
        return []
    return [
        _track(world, task, take, ready=task.has_audio_of(take), in_callback=in_callback)
        for take in task.takes
    ]


def _track(world: World, task: MusicTask, take: Take, *, ready: bool, in_callback: bool) -> dict[str, Any]:
    """The 13 fields of a track in a callback; 10 where the page shows no `source_` links."""
    body, made = task.body, take.recipe
    asked = steering.without(body.get("prompt") or "")
    links = _links(world, task, take, ready=ready, in_callback=in_callback)
    return {
        "id": take.id,
        **links,
        "prompt": asked if _is_section(task) else "\n".join(made.text) or asked,
        "model_name": "chirp-" + body.get("model", "V4_5PLUS").lower().replace("_", "-"),
        "title": steering.without(body.get("title") or "") or made.theme.title,
        "tags": requested_style(body) or made.theme.style,
        "createTime": written(task.submitted_at),
        "duration": round(compose(made).duration, 2),
    }


def _links(world: World, task: MusicTask, take: Take, *, ready: bool, in_callback: bool) -> dict[str, str]:
    links = {"image_url": ""} if _is_section(task) else {"image_url": "", "source_image_url": ""}
    for role, path in take.files.items():
        if role.startswith("source_") and _is_section(task):
            continue
        not_yet = role in ("audio", "source_audio") and not ready
        withheld = not_yet or ("audio" in role and "no-audio" in task.steering)
        links[f"{role}_url"] = "" if withheld else task.link(world, path, in_callback=in_callback)
    if links["audio_url"] and "none-mp3" in task.steering and take is task.takes[0]:
        links["audio_url"] = f"{task.base}/media/None.mp3"
    return links


def _as_detail(track: dict[str, Any]) -> dict[str, Any]:
    """The same track as record-info has it: in camel case, without `source_` links."""
    return {_camel(name): value for name, value in track.items() if not name.startswith("source_")}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
