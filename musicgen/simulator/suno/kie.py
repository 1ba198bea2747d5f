"""Suno's bodies as kie.ai writes them, where they differ from docs.sunoapi.org, and its signature.

https://docs.kie.ai/suno-api/generate-music-callbacks , .../generate-lyrics-callbacks ,
.../separate-vocals-callbacks , https://dog-test.kie.ai/cn/suno-api/get-wav-details-cn ,
https://dog-test.kie.ai/cn/suno-api/get-vocal-separation-details-cn and
https://docs.kie.ai/common-api/webhook-verification
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]


def respell_callback(operation: str, body: Data) -> Data:
    """A callback's body in kie's spelling."""
    data = body["data"]
    if operation == "lyrics":
        rows = data["data"] and [_renamed(row, {"errorMessage": "error_message"}) for row in data["data"]]
        data = {**_renamed(data, {"taskId": "task_id"}), "data": rows}
    elif operation == "vocal-removal":
        data = _renamed(data, {"vocal_removal_info": "vocal_separation_info"})
    elif data.get("data"):
        data = {**data, "data": [_track(operation, track) for track in data["data"]]}
    return {**body, "data": data}


def respell_details(operation: str, data: Data) -> Data:
    """The `data` of a record-info in kie's spelling."""
    if operation == "wav":
        data = {**_renamed(data, {"status": "successFlag"}), "musicIndex": 0}
        response = data["response"]
        data["response"] = response and {"audioWavUrl": response["audio_wav_url"]}
    elif operation == "vocal-removal" and data["response"]:
        data = {**data, "response": _parts(data["response"]), "musicIndex": 0}
    elif operation == "video":
        data = {**data, **{name: _written(data[name]) for name in ("createTime", "completeTime")}}
    return data


def signature(key: str, task_id: str) -> dict[str, str]:
    """The headers of a signed callback: task id and time are signed, the body is not."""
    timestamp = str(int(time.time()))
    digest = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
    return {"X-Webhook-Timestamp": timestamp, "X-Webhook-Signature": base64.b64encode(digest).decode()}


def _track(operation: str, track: Data) -> Data:
    """Without links to the original store, and without a style where voices were added."""
    absent = ("tags",) if operation == "add-vocals" else ()
    return {
        name: value for name, value in track.items() if not name.startswith("source_") and name not in absent
    }


def _parts(response: Data) -> Data:
    """With two more keys, and the same links again as a list with names of its own."""
    rows = [
        {
            "duration": None,
            "audio_url": url,
            "stem_type_group_name": name.removesuffix("Url").title(),
            "id": name,
        }
        for name, url in response.items()
        if url
    ]
    return {"id": "", **response, "pianoUrl": None, "originData": rows}


def _written(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds / 1000))


def _renamed(data: Mapping[str, Any], names: Mapping[str, str]) -> Data:
    return {names.get(name, name): value for name, value in data.items()}
