"""Makes the files, each sound and cover once when it is first needed, and stores them between runs."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import soundfile

from musicgen.simulator.music.covers import paint
from musicgen.simulator.music.songbook import Recipe
from musicgen.simulator.music.stems import PARTS, pack
from musicgen.simulator.music.synth import RATE, Sound, synthesize
from musicgen.simulator.music.tunes import compose

# The one video that there is, for every song: a still cover, 720 x 720 AV1, and 4.05 s of music, MP3.
CLIP = Path(__file__).with_name("clip.mp4")


class Library:
    """A folder of files named after their recipe. Safe to ask from many threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # One at a time: a second song at once would only take the processor from the product under test.
        self._making = threading.Lock()
        self._asking, self._counting = 0, threading.Lock()
        self._nobody_asks = threading.Event()
        self._nobody_asks.set()
        self._wanted: queue.SimpleQueue[Callable[[], Path]] = queue.SimpleQueue()
        self._ahead = threading.Thread(target=self._work_ahead, name="library", daemon=True)
        self._ahead.start()

    def make_soon(self, make: Callable[[], Path]) -> None:
        """Make a file in the background, so that nobody waits for it later."""
        self._wanted.put(make)

    def mp3(self, recipe: Recipe) -> Path:
        """The take as MP3, 44.1 kHz stereo."""
        return self._stored(f"{recipe.key}.mp3", lambda part: _write_mp3(part, _sound(recipe)))

    def wav(self, recipe: Recipe) -> Path:
        """The take as WAV, 16 bit, 44.1 kHz stereo."""
        return self._stored(f"{recipe.key}.wav", lambda part: _write_wav(part, _sound(recipe)))

    def flac(self, recipe: Recipe) -> Path:
        """The take as FLAC, 16 bit, 44.1 kHz stereo."""
        return self._stored(f"{recipe.key}.flac", lambda part: _write_flac(part, _sound(recipe)))

    def stems(self, recipe: Recipe, kind: str = "") -> Path:
        """The take's parts as a ZIP; `kind` says what is wrong with it, as in `stems.pack`."""
        files = {name: self.flac(replace(recipe, parts=parts)) for name, parts in PARTS.items()}
        return self._stored(f"{recipe.key}-stems{kind}.zip", lambda part: pack(part, files, kind))

    def cover(self, recipe: Recipe, size: int) -> Path:
        """The cover as a square JPEG or PNG of `size` pixels."""
        kind = recipe.theme.picture.partition(".")[2] or "jpeg"
        name = f"{recipe.key}-{size}.{kind}"
        return self._stored(name, lambda part: paint(recipe, size).save(part, kind.upper(), quality=88))

    def _stored(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self.folder / name
        if path.exists():
            return path
        with self._turn(), self._making:
            if not path.exists():
                part = path.with_suffix(f".{os.getpid()}.part")
                make(part)
                part.replace(path)
        return path

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Who asks for a file goes before work ahead, which would else take the lock again at once."""
        if threading.current_thread() is self._ahead:
            self._nobody_asks.wait()
            yield
            return
        with self._counting:
            self._asking += 1
            self._nobody_asks.clear()
        try:
            yield
        finally:
            with self._counting:
                self._asking -= 1
                if not self._asking:
                    self._nobody_asks.set()

    def _work_ahead(self) -> None:
        while True:
            self._wanted.get()()


@lru_cache(maxsize=1)
def _sound(recipe: Recipe) -> Sound:
    """A take is asked for as MP3 and as WAV, one soon after the other; 14 MB for 40 s."""
    return synthesize(compose(recipe))


def _write_mp3(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="MP3", subtype="MPEG_LAYER_III")


def _write_flac(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="FLAC", subtype="PCM_16")


def _write_wav(path: Path, sound: Sound) -> None:
    soundfile.write(path, sound, RATE, format="WAV", subtype="PCM_16")
