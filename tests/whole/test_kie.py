"""The whole installation with an account at kie.ai: its numbers and addresses, and signed callbacks."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.installation import Installation
from tests.support.orders import ORDERS, check, finished, order, songs_of
from tests.support.waiting import PATIENCE, until
from tracks.providers.suno.signature import sign

KEY = "shared with kie"
SUNO = [key for key in ORDERS if key[0] == "suno"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """It polls so seldom that without callbacks nothing would end in time."""
    settings = {"SUNO_DIALECT": "kie", "SUNO_WEBHOOK_KEY": KEY, "POLL_FIRST": "600"}
    options = ("--dialect", "kie", "--webhook-key", KEY)
    with Installation(tmp_path_factory.mktemp("kie"), settings, options) as installation:
        yield installation


@pytest.fixture(scope="module")
def song(site: Installation) -> int:
    return songs_of(site, "suno")["suno"]


@pytest.fixture(scope="module")
def ordered(site: Installation, song: int) -> dict[str, int]:
    return {key[1]: order(site, key, song) for key in SUNO}


@pytest.mark.parametrize("operation", [key[1] for key in SUNO])
def test_it_is_made_and_kept(site: Installation, ordered: dict[str, int], operation: str) -> None:
    check(ORDERS["suno", operation], finished(site, ordered[operation]))


def forge(site: Installation, task: Any, key: str) -> tuple[int, str]:
    """Tells of a song never made, signed with a key or not at all: the answer, the body's digest."""
    bought = next(one for one in site.submits() if one["id"] == task["external_id"])
    song = {"id": "forged-song", "audio_url": "https://forged.example/a.mp3", "title": f"Forged {len(key)}"}
    data = {"callbackType": "complete", "task_id": bought["id"], "data": [song]}
    moment = str(int(time.time()))
    signature = {"X-Webhook-Timestamp": moment, "X-Webhook-Signature": sign(key, bought["id"], moment)}
    raw = json.dumps({"code": 200, "msg": "All generated successfully.", "data": data}).encode()
    headers = {"Content-Type": "application/json", **(signature if key else {})}
    answer = requests.post(bought["callback_url"], data=raw, headers=headers, timeout=PATIENCE)
    return answer.status_code, hashlib.sha256(raw).hexdigest()


def outcome(site: Installation, digest: str) -> str:
    """What the callback with this body came to; blank as long as it was not read."""
    query = "SELECT outcome FROM callbacks_callbackevent WHERE sha256 = %s AND due_at IS NULL"
    return next((str(row[0]) for row in site.rows(query, digest)), "")


@pytest.mark.parametrize(
    ("key", "status", "recorded"),
    [("", 401, "unverified"), ("another key", 401, "unverified"), (KEY, 200, "readback")],
)
def test_no_word_of_a_forged_callback_is_believed(
    site: Installation, ordered: dict[str, int], key: str, status: int, recorded: str
) -> None:
    """Not even of one that is signed with our key: the signature does not cover the body."""
    task = finished(site, ordered["generate"])
    answered, digest = forge(site, task, key)
    assert answered == status
    until(lambda: outcome(site, digest) == recorded, what=f"its being {recorded}")
    assert [track["title"] for track in site.task(task["id"])["tracks"]] == ["Harbour Lights"] * 2
