"""One TemPolor track: its states, its stages, and its fields in bodies.

15 fields for a song (https://tempolorapi.apifox.cn/296524440e0), 13 for an instrumental piece
(https://platform.tempolor.com/docs/296524436e0). Callbacks wrap them in a list, under `songs` or
`instrumentals`.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from musicgen.simulator import media, steering
from musicgen.simulator.ledger import SimulatedTask
from musicgen.simulator.music.score import Score
from musicgen.simulator.music.songbook import Piece, Recipe, recipe, sung
from musicgen.simulator.music.tunes import compose, spliced
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import ABSURD_SECONDS, Steering
from musicgen.simulator.world import World

LINK_SECONDS = 3 * media.DAY
PAYLOAD_KEYS = {"generate": "songs", "extend": "songs", "instrumental": "instrumentals"}
WITH_AUDIO = ("main_succeeded", "succeeded", "part_failed")
FAILED = {"status": "failed", "audio_hi_status": "sub_failed", "lyrics_sections_status": "sub_failed"}


@dataclass(kw_only=True)
class Item(SimulatedTask):
    """One track, with TemPolor's three states."""

    recipe: Recipe
    mp3: str
    wav: str
    inherited: dict[str, Any]
    audio_hi_status: str = "waiting"
    lyrics_sections_status: str = "waiting"
    finished_at: int | None = None

    @property
    def has_audio(self) -> bool:
        return self.status in WITH_AUDIO


@dataclass(frozen=True)
class AcceptedSubmit:
    """One accepted submit; `origin`: the item that it extends."""

    operation: str
    body: dict[str, Any]
    base: str
    steering: Steering
    origin: Item | None = None


def new_item(world: World, submit: AcceptedSubmit, take: int, before: list[Item]) -> Item:
    """Accept one item of a submit and begin to make its files; `before`: the items before it."""
    made = _recipe(world, submit, take)
    item_id, steer, library = new_id(), submit.steering, world.library
    same_file = (partial(library.mp3, before[0].recipe), steer.times("same-file", 2)) if before else None
    mp3 = media.MediaItem(partial(library.mp3, made), steer, made, same_file)
    item = Item(
        provider="tempolor",
        operation=submit.operation,
        id=item_id,
        body=submit.body,
        callback_url=submit.body["callback_url"],
        base=submit.base,
        steering=steer,
        status="running",
        recipe=made,
        inherited=submit.origin.body | submit.origin.inherited if submit.origin else {},
        mp3=world.offer(f"tempolor/{item_id}/audio.mp3", mp3),
        wav=world.offer(
            f"tempolor/{item_id}/audio.wav", media.MediaItem(partial(library.wav, made), steer, made)
        ),
    )
    world.ledger.accept(item)
    return item


def new_id() -> str:
    return str(random.SystemRandom().randrange(10**17, 10**18))


def _recipe(world: World, submit: AcceptedSubmit, take: int) -> Recipe:
    body = submit.body
    lyrics = steering.without(body.get("lyrics") or "")
    if submit.origin:
        source = submit.origin.recipe
        text = (sung(lyrics) or sung(source.theme.text)) if source.voice else ()
        new = Recipe(source.theme, source.take + 2 + take, text, source.voice)
        return spliced(Piece(source, 0, float(body["start_time"])), Piece(new))
    instrumental = submit.operation == "instrumental" or bool(body.get("instrumental"))
    made = recipe(
        steering.without(body["prompt"]), lyrics, instrumental=instrumental, take=take, book=world.book
    )
    covered = world.media.music_behind(body.get("upload_audio_url") or "")
    if covered and covered.text and made.text and not lyrics:
        return replace(made, text=covered.text)
    return made


