"""Composes a take: which note sounds when, and when each line of the lyric is sung."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache

from musicgen.simulator.music.arrangement import arrange
from musicgen.simulator.music.score import FADE, Note, Score, Section, Sung
from musicgen.simulator.music.singing import UPBEAT, motif, near_chord, sing_line
from musicgen.simulator.music.songbook import TAG, Piece, Recipe

BAR = 4  # beats
INTRO, OUTRO, RINGING_OUT = 1 * BAR, 2 * BAR, 1.2  # beats, beats, seconds
TAG_SECONDS = 0.02  # as in TemPolor's own sample
BELLS_BARS = 12


@lru_cache(maxsize=256)
def compose(recipe: Recipe) -> Score:
    """The whole take; the same recipe gives the same score."""
    if recipe.pieces:
        return _join(recipe)
    return arrange(recipe, recipe.theme.band) if recipe.theme.band else _write(recipe)


def spliced(*pieces: Piece) -> Recipe:
    """A take joined from parts of others; its text is what is sung in them."""
    sung_text = [
        part.text.strip()
        for piece in pieces
        for part in _cut(piece).sections
        if part.text.strip() in piece.recipe.text
    ]
    return replace(pieces[0].recipe, text=tuple(sung_text), pieces=pieces)


def _join(recipe: Recipe) -> Score:
    joined = Score(recipe, beat=0, duration=0)
    for piece in recipe.pieces:
        cut = _cut(piece)
        joined.notes += [_shifted(note, joined.duration) for note in cut.notes]
        joined.sections += [_shifted_section(part, joined.duration) for part in cut.sections]
        joined.duration, joined.fade = round(joined.duration + cut.duration, 3), cut.fade
    return joined


def _cut(piece: Piece) -> Score:
    """What begins within the piece, counted from its start; notes are cut at its end."""
    whole = compose(piece.recipe)
    start, end = piece.start, whole.duration if piece.end is None else min(piece.end, whole.duration)
    fade = whole.fade if piece.end is None else FADE
    cut = Score(piece.recipe, whole.beat, max(0.0, end - start), fade=fade)
    for note in whole.notes:
        if start <= note.start < end:
            cut.notes.append(_shifted(replace(note, length=min(note.length, end - note.start)), -start))
    for part in whole.sections:
        if start <= part.start < end:
            words = tuple(word for word in part.words if word.start < end)
            within = replace(part, end=min(part.end, end), words=words)
            cut.sections.append(_shifted_section(within, -start))
    return cut


def _shifted(note: Note, seconds: float) -> Note:
    return replace(note, start=note.start + seconds)


def _shifted_section(part: Section, seconds: float) -> Section:
    words = tuple(
        Sung(word.text, round(word.start + seconds, 3), round(word.end + seconds, 3)) for word in part.words
    )
    return Section(round(part.start + seconds, 3), round(part.end + seconds, 3), part.text, words)


def _write(recipe: Recipe) -> Score:
    dice = random.Random(recipe.whole.key)  # noqa: S311  it decides notes, no secrets
    beat = 60 / recipe.theme.tempo * (1 + 0.015 * (recipe.take % 4))
    middle = len(_sung(recipe)) * _line_beats(recipe) or BELLS_BARS * BAR
    beats = INTRO + middle + OUTRO
    score = Score(recipe, beat, round(beats * beat + RINGING_OUT, 3))
    _accompany(score, beats)
    if recipe.text:
        _sing(score, dice)
    else:
        _bells(score, dice, INTRO, middle)
        score.sections = [_tag("[intro]", 0.2)]
    _bells(score, dice, INTRO + middle, OUTRO)
    score.sections.append(Section(round((INTRO + middle) * beat, 3), score.duration, "\n[inst]"))
    return score


def _sung(recipe: Recipe) -> list[str]:
    return [line for line in recipe.text if not TAG.match(line)]


def _line_beats(recipe: Recipe) -> int:
    """Two bars a line; a long lyric is sung twice as fast, so that no song takes minutes."""
    return 2 * BAR if len(_sung(recipe)) <= 10 else BAR


def _tag(text: str, start: float) -> Section:
    return Section(round(start, 3), round(start + TAG_SECONDS, 3), text)


def _sing(score: Score, dice: random.Random) -> None:
    """Sections as TemPolor sends them: `[intro]`, tags with a newline before, lines with room between."""
    score.sections = [_tag("[intro]", 0.2)]
    slot, length = float(INTRO), _line_beats(score.recipe)
    motifs = [motif(dice), motif(dice)]
    tags, lift = 0, 0
    for count, text in enumerate(score.recipe.text):
        if TAG.match(text):
            line_start = (slot + UPBEAT) * score.beat  # no tag of many comes after the line
            start = min(slot * score.beat + 2 * TAG_SECONDS * tags, line_start - TAG_SECONDS)
            score.sections.append(_tag("\n" + text, start))
            tags, lift = tags + 1, 2 if "chorus" in text.lower() else 0
        else:
            score.sections.append(
                sing_line(score, text, slot, length * 0.75, [step + lift for step in motifs[count % 2]])
            )
            slot, tags = slot + length, 0


def _accompany(score: Score, beats: int) -> None:
    for bar in range(0, beats, BAR):
        chord = score.chord(bar)
        for third in (0, 2, 4):
            score.play("pad", bar, BAR, score.pitch(chord + third) + 12)
        _bass(score, bar, chord)
        for place in range(8):
            score.play("pluck", bar + place / 2, 1, score.pitch(chord + (0, 4, 2, 7)[place % 4]) + 12)
        if INTRO <= bar < beats - BAR:
            _drums(score, bar)


def _bass(score: Score, bar: int, chord: int) -> None:
    for place, length, octave in ((0, 1.5, 0), (1.5, 0.5, 0), (2, 1.5, 0), (3.5, 0.5, 7)):
        score.play("bass", bar + place, length, score.pitch(chord + octave) - 12)


def _drums(score: Score, bar: int) -> None:
    for place in (0, 2, 2.5):
        score.play("kick", bar + place, 0.5)
    for place in (1, 3):
        score.play("brush", bar + place, 0.5)
    for eighth in range(8):
        score.play("hat", bar + eighth / 2, 0.25)


def _bells(score: Score, dice: random.Random, start: int, beats: int) -> None:
    steps = motif(dice)
    for place in range(0, beats - 1):
        if place % 4 != 3:
            score.play(
                "bell", start + place, 1.5, score.pitch(near_chord(score, place, steps[place % 8])) + 24
            )
