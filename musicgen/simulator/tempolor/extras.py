"""TemPolor's items that are no tracks: lyrics, and the parts of a recording as one zip.

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
from musicgen.simulator.tempolor.songs import LINK_SECONDS, Order, new_id
from musicgen.simulator.world import World

PAYLOAD_KEYS = {"lyrics": "lyrics", "stems": "stems"}


@dataclass(kw_only=True)
class Extra(SimulatedTask):
    """`theme`: the song whose words it is. `zip`: the media path of the parts. `key`: who asked for it."""

    key: str
    theme: Theme | None = None
    zip: str = ""


def new_extra(world: World, order: Order, key: str) -> Extra:
    """Accept an item and begin to make its file."""
    is_stems = order.operation == "stems"
    item = Extra(
        provider="tempolor",
        operation=order.operation,
        id=f"mss_{random.SystemRandom().randrange(10**15, 10**16)}" if is_stems else new_id(),
        body=order.body,
        callback_url=order.body["callback_url"],
        base=order.base,
        steering=order.steering,
        status="running",
        key=key,
    )
    if is_stems:
        item.zip = _offer_zip(world, item)
    else:
        item.theme = choose(steering.without(order.body["prompt"]))
    world.ledger.accept(item)
    return item


def _offer_zip(world: World, item: Extra) -> str:
    """A good zip, or the bad one that was asked for: always, or so many times."""
    heard = world.media.heard(item.body["url"]) or _imagined(item.body["url"])
    kind, times = item.steering.text("bad-zip").partition(":")[0], item.steering.times("bad-zip", 0)
    good, bad = partial(world.library.stems, heard), partial(world.library.stems, heard, kind)
    file = media.MediaItem(good if times else bad, item.steering, at_first=(bad, times))
    return world.offer(f"tempolor/{item.id}/stems.zip", file)


def _imagined(url: str) -> Recipe:
    """What a recording elsewhere sounds like: it is never fetched."""
    return recipe(steering.without(url), "", instrumental=False)


def stages(world: World, item: Extra) -> list[Stage]:
    """One, good or bad, or both in the order that was asked for."""
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
    return {PAYLOAD_KEYS[item.operation]: [{**facts(world, item, in_callback=True), **other}]}


def facts(world: World, item: Extra, *, in_callback: bool = False) -> dict[str, Any]:
    """The item as callbacks and queries show it; what is not there yet is ""."""
    common = {"item_id": item.id, "status": item.status}
    ready = item.status == "succeeded"
    if item.theme:
        text = item.theme.text.replace("\n[", "\n\n[") if ready else ""
        return {**common, "title": item.theme.title if ready else "", "lyric": text}
    there = ready and "no-audio" not in item.steering
    url = world.link(item, item.zip, LINK_SECONDS, in_callback=in_callback) if there else ""
    return {**common, "stems_url": url}
