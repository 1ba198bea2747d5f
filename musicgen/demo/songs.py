"""The requests of the demo: both providers, sung and instrumental, one failure, two scripts."""

from __future__ import annotations

from typing import Any

_HARBOUR = """[Verse]
The harbour folds its lanterns one by one
A rope lets go of everything it held
[Chorus]
Oh carry me slow, carry me low
The tide has a story the sailors don't know
[Outro]
Slow, slow, home"""

_LANTERNS = """[Verse]
We folded all the quarrels into light
And let them go above the sleeping town
[Chorus]
Paper lanterns, paper lanterns
None of them is coming down
[Outro]
None of them, none of them"""

_NIGHT_TRAIN = """[主歌]
夜车穿过沉睡的山谷
窗外的灯像慢慢的河
[副歌]
带我回家吧 带我回家
风在唱你没说完的话"""

SONGS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "tempolor",
        "generate",
        {"model": "TemPolor v4.5", "prompt": "calm folk waltz about a harbour at night", "lyrics": _HARBOUR},
    ),
    (
        "tempolor",
        "generate",
        {"model": "TemPolor v4.6", "prompt": "温柔的雨夜民谣，女声", "lyrics": _NIGHT_TRAIN},
    ),
    ("tempolor", "instrumental", {"model": "TemPolor i3.5", "prompt": "slow piano over soft rain"}),
    (
        "suno",
        "generate",
        {
            "customMode": True,
            "instrumental": False,
            "model": "V5",
            "title": "Paper Lanterns",
            "style": "dream pop, warm synths",
            "prompt": _LANTERNS,
        },
    ),
    (
        "suno",
        "generate",
        {
            "customMode": False,
            "instrumental": False,
            "model": "V4_5",
            "prompt": "a bright indie song about the first train of the morning [[shuffle]] [[duplicate]]",
        },
    ),
    (
        "suno",
        "generate",
        {
            "customMode": False,
            "instrumental": False,
            "model": "V5",
            "prompt": "a song that resembles a famous one too much [[fail:400]]",
        },
    ),
]

_MORE_LANTERNS = """[Verse]
The last one took the letter that I wrote
And read it to the rooftops on its way
[Outro]
None of them, none of them"""

# Made from the songs above once they are ready: (index of the song, operation, params).
FOLLOW_UPS: list[tuple[int, str, dict[str, Any]]] = [
    (3, "wav", {}),
    (
        3,
        "extend",
        {
            "defaultParamFlag": True,
            "model": "V5",
            "continueAt": 14,
            "title": "Paper Lanterns, going on",
            "style": "dream pop, warm synths",
            "prompt": _MORE_LANTERNS,
        },
    ),
    (0, "stems", {}),
]
