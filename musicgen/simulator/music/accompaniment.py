"""Writes what the band plays below the voice, section by section."""

from __future__ import annotations

import random
from collections.abc import Sequence

from musicgen.simulator.music.bands import GROOVES, Band
from musicgen.simulator.music.passages import Passage
from musicgen.simulator.music.score import Score
from musicgen.simulator.music.singing import motif, near_chord

DRUM_BEATS = {"kick": 0.5, "brush": 0.5, "hat": 0.25}


def accompany(score: Score, band: Band, passages: Sequence[Passage], dice: random.Random) -> None:
    """Write the notes of all instruments but the voice."""
    tunes = {kind: motif(dice) for kind in sorted({passage.kind for passage in passages})}
    for passage in passages:
        for bar in range(passage.bar, passage.bar + passage.bars):
            is_last = bar == passage.bar + passage.bars - 1
            if passage.stops and is_last:
                continue
            gain = passage.loudness(bar) * band.loudness * dice.uniform(0.9, 1.06)
            _bar(score, band, passage, bar, gain)
            if "bell" in passage.players:
                _melody(score, band, bar, tunes[passage.kind], gain)
            if "drums" in passage.players and is_last and passage.bars > 2:
                _fill(score, band, bar, gain)


def last_chord(score: Score, band: Band, bar: int, beats: float, loudness: float) -> None:
    """The whole band on the first beat of a bar, for so long."""
    at, chord, gain = bar * score.meter, score.chord(0), loudness * band.loudness
    for third in (0, 2, 4):
        pitch = score.pitch(chord + third) + 12
        score.play("pad", at, beats, pitch, timbre=band.pad, gain=gain)
        score.play("pluck", at, beats, pitch, timbre=band.pluck, gain=gain)
    score.play("bass", at, beats, score.pitch(chord) - 12, timbre=band.bass, gain=gain)
    if band.groove != "none":
        score.play("kick", at, 0.5, gain=gain)


def _bar(score: Score, band: Band, passage: Passage, bar: int, gain: float) -> None:
    at, players = bar * score.meter, passage.players
    chord = score.chord(at)
    if "pad" in players:
        for third in (0, 2, 4):
            pitch = score.pitch(chord + third) + 12
            score.play("pad", at, score.meter, pitch, timbre=band.pad, gain=gain)
    if "bass" in players:
        _bass(score, band, at, chord, gain)
    if "pluck" in players:
        _figure(score, band, at, chord, gain)
    if "drums" in players:
        _drums(score, band, passage, at, gain)


def _bass(score: Score, band: Band, at: float, chord: int, gain: float) -> None:
    pitch = score.pitch(chord) - 12
    if band.bass == "saw":
        for eighth in range(score.meter * 2):
            score.play("bass", at + eighth / 2, 0.45, pitch, timbre="saw", gain=gain)
        return
    half = score.meter - score.meter // 2
    score.play("bass", at, half - 0.25, pitch, timbre=band.bass, gain=gain)
    fifth = score.pitch(chord + 4) - 24
    score.play("bass", at + half, score.meter - half - 0.1, fifth, timbre=band.bass, gain=gain * 0.85)


def _figure(score: Score, band: Band, at: float, chord: int, gain: float) -> None:
    for eighth in range(score.meter * 2):
        step = band.figure[eighth % len(band.figure)]
        if step is not None:
            accent = 1.0 if eighth % 2 == 0 else 0.75
            pitch = score.pitch(chord + step) + 12
            score.play("pluck", at + eighth / 2, 1, pitch, timbre=band.pluck, gain=gain * accent)


def _drums(score: Score, band: Band, passage: Passage, at: float, gain: float) -> None:
    for drum, places in GROOVES[band.groove].items():
        if passage.kind in ("verse", "intro") and drum == "brush" and passage.level < 0.55:
            continue
        for place in places:
            if place < score.meter:
                score.play(drum, at + place, DRUM_BEATS[drum], gain=gain)


def _fill(score: Score, band: Band, bar: int, gain: float) -> None:
    """Drums that lead over into the next section."""
    if band.groove == "none":
        return
    at = (bar + 1) * score.meter
    for place in range(4):
        score.play("brush", at - 1 + place / 4, 0.5, gain=gain * (0.7 + 0.2 * place))


def _melody(score: Score, band: Band, bar: int, steps: list[int], gain: float) -> None:
    at = bar * score.meter
    for beat in range(score.meter):
        if (bar * 3 + beat) % 4 != 3:
            step = near_chord(score, at + beat, steps[(bar % 2 * score.meter + beat) % len(steps)])
            pitch = score.pitch(step) + 24
            score.play("bell", at + beat, 1.2, pitch, timbre=band.bell, gain=gain)
