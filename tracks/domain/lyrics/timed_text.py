"""Lyrics as a text that people edit, each line with its start in brackets, and back. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tracks.domain.lyrics.edit import UnsoundLyrics, retimed, reworded
from tracks.domain.updates import Cue, CueKind

# As in LRC files, with hours for the longest: "[01:02.50]", "[1:00:02.50]"; a comma is understood.
_STAMP = re.compile(r"\[(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?\]")
_LIKE_A_STAMP = re.compile(r"\[\s*[\d:.,-]+\s*\]")
_HEADING = re.compile(r"\[(.+)\]")
# Before a text that would read as something else; a row of it alone is an empty line without a time.
_PLAIN = "\\"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row of the text, counted from 1."""

    row: int
    sentence: str


class UnreadableText(ValueError):
    """A text that is not understood; ``problems`` are in the order of its rows."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__(" ".join(f"Row {one.row}: {one.sentence}" for one in problems))
        self.problems = tuple(problems)


def timed_text(cues: Iterable[Cue]) -> str:
    """The lines as text: ``[01:02.50] words``, a heading as ``[chorus]`` with its start before it."""
    return "\n".join(map(_row, cues))


def lines_of_text(text: str, before: Sequence[Cue] = ()) -> tuple[tuple[Cue, ...], tuple[int, ...]]:
    """The lines of the text, and the row of each, counted from 1; blank rows are passed over.

    ``before``: the lines from which the text was made. What the text does not say, ends and timed words, is
    taken from the line of the same start and words there, else of the same start, else of the same words.
    Raises UnreadableText.
    """
    read = [(row, _cue(row, line.strip())) for row, line in enumerate(text.splitlines(), 1) if line.strip()]
    if problems := [cue for _, cue in read if isinstance(cue, RowProblem)]:
        raise UnreadableText(problems)
    written = [cue for _, cue in read if isinstance(cue, Cue)]
    return tuple(_completed(written, before)), tuple(row for row, _ in read)


def stamp(milliseconds: int) -> str:
    """``01:02.50``, with a third decimal where it counts."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60) if minutes > 999 else (0, minutes)
    decimals = f"{rest:03}" if rest % 10 else f"{rest // 10:02}"
    return f"{f'{hours}:' if hours else ''}{minutes:02}:{seconds:02}.{decimals}"


def _row(cue: Cue) -> str:
    start = "" if cue.start_ms is None else f"[{stamp(cue.start_ms)}]"
    if cue.kind is CueKind.SECTION:
        plain = _PLAIN if _LIKE_A_STAMP.fullmatch(f"[{cue.text}]") or cue.text.startswith(_PLAIN) else ""
        return f"{start} [{plain}{cue.text}]".strip()
    is_taken = cue.text.startswith(("[", _PLAIN)) or not (start or cue.text)
    return f"{start} {_PLAIN if is_taken else ''}{cue.text}".strip()


def _cue(row: int, line: str) -> Cue | RowProblem:
    stamped = _STAMP.match(line)
    rest = line[stamped.end() :].strip() if stamped else line
    start = _milliseconds(stamped) if stamped else None
    if stamped and start is None:
        return RowProblem(row, "A minute has 60 seconds: write the start as in [01:02.50].")
    if _LIKE_A_STAMP.match(rest):
        again = "A line has one start." if stamped else "This is no time: write it as in [01:02.50]."
        return RowProblem(row, again)
    heading = _HEADING.fullmatch(rest)
    if heading and (name := heading[1].removeprefix(_PLAIN).strip()):
        return Cue(CueKind.SECTION, name, start, start)
    return Cue(CueKind.LINE, rest.removeprefix(_PLAIN).strip(), start, start)


def _milliseconds(found: re.Match[str]) -> int | None:
    hours, minutes, seconds, decimals = (found[n] or "0" for n in range(1, 5))
    if int(seconds) > 59:
        return None
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int(decimals.ljust(3, "0"))


def _completed(written: Sequence[Cue], before: Sequence[Cue]) -> list[Cue]:
    """The lines with what those from before say besides; each of these is used once."""
    found: list[Cue | None] = [None] * len(written)
    left = set(range(len(before)))
    for key, complete in _WAYS:
        by_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number in sorted(left, reverse=True):
            by_key[key(before[number])].append(number)
        for place, cue in enumerate(written):
            if found[place] is None and (same := by_key.get(key(cue))):
                number = same.pop()
                left.discard(number)
                found[place] = complete(before[number], cue)
    return [kept or cue for kept, cue in zip(found, written, strict=True)]


def _same(old: Cue, cue: Cue) -> Cue:
    return old


def _other_words(old: Cue, cue: Cue) -> Cue:
    return _or(cue, lambda: reworded([old], 0, cue.text)[0])


def _other_start(old: Cue, cue: Cue) -> Cue:
    if cue.start_ms is None or old.start_ms is None or old.end_ms is None:
        return cue
    start, length = cue.start_ms, old.end_ms - old.start_ms
    return _or(cue, lambda: retimed([old], 0, start, start + length)[0])


def _or(cue: Cue, complete: Callable[[], Cue]) -> Cue:
    """The line as it is written where the other one makes it unsound: then its own fault is told."""
    try:
        return complete()
    except UnsoundLyrics:
        return cue


_Way = tuple[Callable[[Cue], tuple[object, ...]], Callable[[Cue, Cue], Cue]]
_WAYS: tuple[_Way, ...] = (
    (lambda cue: (cue.kind, cue.start_ms, cue.text), _same),
    (lambda cue: (cue.kind, cue.start_ms, cue.start_ms is None and cue.text), _other_words),
    (lambda cue: (cue.kind, cue.text), _other_start),
)
