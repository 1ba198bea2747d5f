"""Composes a take: which note sounds when, and when each line of the lyric is sung."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from musicgen.simulator.music.songbook import TAG, Piece, Recipe

BAR = 4  # beats
INTRO, OUTRO, RINGING_OUT = 1 * BAR, 2 * BAR, 1.2  # beats, beats, seconds
TAG_SECONDS = 0.02  # as in TemPolor's own sample
UPBEAT = 0.5  # beats before a line is sung
BELLS_BARS = 12
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
SYLLABLE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)


@dataclass(frozen=True)
class Note:
    """One sound: start and length in seconds, pitch as a MIDI number, `word` for the singer's vowel."""

    instrument: str
    start: float
    length: float
    pitch: float = 0
    word: str = ""


@dataclass(frozen=True)
class Sung:
    """A word as it stands in its line, with what follows up to the next one; times in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Section:
    """One entry of the lyric timing, in seconds; tags stand in square brackets and have no words."""

    start: float
    end: float
    text: str
    words: tuple[Sung, ...] = ()


@dataclass
class Score:
    """A composed take; `duration` in seconds is the exact length of its audio."""

    recipe: Recipe
    beat: float
    duration: float
    notes: list[Note] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def pitch(self, step: int) -> int:
        """The MIDI note of a scale step; step 7 is an octave up."""
        scale = MINOR if self.recipe.theme.minor else MAJOR
        return self.recipe.theme.root + 2 * (self.recipe.take % 3) + scale[step % 7] + 12 * (step // 7)

    def chord(self, beat: float) -> int:
        """The scale step of the chord that sounds at a beat."""
        chords = self.recipe.theme.chords
        return chords[int(beat // BAR) % len(chords)]

    def play(self, instrument: str, beat: float, beats: float, pitch: float = 0, word: str = "") -> None:
        """Write a note, places in beats."""
        self.notes.append(Note(instrument, beat * self.beat, beats * self.beat, pitch, word))


@lru_cache(maxsize=256)
def compose(recipe: Recipe) -> Score:
    """The whole take; the same recipe gives the same score."""
    return _join(recipe) if recipe.pieces else _write(recipe)


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
        joined.duration = round(joined.duration + cut.duration, 3)
    return joined


def _cut(piece: Piece) -> Score:
    """What begins within the piece, counted from its start; notes are cut at its end."""
    whole = compose(piece.recipe)
    start, end = piece.start, whole.duration if piece.end is None else min(piece.end, whole.duration)
    cut = Score(piece.recipe, whole.beat, max(0.0, end - start))
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
    dice = random.Random(recipe.key)  # noqa: S311
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


def syllables(line: str) -> list[str]:
    """The units that are sung on one note each: a word, or a character of Chinese, Japanese and Korean."""
    return SYLLABLE.findall(re.sub(r"[，。！？、,.!?;:…]+", " ", line)) or [line]


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
    motifs = [_motif(dice), _motif(dice)]
    tags, lift = 0, 0
    for count, text in enumerate(score.recipe.text):
        if TAG.match(text):
            line_start = (slot + UPBEAT) * score.beat  # no tag of many comes after the line
            start = min(slot * score.beat + 2 * TAG_SECONDS * tags, line_start - TAG_SECONDS)
            score.sections.append(_tag("\n" + text, start))
            tags, lift = tags + 1, 2 if "chorus" in text.lower() else 0
        else:
            score.sections.append(_sing_line(score, text, slot, [step + lift for step in motifs[count % 2]]))
            slot, tags = slot + length, 0


def _sing_line(score: Score, text: str, slot: float, motif: list[int]) -> Section:
    words = syllables(text)
    room = _line_beats(score.recipe) * 0.75
    place = first = slot + UPBEAT
    octave = 12 if score.recipe.theme.root < 53 else 0
    sung = []
    written = _as_written(text, words)
    for word, beats, step, letters in zip(
        words, _rhythm(len(words), room), _cycle(motif), written, strict=False
    ):
        if score.recipe.voice:
            pitch = score.pitch(_near_chord(score, place, step)) + octave
            score.play("voice", place, beats * 0.93, pitch, word)
            end = round((place + beats * 0.93) * score.beat, 3)
            sung.append(Sung(letters, round(place * score.beat, 3), end))
        place += beats
    end = round((place - 0.05) * score.beat, 3)
    return Section(round(first * score.beat, 3), end, text, tuple(sung))


def _as_written(line: str, words: list[str]) -> list[str]:
    """The line cut before each word, so that blanks and marks stay with the word before them."""
    starts, place = [], 0
    for word in words:
        place = line.index(word, place)
        starts.append(place)
        place += len(word)
    return [line[start:end] for start, end in pairwise([0, *starts[1:], len(line)])]


def _motif(dice: random.Random) -> list[int]:
    """A walk over scale steps that stays within an octave."""
    steps = [dice.choice((0, 2, 4))]
    while len(steps) < 16:
        steps.append(min(7, max(-2, steps[-1] + dice.choice((-2, -1, -1, 0, 1, 1, 2)))))
    return steps


def _cycle(motif: list[int]) -> Iterator[int]:
    while True:
        yield from motif


def _near_chord(score: Score, beat: float, step: int) -> int:
    """On a strong beat the singer moves to the nearest note of the chord."""
    if beat % 2:
        return step
    chord = score.chord(beat)
    return min(
        (step, step + 1, step - 1), key=lambda near: ((near - chord) % 7 not in (0, 2, 4), abs(near - step))
    )


def _rhythm(count: int, room: float) -> list[float]:
    """Beats per syllable that fill the room: eighths, the last one and then each second one held longer."""
    if count * 0.5 > room:
        return [room / count] * count
    beats = [0.5] * count
    order = [count - 1, *range(0, count, 2), *range(1, count, 2)]
    for turn in range(int((room - count * 0.5) / 0.5)):
        beats[order[turn % len(order)]] += 0.5
    return beats


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
    motif = _motif(dice)
    for place in range(0, beats - 1):
        if place % 4 != 3:
            score.play(
                "bell", start + place, 1.5, score.pitch(_near_chord(score, place, motif[place % 8])) + 24
            )
