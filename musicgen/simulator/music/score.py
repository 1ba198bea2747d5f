"""A composed take on paper: notes, and the times of what is sung."""

from __future__ import annotations

from dataclasses import dataclass, field

from musicgen.simulator.music.songbook import Recipe

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
FADE = 0.5  # seconds


@dataclass(frozen=True)
class Note:
    """One sound: start and length in seconds, pitch as a MIDI number, `word` for the singer's vowel.

    `timbre`: one of several sounds of the instrument, "" for its usual one. `gain`: 1 for its usual loudness.
    """

    instrument: str
    start: float
    length: float
    pitch: float = 0
    word: str = ""
    timbre: str = ""
    gain: float = 1


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
    """A composed take; `duration` in seconds is the exact length of its audio.

    `meter`: beats of a bar. `harmony`: the chord of each bar, where it is not the theme's chords in turn.
    `fade`: how many seconds at the end get quieter.
    """

    recipe: Recipe
    beat: float
    duration: float
    notes: list[Note] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    meter: int = 4
    harmony: tuple[int, ...] = ()
    fade: float = FADE

    def pitch(self, step: int) -> int:
        """The MIDI note of a scale step; step 7 is an octave up."""
        scale = MINOR if self.recipe.theme.minor else MAJOR
        return self.recipe.theme.root + 2 * (self.recipe.take % 3) + scale[step % 7] + 12 * (step // 7)

    def chord(self, beat: float) -> int:
        """The scale step of the chord that sounds at a beat."""
        chords = self.harmony or self.recipe.theme.chords
        return chords[int(beat // self.meter) % len(chords)]

    def play(
        self,
        instrument: str,
        beat: float,
        beats: float,
        pitch: float = 0,
        word: str = "",
        *,
        timbre: str = "",
        gain: float = 1,
    ) -> None:
        """Write a note, places in beats."""
        note = Note(instrument, beat * self.beat, beats * self.beat, pitch, word, timbre, gain)
        self.notes.append(note)
