"""Parameters that Suno API takes, by operation and mode."""

from __future__ import annotations

TEXTS = {"prompt": "la", "style": "pop", "title": "T"}
IDS = {"taskId": "aa11", "audioId": "c1"}
SIMPLE = {"customMode": False, "instrumental": False, "model": "V5", "prompt": "calm harbour"}
CUSTOM = {"customMode": True, "instrumental": False, "model": "V5", **TEXTS}
EXTEND = {"audioId": "c1", "defaultParamFlag": True, "model": "V5", "continueAt": 60, **TEXTS}
UPLOAD = {"uploadUrl": "https://x.example/a.mp3"}
SECTION = {**IDS, "prompt": "la", "tags": "pop", "title": "T", "infillStartS": 10.5, "infillEndS": 20.75}
