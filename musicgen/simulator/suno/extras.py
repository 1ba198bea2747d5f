"""Suno tasks that make no song: lyrics, WAV, separated parts, cover pictures, video.

Callbacks: https://docs.sunoapi.org/suno-api/generate-lyrics-callbacks , .../convert-to-wav-format-callbacks ,
.../separate-vocals-from-music-callbacks , .../cover-suno-callbacks and .../create-music-video-callbacks .
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.media import MediaItem
from musicgen.simulator.music.songbook import THEMES, Recipe, choose
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.suno.songs import Take
from musicgen.simulator.suno.task import SunoTask, failure, success
from musicgen.simulator.world import World

Links = Mapping[str, str]
VARIANTS = 3
PICTURE_SIZE = 1024
# What split_stem can tell apart and which of our instruments it hears there; the others stay empty.
PARTS: Mapping[str, tuple[str, ...]] = {
    "vocal": ("voice",),
    "backing_vocals": (),
    "bass": ("bass",),
    "brass": (),
    "drums": ("kick", "brush"),
    "fx": (),
    "guitar": ("pluck",),
    "keyboard": ("bell",),
    "percussion": ("hat",),
    "strings": (),
    "synth": ("pad",),
    "woodwinds": (),
}
BAND = tuple(name for names in PARTS.values() for name in names if name != "voice")


@dataclass(kw_only=True)
class ExtraTask(SunoTask):
    """`files` leads from a role to a media path; `texts` holds the lyrics, a title and a text each."""

    files: dict[str, str]
    texts: list[tuple[str, str]]


@dataclass(frozen=True)
class Extra:
    """One operation: what it makes of a take, what its callback says (`None`: it failed), and when."""

    after: float
    failed: str
    error: int
    says: str
    files: Callable[[World, Recipe, dict[str, Any]], dict[str, tuple[str, Callable[[], Any]]]]
    told: Callable[[ExtraTask, Links | None], dict[str, Any]]


def new_task(
    world: World, operation: str, body: dict[str, Any], base: str, steer: Steering, origin: Take | None
) -> ExtraTask:
    """Accept a task and begin to make its files."""
    task_id, files = uuid.uuid4().hex, {}
    if origin:
        for role, (name, make) in EXTRAS[operation].files(world, origin.recipe, body).items():
            files[role] = world.offer(f"suno/{task_id}/{name}", MediaItem(make, steer))
    task = ExtraTask(
        provider="suno",
        operation=operation,
        id=task_id,
        body=body,
        callback_url=body["callBackUrl"],
        base=base,
        steering=steer,
        status="PENDING",
        files=files,
        texts=_texts(body) if operation == "lyrics" else [],
    )
    world.ledger.accept(task)
    return task


def stages(world: World, task: ExtraTask) -> list[Stage]:
    """One, good or bad, or both in the order that was asked for."""
    extra, steer = EXTRAS[task.operation], task.steering
    good = Stage("complete", extra.after, partial(_complete, world, task))
    if "error-then-success" in steer:
        return [Stage("error", extra.after - 1, partial(_fail, task)), good]
    if "success-then-error" in steer:
        return [good, Stage("error", extra.after + 1, partial(_fail, task))]
    return [Stage("error", extra.after, partial(_fail, task))] if "fail" in steer else [good]


def links(world: World, task: ExtraTask, *, in_callback: bool) -> dict[str, str]:
    """A link for each role."""
    if "no-audio" in task.steering:
        return dict.fromkeys(task.files, "")
    return {role: task.link(world, path, in_callback=in_callback) for role, path in task.files.items()}


def _complete(world: World, task: ExtraTask) -> dict[str, Any]:
    task.end("SUCCESS")
    extra = EXTRAS[task.operation]
    return success(extra.says, extra.told(task, links(world, task, in_callback=True)))


def _fail(task: ExtraTask) -> dict[str, Any]:
    """The callback of a failure; the details of a task that is ready do not follow it."""
    extra, was_ready = EXTRAS[task.operation], task.is_ready
    code = task.steering.number("fail", extra.error)
    task.error = code
    body = failure(task, extra.told(task, None))
    if was_ready:
        task.error = None
    else:
        task.end(extra.failed, code)
    return body


def _texts(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Several texts that fit the description more or less."""
    first = THEMES.index(choose(steering.without(body["prompt"])))
    chosen = [THEMES[(first + number) % len(THEMES)] for number in range(VARIANTS)]
    return [(theme.title, theme.text) for theme in chosen]


def variants(task: ExtraTask) -> list[dict[str, Any]]:
    """The lyrics as both callback and details show them; [[part-failed]] spoils the last one."""
    rows = [
        {"text": text, "title": title, "status": "complete", "errorMessage": ""} for title, text in task.texts
    ]
    if "part-failed" in task.steering:
        rows[-1] |= {"text": "", "status": "failed", "errorMessage": "Lyrics generation failed."}
    return rows


def _tell_lyrics(task: ExtraTask, links: Links | None) -> dict[str, Any]:
    if links is None:
        return {"callbackType": "error", "taskId": task.id, "data": None}
    return {"callbackType": "complete", "taskId": task.id, "data": variants(task)}


def _tell_parts(task: ExtraTask, links: Links | None) -> dict[str, Any]:
    """A part that is not there is an empty text, and so is the original, as in the page's sample."""
    if links is None:
        return {"task_id": task.id, "vocal_removal_info": None}
    names = (
        ["origin", *PARTS] if task.body.get("type") == "split_stem" else ["instrumental", "origin", "vocal"]
    )
    return {"task_id": task.id, "vocal_removal_info": {f"{name}_url": links.get(name, "") for name in names}}


def _no_files(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    return {}


def _wav(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    return {"wav": ("audio.wav", partial(world.library.wav, recipe))}


def _parts(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    split = {name: heard for name, heard in PARTS.items() if heard}
    chosen = split if body.get("type") == "split_stem" else {"instrumental": BAND, "vocal": ("voice",)}
    return {
        name: (f"{name}.mp3", partial(world.library.mp3, replace(recipe, parts=heard)))
        for name, heard in chosen.items()
    }


def _pictures(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    """Two, in the song's colours."""
    return {
        str(number): (
            f"{number}.jpeg",
            partial(world.library.cover, replace(recipe, take=recipe.take + 20 + number), PICTURE_SIZE),
        )
        for number in (1, 2)
    }


def _video(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    return {"video": ("video.mp4", partial(world.library.video, recipe))}


# Statuses: the details pages of each. Codes of failures: those of the pages' samples, else 500.
EXTRAS = {
    "lyrics": Extra(3, "GENERATE_LYRICS_FAILED", 400, "All generated successfully.", _no_files, _tell_lyrics),
    "wav": Extra(
        3,
        "GENERATE_WAV_FAILED",
        500,
        "success",
        _wav,
        lambda task, links: {"audioWavUrl": links["wav"] if links else None, "task_id": task.id},
    ),
    "vocal-removal": Extra(
        4, "GENERATE_AUDIO_FAILED", 500, "vocal Removal generated successfully.", _parts, _tell_parts
    ),
    "cover-image": Extra(
        4,
        "GENERATE_COVER_FAILED",
        501,
        "success",
        _pictures,
        lambda task, links: {"images": list(links.values()) if links else None, "taskId": task.id},
    ),
    "video": Extra(
        5,
        "GENERATE_MP4_FAILED",
        400,
        "MP4 generated successfully.",
        _video,
        lambda task, links: {"task_id": task.id, "video_url": links["video"] if links else None},
    ),
}
