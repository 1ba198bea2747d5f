"""What the lyric editor shows: the versions as rows, and the lines for its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracks.domain.lyrics.lint import Finding
from tracks.domain.update_json import lyrics_digest
from tracks.domain.updates import Cue, Timing, Word
from tracks.models import Track
from tracks.queries.lyric_versions import Version

PROVIDER = "provider"
_TIMING = {
    Timing.NONE: "no words",
    Timing.PLAIN: "no times",
    Timing.LINE: "lines timed",
    Timing.WORD: "words timed",
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list. ``value``: as forms and addresses name it; ``made``: by whom, if by a person."""

    value: str
    name: str
    made: str
    timing: str
    at: datetime | None
    note: str
    is_shown: bool
    is_open: bool


def version_rows(versions: Sequence[Version], opened: int | None) -> list[VersionRow]:
    """``opened``: the number of the version that the page has in its list of lines."""
    return [_row(version, version.number == opened) for version in versions]


def version_name(number: int | None) -> str:
    return "The provider's" if number is None else f"Version {number}"


def editor_facts(
    track: Track, opened: int | None, cues: Sequence[Cue], findings: Sequence[Finding], length_ms: int | None
) -> dict[str, Any]:
    """For the script, as JSON values; times in milliseconds, those of lines without the track's offset.

    ``version`` and ``seen``: what is sent back on saving; ``is_shown``: whether the lines are that version's.
    """
    return {
        "track": track.pk,
        "version": track.lyrics_version,
        "seen": lyrics_digest(track.lyrics_shown()),
        "is_shown": opened == track.lyrics_version,
        "offset": track.lyrics_offset_ms,
        "length": length_ms or 0,
        "lines": [_line(cue) for cue in cues],
        "findings": [{"position": one.position, "sentence": one.sentence} for one in findings],
    }


def _row(version: Version, is_open: bool) -> VersionRow:
    return VersionRow(
        value=PROVIDER if version.number is None else str(version.number),
        name=version_name(version.number),
        made=version.by,
        timing=_TIMING[Timing(version.timing)],
        at=version.at,
        note=version.note,
        is_shown=version.is_shown,
        is_open=is_open,
    )


def _line(cue: Cue) -> dict[str, Any]:
    return {
        "kind": cue.kind,
        "start": cue.start_ms,
        "end": cue.end_ms,
        "text": cue.text,
        "words": [_word(word) for word in cue.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {"start": word.start_ms, "end": word.end_ms, "text": word.text}
