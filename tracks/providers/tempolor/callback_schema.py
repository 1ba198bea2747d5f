"""The shape of TemPolor's callbacks, for the API's description; the parser reads more shapes than this.

https://platform.tempolor.com/docs (read 2026-11).
"""

from __future__ import annotations

from typing import Any

_ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["item_id"],
    "properties": {
        "item_id": {"type": "string"},
        "status": {
            "type": "string",
            "examples": ["running", "main_succeeded", "succeeded", "part_failed", "failed"],
        },
        "event": {"type": ["string", "null"], "description": "Which of the callbacks of a song it is."},
        "title": {"type": "string"},
        "style": {"type": "string"},
        "model": {"type": "string"},
        "duration": {"type": ["number", "null"], "description": "In seconds."},
        "audio_url": {"type": "string"},
        "audio_hi_url": {"type": "string"},
        "stems_url": {"type": "string"},
        "lyric": {"type": "string"},
        "lyrics_sections": {"type": "array", "items": {"type": "object"}},
    },
}
CALLBACK_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "TemPolor callback",
    "description": "One list, under the name of what was made.",
    "properties": {
        kind: {"type": "array", "items": _ITEM} for kind in ("songs", "instrumentals", "lyrics", "stems")
    },
}
