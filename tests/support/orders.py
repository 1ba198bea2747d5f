"""One request for each operation of each provider: its parameters, and the results it must have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.installation import Installation
from tests.support.waiting import until

Key = tuple[str, str]


@dataclass(frozen=True)
class Order:
    """``from_song``: made from a song of the same provider. ``files``: the kinds of file each result has."""

    params: dict[str, Any] = field(default_factory=dict)
    from_song: bool = False
    kind: str = "song"
    results: int = 1
    files: frozenset[str] = frozenset({"audio"})


LOSSLESS = frozenset({"audio", "audio_hi"})
TAKES = frozenset({"audio", "image"})
CUSTOM = {
    "customMode": True,
    "instrumental": False,
    "title": "Harbour Lights",
    "style": "folk",
    "model": "V5",
}
WORDS = "[Verse]\nOne small line upon the sea\n[Chorus]\nAnd one more line for you and me"

ORDERS: dict[Key, Order] = {
    ("tempolor", "generate"): Order(
        {"prompt": "a harbour", "model": "TemPolor v4.5", "lyrics": WORDS}, files=LOSSLESS
    ),
    ("tempolor", "extend"): Order({"start_time": 10}, from_song=True, files=LOSSLESS),
    ("tempolor", "instrumental"): Order({"prompt": "slow piano", "model": "TemPolor i3.5"}, files=LOSSLESS),
    ("tempolor", "lyrics"): Order({"prompt": "a harbour at night"}, kind="lyrics", files=frozenset()),
    ("tempolor", "stems"): Order(from_song=True, kind="files", files=frozenset({"archive", "stem"})),
    ("suno", "generate"): Order({**CUSTOM, "prompt": WORDS}, results=2, files=TAKES),
    ("suno", "extend"): Order(
        {"defaultParamFlag": False, "model": "V5"}, from_song=True, results=2, files=TAKES
    ),
    ("suno", "upload-cover"): Order({**CUSTOM, "prompt": WORDS}, from_song=True, results=2, files=TAKES),
    ("suno", "upload-extend"): Order(
        {**CUSTOM, "prompt": WORDS, "defaultParamFlag": True, "continueAt": 8, "customMode": None},
        from_song=True,
        results=2,
        files=TAKES,
    ),
    ("suno", "add-vocals"): Order(
        {"prompt": WORDS, "title": "Sung", "style": "folk", "negativeTags": "metal", "model": "V5"},
        from_song=True,
        results=2,
        files=TAKES,
    ),
    ("suno", "add-instrumental"): Order(
        {"title": "Played", "tags": "folk", "negativeTags": "metal", "model": "V5"},
        from_song=True,
        results=2,
        files=TAKES,
    ),
    ("suno", "replace-section"): Order(
        {"prompt": "A line anew", "tags": "folk", "title": "Mended", "infillStartS": 2, "infillEndS": 8.5},
        from_song=True,
        files=TAKES,
    ),
    ("suno", "lyrics"): Order({"prompt": "a harbour at night"}, kind="lyrics", results=2, files=frozenset()),
    ("suno", "wav"): Order(from_song=True, kind="files", files=frozenset({"audio_hi"})),
    ("suno", "vocal-removal"): Order(
        {"type": "separate_vocal"}, from_song=True, kind="files", files=frozenset({"stem"})
    ),
    ("suno", "cover-image"): Order(from_song=True, kind="files", files=frozenset({"image"})),
    ("suno", "video"): Order(from_song=True, kind="files", files=frozenset({"video"})),
}


def params(order: Order) -> dict[str, Any]:
    """The parameters without those that are None."""
    return {name: value for name, value in order.params.items() if value is not None}


def order(site: Installation, key: Key, song: int | None = None) -> int:
    """Creates the task over REST, from ``song`` where it needs a source; returns our id of the task."""
    wanted = ORDERS[key]
    body = {"provider": key[0], "operation": key[1], "params": params(wanted)}
    source = {"source_track": song} if wanted.from_song else {}
    answer = site.api("POST", "tasks/", json=body | source)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def songs_of(site: Installation, *names: str) -> dict[str, int]:
    """The id of an archived song of each of these providers, to make things from."""
    ordered = {name: order(site, (name, "generate")) for name in names}
    return {name: int(site.archived(task)[0]["id"]) for name, task in ordered.items()}


def finished(site: Installation, task_id: int) -> Any:
    """The task, once it has ended and nothing of it waits to be archived."""

    def poll() -> Any:
        task = site.task(task_id)
        archived = all(track["archive"] in ("none", "complete", "incomplete") for track in task["tracks"])
        return task if task["finished_at"] and archived else None

    return until(poll, what=f"the end of task {task_id}")


def check(order: Order, task: Any) -> None:
    """Asserts that the finished task has the results of its order, and that every file is archived."""
    assert task["status"] == "succeeded", task["error"]
    assert len(task["tracks"]) >= order.results
    for track in task["tracks"]:
        assert track["kind"] == order.kind
        assert {one["kind"] for one in track["assets"]} >= order.files
        assert all(one["status"] == "archived" for one in track["assets"]), track["assets"]
        assert order.kind != "lyrics" or track["lyrics"]
