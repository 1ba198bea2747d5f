"""Short ways to make and read a body of TemPolor."""

from __future__ import annotations

from typing import Any

from tests.support.payloads import load
from tests.support.time_units import decided
from tracks.domain.updates import AssetKind, TaskUpdate
from tracks.providers.base import SubmittedWith
from tracks.providers.tempolor import parser

LINK = "https://x.example/a.mp3?sig=a%2Bb&exp=9"


def read(body: Any, operation: str = "generate", **params: Any) -> list[TaskUpdate]:
    """A callback for a task that was asked for with these parameters."""
    return parser.parse_callback(body, SubmittedWith(operation, params))


def track_of(**item: Any) -> Any:
    """The track that one song states, its times in the unit that the fold decides on."""
    return decided(update_of(**item).tracks[0])


def only_track(name: str) -> Any:
    (update,) = read(load(f"tempolor/{name}.json"))
    return decided(update.tracks[0])


def update_of(key: str = "songs", **item: Any) -> TaskUpdate:
    (update,) = read({key: [{"item_id": "9001", **item}]})
    return update


def asset_of(kind: AssetKind, **item: Any) -> Any:
    return next((asset for asset in track_of(**item).assets if asset.kind is kind), None)
