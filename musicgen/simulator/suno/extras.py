"""Suno tasks that make no song: lyrics, WAV, stems, cover pictures, video.

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
from musicgen.simulator.music.library import CLIP
from musicgen.simulator.music.songbook import Recipe, Theme, choose
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.suno.songs import Take
from musicgen.simulator.suno.task import SunoTask, failure, success
from musicgen.simulator.world import World

Links = Mapping[str, str]
VARIANTS = 3
PICTURE_SIZE = 1024
# The stems of split_stem, each with the instruments of ours that belong to it; the others stay empty.
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
    """`files`: role to media path. `texts`: the lyrics, each a title and a text."""

    files: dict[str, str]
    texts: list[tuple[str, str]]


@dataclass(frozen=True)
class Extra:
    """One operation: what it makes of a take, after how many seconds, and the `data` of its callback.

    `data` of a failure gets no links.
    """

    after: float
    failed: str
    error: int
    message: str
    files: Callable[[World, Recipe, dict[str, Any]], dict[str, tuple[str, Callable[[], Any]]]]
    data: Callable[[ExtraTask, Links | None], dict[str, Any]]


def new_extra_task(
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
        texts=_texts(world.book, body) if operation == "lyrics" else [],
    )
    world.ledger.accept(task)
    return task


def extra_stages(world: World, task: ExtraTask) -> list[Stage]:
    """One, success or failure, or both in the order of the steering words."""
    extra, steer = EXTRAS[task.operation], task.steering
    good = Stage("complete", extra.after, partial(_complete, world, task))
    if "error-then-success" in steer:
        return [Stage("error", extra.after - 1, partial(_fail, task)), good]
    if "success-then-error" in steer:
        return [good, Stage("error", extra.after + 1, partial(_fail, task))]
    return [Stage("error", extra.after, partial(_fail, task))] if "fail" in steer else [good]


def links(world: World, task: ExtraTask, *, in_callback: bool) -> dict[str, str]:
    """A fresh link for each role."""
    if "no-audio" in task.steering:
        return dict.fromkeys(task.files, "")
    return {role: task.link(world, path, in_callback=in_callback) for role, path in task.files.items()}


def _complete(world: World, task: ExtraTask) -> dict[str, Any]:
    task.end("SUCCESS")
    extra = EXTRAS[task.operation]
    return success(extra.message, extra.data(task, links(world, task, in_callback=True)))


def _fail(task: ExtraTask) -> dict[str, Any]:
    """The callback of a failure; the details of a task that is ready stay as they are."""
    extra, was_ready = EXTRAS[task.operation], task.is_ready
    code = task.steering.number("fail", extra.error)
    task.error = code
    body = failure(task, extra.data(task, None))
    if was_ready:
        task.error = None
    else:
        task.end(extra.failed, code)
    return body


def _texts(book: tuple[Theme, ...], body: dict[str, Any]) -> list[tuple[str, str]]:
    """Several lyrics, the first of which fits the description best."""
    first = book.index(choose(steering.without(body["prompt"]), book))
    chosen = [book[(first + number) % len(book)] for number in range(VARIANTS)]
    return [(theme.title, theme.text) for theme in chosen]


def lyrics_variants(task: ExtraTask) -> list[dict[str, Any]]:
    """The lyrics as both callback and details have them; with [[part-failed]] the last one failed."""
    rows = [
        {"text": text, "title": title, "status": "complete", "errorMessage": ""} for title, text in task.texts
    ]
    if "part-failed" in task.steering:
        rows[-1] |= {"text": "", "status": "failed", "errorMessage": "Lyrics generation failed."}
    return rows


def _lyrics_data(task: ExtraTask, links: Links | None) -> dict[str, Any]:
    if links is None:
        return {"callbackType": "error", "taskId": task.id, "data": None}
    return {"callbackType": "complete", "taskId": task.id, "data": lyrics_variants(task)}


def _parts_data(task: ExtraTask, links: Links | None) -> dict[str, Any]:
    """A stem that does not exist is empty text, and so is the original, as in the page's sample."""
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
    split = {name: instruments for name, instruments in PARTS.items() if instruments}
    chosen = split if body.get("type") == "split_stem" else {"instrumental": BAND, "vocal": ("voice",)}
    return {
        name: (f"{name}.mp3", partial(world.library.mp3, replace(recipe, parts=instruments)))
        for name, instruments in chosen.items()
    }


def _pictures(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    return {
        str(number): (
            f"{number}.jpeg",
            partial(world.library.cover, replace(recipe, take=recipe.take + 20 + number), PICTURE_SIZE),
        )
        for number in (1, 2)
    }


def _video(world: World, recipe: Recipe, body: dict[str, Any]) -> dict[str, Any]:
    return {"video": ("video.mp4", lambda: CLIP)}


# Statuses: the details pages of each. Codes of failures: those of the pages' samples, else 500.
EXTRAS = {
    "lyrics": Extra(3, "GENERATE_LYRICS_FAILED", 400, "All generated successfully.", _no_files, _lyrics_data),
    "wav": Extra(
        3,
        "GENERATE_WAV_FAILED",
        500,
        "success",
        _wav,
        lambda task, links: {"audioWavUrl": links["wav"] if links else None, "task_id": task.id},
    ),
    "vocal-removal": Extra(
        4, "GENERATE_AUDIO_FAILED", 500, "vocal Removal generated successfully.", _parts, _parts_data
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
