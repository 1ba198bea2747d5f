"""Sets a line of a lyric to a melody, one note a syllable."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from musicgen.simulator.music.score import Score, Section, Sung

UPBEAT = 0.5  # beats before a line is sung
SYLLABLE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)


def syllables(line: str) -> list[str]:
    """The units that are sung on one note each: a word, or a character of Chinese, Japanese and Korean."""
    return SYLLABLE.findall(re.sub(r"[，。！？、,.!?;:…]+", " ", line)) or [line]


def sing_line(
    score: Score, text: str, slot: float, room: float, motif: list[int], gain: float = 1
) -> Section:
    """Write the line's notes, from an upbeat after `slot` for `room` beats; returns when it is sung."""
    words = syllables(text)
    place = first = slot + UPBEAT
    octave = 12 if score.recipe.theme.root < 53 else 0
    sung = []
    written = _as_written(text, words)
    for word, beats, step, letters in zip(
        words, _rhythm(len(words), room), _cycle(motif), written, strict=False
    ):
        if score.recipe.voice:
            pitch = score.pitch(near_chord(score, place, step)) + octave
            score.play("voice", place, beats * 0.93, pitch, word, gain=gain)
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


def motif(dice: random.Random) -> list[int]:
    """A walk over scale steps that stays within an octave."""
    steps = [dice.choice((0, 2, 4))]
    while len(steps) < 16:
        steps.append(min(7, max(-2, steps[-1] + dice.choice((-2, -1, -1, 0, 1, 1, 2)))))
    return steps


def _cycle(motif: list[int]) -> Iterator[int]:
    while True:
        yield from motif


def near_chord(score: Score, beat: float, step: int) -> int:
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
