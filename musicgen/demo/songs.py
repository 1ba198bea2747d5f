"""What the user of the demo does: orders, what is made from songs later, and reviews.

The songs themselves are the simulator's (`musicgen/simulator/music/repertoire.py`): it fails one, keeps one
waiting, sends one lyric timing late and mishears one word, as the song's entry there says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from musicgen.simulator.music.repertoire import words

Params = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """One request. `name`: for what follows from it. `is_patient`: the next orders do not wait for it."""

    name: str
    provider: str
    operation: str
    params: Params
    is_patient: bool = False


@dataclass(frozen=True)
class FollowUp:
    """What is ordered from a take of an order, once it is ready."""

    source: str
    operation: str
    params: Params = field(default_factory=dict)
    take: int = 0


@dataclass(frozen=True)
class StagedReview:
    """What is said of a take, once it is ready: review, rating, notes; and where it is put."""

    source: str
    take: int
    changes: Params
    tags: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()


def _custom(title: str, style: str, lyric: str) -> Params:
    own = {"title": title, "style": style, "prompt": lyric}
    return {"customMode": True, "instrumental": False, "model": "V5", **own}


def _described(prompt: str, model: str = "V5") -> Params:
    return {"customMode": False, "instrumental": False, "model": model, "prompt": prompt}


# The first songs that are playable, one that fails and one that keeps being generated: ordered at once.
FIRST_ORDERS = (
    Order(
        "harbour",
        "tempolor",
        "generate",
        {
            "model": "TemPolor v4.5",
            "prompt": "calm folk waltz about a harbour at night",
            "lyrics": words("harbour-lamps"),
        },
    ),
    Order(
        "lanterns",
        "suno",
        "generate",
        _custom("Paper Lanterns", "dream pop, warm synths", words("paper-lanterns")),
    ),
    Order(
        "rain street",
        "tempolor",
        "generate",
        {
            "model": "TemPolor v4.6",
            "prompt": "温柔的雨夜民谣，男声，钢琴先起，第二段副歌加弦乐",
            "lyrics": words("rain-street"),
        },
    ),
    Order("elevator", "suno", "generate", _custom("Glass Elevator", "art pop", words("glass-elevator"))),
    Order(
        "bell",
        "suno",
        "generate",
        _described("Harbour bell at dawn, slow choir, no drums"),
        is_patient=True,
    ),
)
# These follow one after another, so that the first songs need not share the processor with them.
LATER_ORDERS = (
    Order(
        "tram",
        "suno",
        "generate",
        _custom("Midnight Tram", "synthwave, 118 bpm, analogue bass", words("night-tram")),
    ),
    Order(
        "window",
        "suno",
        "generate",
        _custom("אור בחלון", "Israeli folk, oud, warm male voice", words("window-light")),
    ),
    Order(
        "marmalade",
        "suno",
        "generate",
        _custom(
            "The Long and Slightly Improbable Voyage of the Good Ship Marmalade",
            "sea shanty, accordion, stomping crew",
            words("marmalade"),
        ),
    ),
    Order(
        "ticket",
        "tempolor",
        "generate",
        {
            "model": "TemPolor v4.6",
            "prompt": "city pop、冬の朝の始発列車、女性ボーカル",
            "lyrics": words("winter-ticket"),
        },
    ),
    Order("oh", "suno", "generate", _custom("Oh", "hyperpop, glitch, 156 bpm", words("oh"))),
    Order(
        "rain piano",
        "tempolor",
        "instrumental",
        {"model": "TemPolor i3.5", "prompt": "slow piano over soft rain"},
    ),
    Order(
        "train",
        "suno",
        "generate",
        _described("a bright indie song about the first train of the morning", "V4_5"),
    ),
    Order(
        "lamplight",
        "suno",
        "generate",
        {
            "customMode": True,
            "instrumental": True,
            "model": "V5",
            "title": "Lamplight Arithmetic",
            "style": "lo-fi beats, dusty piano, vinyl",
        },
    ),
    Order(
        "cups",
        "tempolor",
        "generate",
        {
            "model": "TemPolor v4.5",
            "prompt": "bossa nova for two old cups and a Sunday",
            "lyrics": words("two-cups"),
        },
        is_patient=True,
    ),
)

_MORE_LANTERNS = """[Verse 3]
The last one took the letter that I wrote
And read it to the rooftops on its way
[Chorus]
Paper lanterns, paper lanterns
None of them is coming down
[Outro]
None of them, none of them"""

FOLLOW_UPS = (
    FollowUp("lanterns", "wav"),
    FollowUp(
        "lanterns",
        "extend",
        {
            "defaultParamFlag": True,
            "model": "V5",
            "continueAt": 30,
            "title": "Paper Lanterns, going on",
            "style": "dream pop, warm synths",
            "prompt": _MORE_LANTERNS,
        },
    ),
    FollowUp("harbour", "stems"),
)

AUTUMN, MORNINGS, HEBREW = "Autumn campaign", "Café, mornings", "Hebrew pilot"

REVIEWS = (
    StagedReview(
        "lanterns",
        0,
        {
            "review": "approved",
            "rating": 5,
            "notes": "The breath before the last chorus is lovely. Keep it in any replacement.",
        },
        ("slow", "duet"),
        (AUTUMN, MORNINGS),
    ),
    StagedReview(
        "lanterns", 1, {"review": "rejected", "rating": 2, "notes": "Good voice, but the break is empty."}
    ),
    StagedReview("harbour", 0, {"rating": 4, "notes": "“boot” instead of “boat” in the first verse."}),
    StagedReview("rain street", 0, {"review": "approved", "rating": 4}, ("slow",), (MORNINGS,)),
    StagedReview("rain street", 1, {"rating": 3}),
    StagedReview("tram", 0, {"review": "approved", "rating": 4}, ("night",), (AUTUMN,)),
    StagedReview("window", 0, {"rating": 5}, ("Hebrew",), (HEBREW,)),
    StagedReview(
        "marmalade",
        0,
        {"review": "approved", "rating": 5, "notes": "The whole office sings it."},
        ("fast",),
        (AUTUMN,),
    ),
    StagedReview("marmalade", 1, {"review": "rejected", "rating": 1, "notes": "Too fast for the chorus."}),
    StagedReview("oh", 1, {"review": "rejected", "rating": 2}),
    StagedReview("ticket", 1, {"review": "approved"}),
)

SEARCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("Five stars", {"rating": "5"}),
    ("Slow and approved", {"tag": "slow", "review": "approved"}),
)
