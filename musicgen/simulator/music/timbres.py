"""The timbres of each instrument: strengths of the overtones, and how a note begins and dies away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timbre:
    """`overtones`: strength of each. `attack`, `release`: seconds. `decay`: e-folds a second, 0: held.

    `ringing`: seconds that a note sounds on. `detuned`: the share by which two tones lie beside the pitch.
    """

    overtones: tuple[float, ...]
    attack: float
    release: float
    decay: float = 0
    ringing: float = 0
    detuned: float = 0


def saw(overtones: int, power: float = 1) -> tuple[float, ...]:
    """The overtones of a saw-tooth wave, the duller the higher the power."""
    return tuple(1 / step**power for step in range(1, overtones + 1))


TIMBRES: Mapping[str, Mapping[str, Timbre]] = {
    "pad": {
        "warm": Timbre(saw(8, 1.6), 0.35, 0.5, ringing=0.25, detuned=0.003),
        "strings": Timbre(saw(8, 1.2), 0.6, 0.7, ringing=0.4, detuned=0.004),
        "saw": Timbre(saw(10), 0.02, 0.2, ringing=0.1, detuned=0.006),
        "accordion": Timbre((1, 0.7, 0.8, 0.35, 0.5, 0.2, 0.3), 0.06, 0.1, ringing=0.05, detuned=0.004),
        "choir": Timbre((1, 0.8, 0.9, 0.5, 0.2, 0.1, 0.15), 0.5, 0.8, ringing=0.5, detuned=0.005),
    },
    "pluck": {
        "guitar": Timbre((1, 0.5, 0.35, 0.2, 0.12, 0.06), 0.004, 0.05, decay=6),
        "piano": Timbre((1, 0.55, 0.3, 0.22, 0.1, 0.07, 0.04), 0.003, 0.2, decay=2.6, ringing=0.5),
        "oud": Timbre((1, 0.9, 0.7, 0.5, 0.4, 0.3, 0.2), 0.002, 0.04, decay=9),
        "banjo": Timbre((0.6, 1, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2), 0.002, 0.04, decay=13),
        "sequence": Timbre(saw(9), 0.003, 0.03, decay=8),
    },
    "bass": {
        "round": Timbre((1, 0.5, 0.25, 0.1), 0.008, 0.06, decay=1.4),
        "saw": Timbre(saw(7, 1.1), 0.006, 0.03, decay=2),
        "sub": Timbre((1, 0.2), 0.03, 0.2),
    },
    "bell": {
        "lead": Timbre((1, 0, 0.5, 0, 0.3, 0, 0.15), 0.02, 0.1, detuned=0.002),
        "flute": Timbre((1, 0.25, 0.08), 0.08, 0.2, ringing=0.1),
    },
}
# A held tone sounds louder than one that dies away.
SOFTER = {"lead": 0.4, "flute": 0.7, "saw": 0.75, "accordion": 0.7, "choir": 1.1, "sub": 1.1, "sequence": 0.6}
