"""TemPolor's items that are no songs: lyrics, and the stems of a recording as one ZIP.

https://tempolorapi.apifox.cn/296524443e0 (lyrics callback) and
https://platform.tempolor.com/docs/296524447e0 (stems callback, which carries the account's own key).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from musicgen.simulator import media, steering
from musicgen.simulator.ledger import SimulatedTask
from musicgen.simulator.music.songbook import Recipe, Theme, choose, recipe
from musicgen.simulator.stages import Stage
from musicgen.simulator.tempolor.songs import LINK_SECONDS, AcceptedSubmit, new_id
from musicgen.simulator.world import World

PAYLOAD_KEYS = {"lyrics": "lyrics", "stems": "stems"}


@dataclass(kw_only=True)
class Extra(SimulatedTask):
    """`theme`: the song whose lyrics it is. `zip`: the media path of the stems. `key`: the client's."""

    key: str
    theme: Theme | None = None
    zip: str = ""


def new_extra(world: World, submit: AcceptedSubmit, key: str) -> Extra:
    """Accept an item and begin to make its file."""
    is_stems = submit.operation == "stems"
    item = Extra(
        provider="tempolor",
        operation=submit.operation,
        id=f"mss_{random.SystemRandom().randrange(10**15, 10**16)}" if is_stems else new_id(),
        body=submit.body,
        callback_url=submit.body["callback_url"],
        base=submit.base,
        steering=submit.steering,
        status="running",
        key=key,
    )
    if is_stems:
        item.zip = _offer_zip(world, item)
    else:
        item.theme = choose(steering.without(submit.body["prompt"]), world.book)
    world.ledger.accept(item)
    return item


def _offer_zip(world: World, item: Extra) -> str:
    """A good ZIP; with [[bad-zip]] a bad one, always or so many times."""
    music = world.media.music_behind(item.body["url"]) or _imagined(world, item.body["url"])
    kind, times = item.steering.text("bad-zip").partition(":")[0], item.steering.times("bad-zip", 0)
    good, bad = partial(world.library.stems, music), partial(world.library.stems, music, kind)
    file = media.MediaItem(good if times else bad, item.steering, at_first=(bad, times))
    return world.offer(f"tempolor/{item.id}/stems.zip", file)


def _imagined(world: World, url: str) -> Recipe:
    """Music in place of a recording elsewhere, which is never fetched."""
    return recipe(steering.without(url), "", instrumental=False, book=world.book)


def extra_stages(world: World, item: Extra) -> list[Stage]:
    """One, success or failure, or both in the order of the steering words."""
    good, bad = _stage(world, item, "succeeded", 5), _stage(world, item, "failed", 5)
    if "error-then-success" in item.steering:
        return [bad, Stage(good.name, 7, good.enter)]
    if "success-then-error" in item.steering:
        return [good, Stage("failed", 7, lambda: _body(world, item, status="failed"))]
    return [bad if "fail" in item.steering else good]


def _stage(world: World, item: Extra, status: str, after: float) -> Stage:
    def enter() -> dict[str, Any]:
        item.status = status
        return _body(world, item)

    return Stage("complete" if status == "succeeded" else "failed", after, enter)


def _body(world: World, item: Extra, **other: str) -> dict[str, Any]:
    return {PAYLOAD_KEYS[item.operation]: [{**extra_json(world, item, in_callback=True), **other}]}


def extra_json(world: World, item: Extra, *, in_callback: bool = False) -> dict[str, Any]:
    """The item as callbacks and queries have it; what is not there yet is ""."""
    common = {"item_id": item.id, "status": item.status}
    ready = item.status == "succeeded"
    if item.theme:
        text = item.theme.text.replace("\n[", "\n\n[") if ready else ""
        return {**common, "title": item.theme.title if ready else "", "lyric": text}
    there = ready and "no-audio" not in item.steering
    url = world.link(item, item.zip, LINK_SECONDS, in_callback=in_callback) if there else ""
    return {**common, "stems_url": url}
