"""Short ways to make and read a body of TemPolor."""

from __future__ import annotations

from typing import Any

from tests.providers.payloads import load
from tracks.providers.tempolor import parser
from tracks.updates import (
    AssetKind,
    TaskUpdate,
)

LINK = "https://x.example/a.mp3?sig=a%2Bb&exp=9"


def track_of(**item: Any) -> Any:
    (update,) = parser.items({"songs": [{"item_id": "9001", **item}]})
    return update.tracks[0]


def only_track(name: str) -> Any:
    (update,) = parser.items(load(f"tempolor/{name}.json"))
    return update.tracks[0]


def update_of(**item: Any) -> TaskUpdate:
    return parser.items({"songs": [{"item_id": "9001", **item}]})[0]


def asset_of(kind: AssetKind, **item: Any) -> Any:
    return next((asset for asset in track_of(**item).assets if asset.kind is kind), None)