def song_stages(world: World, item: Item) -> list[Stage]:
    """The MP3 first, then WAV and lyric timing in either order; the last one has the final status."""
    if "fail" in item.steering:
        return [_stage(world, item, None, 5, FAILED)]
    part_failed = "part-failed" in item.steering
    later = [("wav_complete", {"audio_hi_status": "sub_failed" if part_failed else "sub_succeeded"})]
    if item.operation != "instrumental":
        later.append(("lrcsections_complete", {"lyrics_sections_status": "sub_succeeded"}))
    random.SystemRandom().shuffle(later)
    if "late-timing" in item.steering:
        later.sort(key=lambda stage: stage[0] != "wav_complete")
    later[-1][1]["status"] = "part_failed" if part_failed else "succeeded"
    first = {"status": "main_succeeded", "audio_hi_status": "running", "lyrics_sections_status": "running"}
    return [
        *([_stage(world, item, None, 4, FAILED)] if "error-then-success" in item.steering else []),
        _stage(world, item, "audio_complete", 5, first),
        *(
            _stage(world, item, event, 7 + 2 * place + _late(item, event), states)
            for place, (event, states) in enumerate(later)
        ),
        *([_late_failure(world, item)] if "success-then-error" in item.steering else []),
    ]


def _late(item: Item, event: str) -> int:
    """Seconds that [[late-timing]] adds to the stage of the lyric timing."""
    is_late = event == "lrcsections_complete" and "late-timing" in item.steering
    return item.steering.number("late-timing", 30) if is_late else 0


def _stage(world: World, item: Item, event: str | None, after: float, states: dict[str, str]) -> Stage:
    def enter() -> dict[str, Any]:
        for name, state in states.items():
            setattr(item, name, state)
        item.finished_at = item.finished_at or int(time.time())
        return {PAYLOAD_KEYS[item.operation]: [song_json(world, item, event, in_callback=True)]}

    return Stage(event or "failed", after, enter)


def _late_failure(world: World, item: Item) -> Stage:
    """A callback that reports a failure after the success; queries do not repeat it."""

    def enter() -> dict[str, Any]:
        return {PAYLOAD_KEYS[item.operation]: [{**song_json(world, item), "status": "failed"}]}

    return Stage("failed", 12, enter)


def song_json(
    world: World, item: Item, event: str | None = None, *, in_callback: bool = False
) -> dict[str, Any]:
    """The item as a callback or (event null) a query has it. What is not there yet is "", null or []."""
    score = compose(item.recipe)
    audio = item.has_audio
    fields = {
        "item_id": item.id,
        "status": item.status,
        "audio_hi_status": item.audio_hi_status,
        "lyrics_sections_status": item.lyrics_sections_status,
        "event": event,
        "model": _requested(item, "model"),
        "title": item.recipe.theme.title,
        "style": item.recipe.theme.style,
        "prompt": _requested(item, "prompt"),
        "duration": round(score.duration) if audio else None,
        "created_at": int(item.submitted_at),
        "finished_at": item.finished_at,
        **_links(world, item, audio=audio, in_callback=in_callback),
        "lyrics_sections": _sections(item, score),
    }
    if item.operation == "instrumental":
        del fields["lyrics_sections_status"], fields["lyrics_sections"]
    return fields


def _requested(item: Item, name: str) -> str:
    """From the request; an extension has no prompt and model of its own, but those of its song."""
    return str(item.body.get(name) or item.inherited.get(name) or "")


def _links(world: World, item: Item, *, audio: bool, in_callback: bool) -> dict[str, str]:
    links = {"audio_url": "", "audio_hi_url": ""}
    if "no-audio" in item.steering:
        return links
    if audio:
        links["audio_url"] = world.link(item, item.mp3, LINK_SECONDS, in_callback=in_callback)
    if audio and "none-mp3" in item.steering:
        links["audio_url"] = f"{item.base}/media/None.mp3"
    if item.audio_hi_status == "sub_succeeded":
        links["audio_hi_url"] = world.link(item, item.wav, LINK_SECONDS, in_callback=in_callback)
    return links


def _sections(item: Item, score: Score) -> list[dict[str, Any]]:
    if item.lyrics_sections_status != "sub_succeeded":
        return []
    ends = [part.end for part in score.sections]
    if "outlier" in item.steering:
        ends[-1:] = [ABSURD_SECONDS]
    return [
        {"start": part.start, "end": end, "text": part.text}
        for part, end in zip(score.sections, ends, strict=True)
    ]
