"""How each style of the repertoire is played: drums, timbres, figures, contrast and ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EIGHTHS = tuple(eighth / 2 for eighth in range(8))
SIXTEENTHS = tuple(sixteenth / 4 for sixteenth in range(16))
# Beats of a bar on which each drum is struck.
GROOVES: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "ballad": {"kick": (0, 2.5), "brush": (2,), "hat": (0, 1, 2, 3)},
    "straight": {"kick": (0, 2, 2.5), "brush": (1, 3), "hat": EIGHTHS},
    "four": {"kick": (0, 1, 2, 3), "brush": (1, 3), "hat": (0.5, 1.5, 2.5, 3.5)},
    "frantic": {
        "kick": (0, 0.75, 1.5, 2, 2.75, 3.5),
        "brush": (1, 3),
        "hat": SIXTEENTHS,
    },
    "waltz": {"kick": (0,), "brush": (1, 2), "hat": (0, 1, 2)},
    "stomp": {"kick": (0, 1.5, 2, 3.5), "brush": (1, 3), "hat": (0, 2)},
    "bossa": {"kick": (0, 1.5, 2, 3.5), "brush": (0, 1.5, 3), "hat": EIGHTHS},
    "lazy": {"kick": (0, 1.75, 2.5), "brush": (1, 3), "hat": (0, 0.66, 1, 1.66, 2, 2.66, 3, 3.66)},
    "none": {},
}


@dataclass(frozen=True)
class Band:
    """Who plays, and how.

    `meter`: beats of a bar. `figure`: chord steps of the plucked string, one per eighth, None for a rest.
    `contrast`: 0 for equally loud sections, 1 for very different ones. `ending`: fade, hard or ring.
    """

    groove: str
    pad: str = "warm"
    pluck: str = "guitar"
    bass: str = "round"
    bell: str = "tine"
    meter: int = 4
    figure: tuple[int | None, ...] = (0, 4, 2, 7, 0, 4, 2, 7)
    contrast: float = 0.8
    ending: str = "ring"
    loudness: float = 1.0


WALTZ = Band(
    "waltz", "accordion", "guitar", meter=3, figure=(0, None, 4, 7, 2, 4), contrast=0.7, ending="ring"
)
DREAM_POP = Band("straight", "strings", "guitar", "round", contrast=0.85, ending="fade", loudness=1.05)
SYNTHWAVE = Band(
    "four", "saw", "sequence", "saw", "lead", figure=(0, 7, 0, 4, 0, 7, 2, 4), contrast=0.6, ending="fade"
)
MANDOPOP = Band(
    "ballad", "strings", "piano", "round", "flute", figure=(0, None, 4, 2, 7, None, 4, 2), contrast=0.95
)
OUD_FOLK = Band(
    "bossa", "warm", "oud", "round", "flute", figure=(0, 0, 2, 1, 0, 4, 2, 0), contrast=0.65, ending="hard"
)
SHANTY = Band("stomp", "accordion", "banjo", "round", "flute", contrast=0.45, ending="hard", loudness=1.1)
HYPERPOP = Band(
    "frantic",
    "saw",
    "sequence",
    "saw",
    "lead",
    figure=(0, 4, 7, 4, 9, 7, 4, 2),
    contrast=0.5,
    ending="hard",
    loudness=1.3,
)
CITY_POP = Band("straight", "warm", "piano", "saw", "lead", figure=(0, None, 4, 2, None, 4, 7, None))
INDIE = Band("straight", "warm", "banjo", "round", "lead", contrast=0.7, ending="hard")
BOSSA = Band(
    "bossa", "warm", "guitar", "round", "flute", contrast=0.45, figure=(0, 4, None, 2, 4, None, 7, 2)
)
AMBIENT = Band("none", "strings", "piano", "sub", "flute", contrast=0.75, ending="fade", loudness=1.2)
RAIN_PIANO = Band(
    "none",
    "strings",
    "piano",
    "sub",
    figure=(0, None, 4, None, 7, None, 9, 7),
    contrast=0.9,
    ending="ring",
    loudness=1.35,
)
LO_FI = Band("lazy", "warm", "piano", "sub", "tine", figure=(0, None, 4, 2, None, 7, None, 4), ending="fade")
CHOIR = Band("none", "choir", "guitar", "sub", "tine", contrast=0.8, ending="fade", loudness=1.3)
