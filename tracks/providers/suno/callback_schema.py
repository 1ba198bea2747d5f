"""The shape of Suno's callbacks, for the API's description; the parser reads far more shapes than this.

https://docs.sunoapi.org/suno-api/generate-music-callbacks (read 2026-11).
"""

from __future__ import annotations

from typing import Any

_SONG: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "audio_url": {"type": "string"},
        "stream_audio_url": {"type": "string"},
        "image_url": {"type": "string"},
        "prompt": {"type": "string", "description": "The lyric as it is sung."},
        "model_name": {"type": "string"},
        "title": {"type": "string"},
        "tags": {"type": "string"},
        "createTime": {"type": ["string", "number"]},
        "duration": {"type": ["number", "string", "null"], "description": "In seconds."},
    },
}
CALLBACK_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Suno callback",
    "description": "Files of other operations stand in `data` as links, such as `video_url`.",
    "properties": {
        "code": {"type": "integer", "description": "200, or why the task failed."},
        "msg": {"type": "string"},
        "data": {
            "type": ["object", "null"],
            "properties": {
                "callbackType": {"type": "string", "examples": ["text", "first", "complete", "error"]},
                "task_id": {"type": "string"},
                "data": {"type": ["array", "null"], "items": _SONG},
            },
        },
    },
}
