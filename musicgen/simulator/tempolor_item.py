"""One TemPolor item: its states, the stages it goes through, and its fields on the wire.

15 fields for a song (https://tempolorapi.apifox.cn/296524440e0), 13 for an instrumental piece
(https://platform.tempolor.com/docs/296524436e0). Callbacks wrap them in a list, under `songs` or
`instrumentals`.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from musicgen.simulator import steering
from musicgen.simulator.ledger import Task
from musicgen.simulator.media import DAY
from musicgen.simulator.songbook import Recipe, recipe
from musicgen.simulator.stages import Stage
from musicgen.simulator.steering import Steering
from musicgen.simulator.tunes import Score, compose
from musicgen.simulator.world import World

LINK_SECONDS = 3 * DAY
PAYLOAD_KEYS = {"generate": "songs", "instrumental": "instrumentals"}
WITH_AUDIO = ("main_succeeded", "succeeded", "part_failed")


@dataclass(kw_only=True)
class Item(Task):
    """One track in the making, with the three states that TemPolor tells apart."""

    recipe: Recipe
    mp3: str
    wav: str
    audio_hi_status: str = "waiting"
    lyrics_sections_status: str = "waiting"
    finished_at: int | None = None


def new_item(
    world: World, operation: str, body: dict[str, Any], base: str, steer: Steering, take: int
) -> Item:
    """Accept one item and begin to make its files."""
    made = recipe(
        steering.without(body["prompt"]),
        steering.without(body.get("lyrics") or ""),
        instrumental=operation == "instrumental" or bool(body.get("instrumental")),
        take=take,
    )
    item_id = str(random.SystemRandom().randrange(10**17, 10**18))
    item = Item(
        provider="tempolor",
        operation=operation,
        id=item_id,
        body=body,
        callback_url=body["callback_url"],
        base=base,
        steering=steer,
        status="running",
        recipe=made,
        mp3=world.offer(f"tempolor/{item_id}/audio.mp3", partial(world.library.mp3, made), steer),
        wav=world.offer(f"tempolor/{item_id}/audio.wav", partial(world.library.wav, made), steer),
    )
    world.ledger.accept(item)
    return item


def stages(world: World, item: Item) -> list[Stage]:
    """The MP3 first, then WAV and lyric timing in either order; the last one brings the final status."""
    if "fail" in item.steering:
        failed = {"status": "failed", "audio_hi_status": "sub_failed", "lyrics_sections_status": "sub_failed"}
        return [_stage(world, item, None, 5, failed)]
    part_failed = "part-failed" in item.steering
    later = [("wav_complete", {"audio_hi_status": "sub_failed" if part_failed else "sub_succeeded"})]
    if item.operation == "generate":
        later.append(("lrcsections_complete", {"lyrics_sections_status": "sub_succeeded"}))
    random.SystemRandom().shuffle(later)
    later[-1][1]["status"] = "part_failed" if part_failed else "succeeded"
    first = {"status": "main_succeeded", "audio_hi_status": "running", "lyrics_sections_status": "running"}
    return [
        _stage(world, item, "audio_complete", 5, first),
        *(_stage(world, item, event, 7 + 2 * place, states) for place, (event, states) in enumerate(later)),
    ]


def _stage(world: World, item: Item, event: str | None, after: float, states: dict[str, str]) -> Stage:
    def enter() -> dict[str, Any]:
        for name, state in states.items():
            setattr(item, name, state)
        item.finished_at = item.finished_at or int(time.time())
        return {PAYLOAD_KEYS[item.operation]: [facts(world, item, event, in_callback=True)]}

    return Stage(event or "failed", after, enter)


def facts(world: World, item: Item, event: str | None = None, *, in_callback: bool = False) -> dict[str, Any]:
    """The item as a callback or (event null) a query shows it. What is not there yet is "", null or []."""
    score = compose(item.recipe)
    audio = item.status in WITH_AUDIO
    fields = {
        "item_id": item.id,
        "status": item.status,
        "audio_hi_status": item.audio_hi_status,
        "lyrics_sections_status": item.lyrics_sections_status,
        "event": event,
        "model": item.body["model"],
        "title": item.recipe.theme.title,
        "style": item.recipe.theme.style,
        "prompt": item.body["prompt"],
        "duration": round(score.duration) if audio else None,
        "created_at": int(item.submitted_at),
        "finished_at": item.finished_at,
        **_links(world, item, audio=audio, in_callback=in_callback),
        "lyrics_sections": _sections(score) if item.lyrics_sections_status == "sub_succeeded" else [],
    }
    if item.operation == "instrumental":
        del fields["lyrics_sections_status"], fields["lyrics_sections"]
    return fields


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


def _sections(score: Score) -> list[dict[str, Any]]:
    return [{"start": part.start, "end": part.end, "text": part.text} for part in score.sections]
