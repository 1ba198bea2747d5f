"""Composes a take in full: sections that differ in loudness and in who plays, and an ending."""

from __future__ import annotations

import random
from collections.abc import Sequence

from musicgen.simulator.music.accompaniment import accompany, last_chord
from musicgen.simulator.music.bands import Band
from musicgen.simulator.music.passages import Passage, plan
from musicgen.simulator.music.score import FADE, Score, Section
from musicgen.simulator.music.singing import motif, sing_line
from musicgen.simulator.music.songbook import Recipe

FIRST_TAG, TAG_SECONDS = 0.1, 0.02
PACES = (1.0, 0.955, 1.035, 0.98)  # of the takes of one request
ENDINGS = ("ring", "fade", "hard")
RINGING_OUT = {"fade": 0.0, "ring": 3.0, "hard": 0.45}  # seconds after the last bar


def arrange(recipe: Recipe, band: Band) -> Score:
    """The whole take: another one of the same song has another plan, key, pace and ending."""
    dice = random.Random(recipe.whole.key)  # noqa: S311  it decides notes, no secrets
    beat = 60 / recipe.theme.tempo * PACES[recipe.take % len(PACES)]
    ending = ENDINGS[(ENDINGS.index(band.ending) + recipe.take) % len(ENDINGS)]
    passages = plan(recipe, band, ending, beat * band.meter, dice)
    bars = passages[-1].bar + passages[-1].bars
    duration = round(bars * band.meter * beat + RINGING_OUT[ending], 3)
    score = Score(recipe, beat, duration, meter=band.meter, harmony=_harmony(recipe, passages))
    accompany(score, band, passages, dice)
    if ending == "fade":
        score.fade = passages[-1].bars * band.meter * beat
    else:
        last_chord(score, band, bars, *((4, 0.6) if ending == "ring" else (0.6, 1.1)))
        score.fade = FADE if ending == "ring" else 0.1
    _sing(score, passages, dice)
    return score


def _harmony(recipe: Recipe, passages: Sequence[Passage]) -> tuple[int, ...]:
    """One chord a bar: each section begins the theme's chords anew, a bridge has them backwards."""
    chords = recipe.theme.chords
    return tuple(
        (chords[::-1] if passage.kind == "bridge" else chords)[bar % len(chords)]
        for passage in passages
        for bar in range(passage.bars)
    )


def _sing(score: Score, passages: Sequence[Passage], dice: random.Random) -> None:
    """All lines, with tags as TemPolor sends them, a newline before each but the first."""
    tunes: dict[str, tuple[list[int], list[int]]] = {}
    for passage in passages:
        at = passage.bar * score.meter
        if passage.tag:
            start = max(at * score.beat, FIRST_TAG if not score.sections else 0.0)
            text = "\n" + passage.tag if score.sections else passage.tag
            score.sections.append(Section(round(start, 3), round(start + TAG_SECONDS, 3), text))
        tune = tunes.setdefault(passage.kind, (motif(dice), motif(dice)))
        room = passage.bars // max(1, len(passage.lines)) * score.meter
        for count, line in enumerate(passage.lines):
            _line(score, passage, line, at + count * room, room * 0.75, tune[count % 2])


def _line(score: Score, passage: Passage, line: str, slot: float, room: float, tune: list[int]) -> None:
    """A line in parentheses is sung in the background, higher and softer."""
    is_behind = line.startswith("(") and line.endswith(")")
    lift = (2 if passage.kind == "chorus" else 0) + (4 if is_behind else 0)
    gain = (0.2 + 0.8 * passage.level) * (0.5 if is_behind else 1)
    steps = [step + lift for step in tune]
    score.sections.append(sing_line(score, line, slot, room, steps, gain))
