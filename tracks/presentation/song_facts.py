"""What is known of a song's sound, for whoever judges it: only what was measured or came with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from tracks.domain.updates import TrackKind
from tracks.models import Asset
from tracks.presentation.labels import QUIET, WARN
from tracks.presentation.song_rows import SongRow
from tracks.presentation.sound_faults import sound_faults
from tracks.presentation.times import timecode

# Providers round what they promise; half a second more or less is the same length.
SAME_LENGTH_MS = 1_000


@dataclass(frozen=True, slots=True)
class SongFact:
    """``value`` stands over ``name``; ``detail``: a sentence, or blank."""

    name: str
    value: str
    tone: str
    detail: str = ""


def song_facts(row: SongRow) -> list[SongFact]:
    """The worst first."""
    return [*_exception(row), *_faults(row), *_sound(row), *_words(row)]


def _exception(row: SongRow) -> Iterator[SongFact]:
    if row.exception and row.audio:
        yield SongFact("to know", row.exception.word, row.exception.tone, row.exception.detail)


def _faults(row: SongRow) -> Iterator[SongFact]:
    for fault in sound_faults(row.audio.sound_checks if row.audio else None):
        yield SongFact("sound check", fault.word, WARN, fault.detail)


def _sound(row: SongRow) -> Iterator[SongFact]:
    audio = row.audio
    if audio is None:
        return
    promised = row.track.duration_ms
    differs = bool(promised and audio.duration_ms and abs(promised - audio.duration_ms) > SAME_LENGTH_MS)
    said = f"The provider announced {timecode(promised)}." if differs else ""
    yield SongFact("length", timecode(audio.duration_ms), WARN if differs else QUIET, said)
    yield from _loudness(audio)
    kind = audio.content_type.rpartition("/")[2].upper().replace("MPEG", "MP3")
    yield SongFact("sound", f"{kind}, {filesizeformat(audio.bytes or 0)}", QUIET)


# What the measurement gives for silence, see Asset.loudness_lufs.
SILENCE_LUFS = -70.0


def _loudness(audio: Asset) -> Iterator[SongFact]:
    if audio.loudness_lufs is None:
        return
    if audio.loudness_lufs <= SILENCE_LUFS:
        yield SongFact("loudness", "silent", WARN, "Nothing can be heard in it.")
    else:
        yield SongFact("loudness", f"{audio.loudness_lufs:.1f} LUFS".replace("-", "\u2212"), QUIET)


def _words(row: SongRow) -> Iterator[SongFact]:
    if row.track.kind == TrackKind.SONG:
        yield SongFact("words", row.timing.word, QUIET, row.timing.detail)
