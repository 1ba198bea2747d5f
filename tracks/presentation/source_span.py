"""The part of a song that an order is about: its waveform, sections and lines, to choose it by."""

from __future__ import annotations

from dataclasses import dataclass

from tracks.domain.updates import CueKind
from tracks.models import LyricLine
from tracks.presentation.sections import SongSection, sections_of
from tracks.presentation.song_rows import SongRow
from tracks.presentation.times import decimal_seconds
from tracks.presentation.waveform import Wave, wave_large
from tracks.providers.operations import SpanRule


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section or a sung line. ``start``, ``end``: seconds as text."""

    text: str
    start: str
    end: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """``limits``: what the provider takes, in words; ``share`` of the song alone, and ``most``: that in
    seconds, as text."""

    span: SpanRule
    wave: Wave
    sections: list[Stretch]
    lines: list[Stretch]
    limits: str
    share: str
    most: str


def source_span(source: SongRow, span: SpanRule) -> SourceSpan | None:
    """None where the song has no waveform here."""
    if source.audio is None or not source.length_ms:
        return None
    lines = source.track.lines_with_offset()
    sections = sections_of(lines, source.length_ms)
    wave = wave_large("page", bytes(source.audio.waveform), sections, source.length_ms)
    if wave is None:
        return None
    share = f"{'half' if span.share == 0.5 else f'{span.share:.0%}'} of the song"
    return SourceSpan(
        span=span,
        wave=wave,
        sections=[_section(section) for section in sections],
        lines=[_line(line, line.start_ms) for line in lines if line.start_ms is not None and _is_sung(line)],
        limits=f"{span.shortest:g} to {span.longest:g} s, at most {share}",
        share=share,
        most=decimal_seconds(int(span.share * source.length_ms)),
    )


def _section(section: SongSection) -> Stretch:
    start, end = decimal_seconds(section.start_ms), decimal_seconds(section.end_ms)
    return Stretch(section.name or "Beginning", start, end, section.start_ms)


def _line(line: LyricLine, start_ms: int) -> Stretch:
    end_ms = start_ms if line.end_ms is None else line.end_ms
    return Stretch(line.text, decimal_seconds(start_ms), decimal_seconds(end_ms), start_ms)


def _is_sung(line: LyricLine) -> bool:
    return line.kind == CueKind.LINE
