"""Keeps the made files: each sound and cover is made once, on first want, and stays between runs."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import soundfile

from musicgen.simulator.mp4 import movie
from musicgen.simulator.music.covers import paint
from musicgen.simulator.music.songbook import Recipe
from musicgen.simulator.music.stems import PARTS, pack
from musicgen.simulator.music.synth import RATE, Sound, render
from musicgen.simulator.music.tunes import compose

VIDEO_SIZE = 720


class Library:
    """A folder of files named after their recipe. Safe to ask from many threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # One at a time: a second song at once would only take the processor from the product under test.
        # A zip and a video are made of other files, so who holds the lock may take it again.
        self._making = threading.RLock()
        self._wanted: queue.SimpleQueue[Callable[[], Path]] = queue.SimpleQueue()
        threading.Thread(target=self._work_ahead, name="library", daemon=True).start()

    def soon(self, make: Callable[[], Path]) -> None:
        """Make a file in the background, so that nobody waits for it later."""
        self._wanted.put(make)

    def mp3(self, recipe: Recipe) -> Path:
        """The take as MP3, 44.1 kHz stereo."""
        return self._keep(f"{recipe.key}.mp3", lambda part: _write_mp3(part, render(compose(recipe))))

    def wav(self, recipe: Recipe) -> Path:
        """The take as WAV, 16 bit, 44.1 kHz stereo."""
        return self._keep(f"{recipe.key}.wav", lambda part: _write_wav(part, render(compose(recipe))))

    def flac(self, recipe: Recipe) -> Path:
        """The take as FLAC, 16 bit, 44.1 kHz stereo."""
        return self._keep(f"{recipe.key}.flac", lambda part: _write_flac(part, render(compose(recipe))))

    def stems(self, recipe: Recipe, kind: str = "") -> Path:
        """The take's parts as a zip; `kind` says what is wrong with it, as in `stems.pack`."""

        def make(part: Path) -> None:
            only = {name: replace(recipe, parts=parts) for name, parts in PARTS.items()}
            pack(part, {name: self.flac(one) for name, one in only.items()}, kind)

        return self._keep(f"{recipe.key}-stems{kind}.zip", make)

    def video(self, recipe: Recipe) -> Path:
        """The take as an MP4 that shows its cover."""

        def make(part: Path) -> None:
            part.write_bytes(movie(paint(recipe, VIDEO_SIZE), self.mp3(recipe).read_bytes()))

        return self._keep(f"{recipe.key}.mp4", make)

    def cover(self, recipe: Recipe, size: int) -> Path:
        """The cover as a square JPEG of `size` pixels."""
        return self._keep(
            f"{recipe.key}-{size}.jpeg", lambda part: paint(recipe, size).save(part, "JPEG", quality=88)
        )

    def _keep(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self.folder / name
        if path.exists():
            return path
        with self._making:
            if not path.exists():
                part = path.with_suffix(f".{os.getpid()}.part")
                make(part)
                part.replace(path)
        return path

    def _work_ahead(self) -> None:
        while True:
            self._wanted.get()()


def _write_mp3(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="MP3", subtype="MPEG_LAYER_III")


def _write_flac(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="FLAC", subtype="PCM_16")


def _write_wav(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="WAV", subtype="PCM_16")
