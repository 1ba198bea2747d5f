"""The word timing of a take, as https://docs.sunoapi.org/suno-api/get-timestamped-lyrics shows it."""

from __future__ import annotations

from typing import Any

from musicgen.simulator.music.score import Section
from musicgen.simulator.music.songbook import TAG, Recipe
from musicgen.simulator.music.tunes import compose
from musicgen.simulator.steering import ABSURD_SECONDS, Steering

WAVE_POINTS = 200


def word_timing(recipe: Recipe, steer: Steering) -> dict[str, Any]:
    """The `data` of the answer; without words where nothing is sung, or with [[unaligned]]."""
    score = compose(recipe)
    is_silent = not recipe.voice or not recipe.text or "unaligned" in steer
    return {
        "alignedWords": [] if is_silent else _words(recipe, score.sections, steer),
        "waveformData": [] if is_silent else _wave(recipe),
        "hootCer": 0.0 if is_silent else 0.38,
        "isStreamed": False,
    }


def _words(recipe: Recipe, sections: list[Section], steer: Steering) -> list[dict[str, Any]]:
    """Tags and line breaks stick to the words beside them, as in the page's sample."""
    words: list[dict[str, Any]] = []
    before = ""
    for part in sections:
        text = part.text.strip()
        if TAG.match(text) and text in recipe.text:
            before += f"{text}\n"
        for word in part.words:
            end = "\n" if word is part.words[-1] else ""
            words.append(
                {
                    "word": before + word.text + end,
                    "success": True,
                    "startS": word.start,
                    "endS": word.end,
                    "palign": 0,
                }
            )
            before = ""
    if "outlier" in steer and words:
        words[len(words) // 2]["endS"] = ABSURD_SECONDS
    return words


def _wave(recipe: Recipe) -> list[float]:
    """How many notes begin in each of WAVE_POINTS parts of the song, as a share of the largest number."""
    score = compose(recipe)
    counts = [0] * WAVE_POINTS
    for note in score.notes:
        counts[min(WAVE_POINTS - 1, int(note.start / score.duration * WAVE_POINTS))] += 1
    return [round(count / max(counts), 5) for count in counts]
