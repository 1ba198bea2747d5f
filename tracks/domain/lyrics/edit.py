"""Edits of a lyric by people: single operations on its lines, and the check of the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tracks.domain.limits import MAX_LINES, MAX_WORDS
from tracks.domain.lyrics.lines import line_timed
from tracks.domain.lyrics.match import SungWord, compared_words, is_unspaced, sung_words
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing, Word

# How far all lines of a song can be moved against its music, either way.
MAX_OFFSET_MS = 10_000
MAX_LINE_TEXT = 5_000  # characters
# So many times as many words cannot be another spelling.
MAX_REPLACED = 3
# No song is longer than a day.
LAST_MS = 86_400_000

Lines = tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with one line. ``field``: start, end, text or words; blank for the line as a whole."""

    place: int
    field: str
    sentence: str


class UnsoundLyrics(ValueError):
    """An edit that makes no sound lyric; ``problems`` are in the order of the lines."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(" ".join(f"Line {one.place + 1}: {one.sentence}" for one in problems))
        self.problems = tuple(problems)


def checked(cues: Iterable[Cue]) -> Lyrics:
    """The lyric of these lines, ordered by start; an untimed line stays after the one before it.

    A missing end becomes the start, which says that it is not known. Raises UnsoundLyrics.
    """
    lines = [replace(cue, text=cue.text.strip()) for cue in cues]
    problems = [problem for place, cue in enumerate(lines) for problem in _problems(place, cue)]
    if problems := problems or list(_problems_of_size(lines)):
        raise UnsoundLyrics(problems)
    lyrics = line_timed(lines)
    return replace(lyrics, timing=Timing.WORD) if any(cue.words for cue in lyrics.cues) else lyrics


def retimed(lines: Sequence[Cue], place: int, start_ms: int | None, end_ms: int | None) -> Lines:
    """The line with other times. Its words move along where it keeps its length, else they are cut to it.

    A word that would lie outside loses its time. Raises UnsoundLyrics.
    """
    cue = _line(lines, place)
    if start_ms is None:
        return _with(lines, place, replace(cue, start_ms=None, end_ms=end_ms, words=()))
    end = start_ms if end_ms is None else end_ms
    words: tuple[Word, ...] = ()
    if cue.start_ms is not None:
        keeps_length = cue.end_ms is not None and cue.end_ms - cue.start_ms == end - start_ms
        moved = _moved(cue.words, start_ms - cue.start_ms) if keeps_length else cue.words
        words = tuple(_cut(moved, start_ms, end))
    return _with(lines, place, replace(cue, start_ms=start_ms, end_ms=end, words=words))


def shifted(lines: Sequence[Cue], by_ms: int) -> Lines:
    """All lines and words later, or earlier where it is negative. Raises UnsoundLyrics.

    None may come before the song's begin: that would lose how far apart they are.
    """
    moved = tuple(_shifted(cue, by_ms) for cue in lines)
    if problems := [problem for place, cue in enumerate(moved) for problem in _problems_of_times(place, cue)]:
        raise UnsoundLyrics(problems)
    return moved


def split(lines: Sequence[Cue], place: int, at: int) -> Lines:
    """The line as two, the second one from the character ``at`` on, which must begin a word.

    Where its words are not timed, its time is divided by the length of the two texts. Raises UnsoundLyrics.
    """
    cue = _line(lines, place)
    before, behind = cue.text[:at].rstrip(), cue.text[at:].strip()
    inside_word = bool(cue.text[:at]) and not _is_between_words(cue.text, at)
    spans = list(_spans(cue))
    if not (0 < at < len(cue.text) and before and behind) or inside_word or any(a < at < b for a, b in spans):
        raise _refused(place, "text", "A line is split between two of its words.")
    count = sum(begin < at for begin, _ in spans)
    first, second = cue.words[:count], cue.words[count:]
    ends_at, starts_at = _division(cue, at, first, second)
    head = replace(cue, text=before, end_ms=ends_at, words=first)
    tail = replace(cue, text=behind, start_ms=starts_at, words=second)
    return (*lines[:place], head, tail, *lines[place + 1 :])


def joined(lines: Sequence[Cue], place: int) -> Lines:
    """The line and the next one as one, from the earlier start to the later end. Raises UnsoundLyrics."""
    one, other = _line(lines, place), _line(lines, place + 1)
    if CueKind.SECTION in (one.kind, other.kind):
        raise _refused(place, "", "A heading cannot be joined with a line.")
    starts = [cue.start_ms for cue in (one, other) if cue.start_ms is not None]
    ends = [cue.end_ms for cue in (one, other) if cue.end_ms is not None]
    space = "" if _is_closed_up(one.text, other.text) else " "
    cue = replace(
        one,
        text=f"{one.text}{space}{other.text}".strip(),
        start_ms=min(starts, default=None),
        end_ms=max(ends, default=None),
        words=tuple(sorted((*one.words, *other.words), key=lambda word: word.start_ms)),
    )
    cue = cue if _are_in(cue) else replace(cue, words=())
    return _with((*lines[: place + 1], *lines[place + 2 :]), place, cue)


def inserted(lines: Sequence[Cue], place: int, cue: Cue) -> Lines:
    """The lines with this one before the place; a place behind the last one adds it. Raises UnsoundLyrics."""
    if not 0 <= place <= len(lines):
        raise _refused(place, "", "There is no such line.")
    return _with((*lines[:place], cue, *lines[place:]), place, cue)


def removed(lines: Sequence[Cue], place: int) -> Lines:
    """The lines without this one. Raises UnsoundLyrics."""
    _line(lines, place)
    return (*lines[:place], *lines[place + 1 :])


def reworded(lines: Sequence[Cue], place: int, text: str) -> Lines:
    """The line with another text; the words that it still holds, in another spelling too, keep their times.

    Raises UnsoundLyrics.
    """
    cue = _line(lines, place)
    return _with(lines, place, replace(cue, text=text.strip(), words=tuple(_kept_words(cue, text.strip()))))


def with_words(lines: Sequence[Cue], place: int, words: Sequence[Word]) -> Lines:
    """The line with these timed words, and as long as they are sung. Raises UnsoundLyrics."""
    cue = _line(lines, place)
    if not words:
        return _with(lines, place, replace(cue, words=()))
    start, end = words[0].start_ms, max(word.end_ms for word in words)
    return _with(lines, place, replace(cue, start_ms=start, end_ms=end, words=tuple(words)))


def _refused(place: int, field: str, sentence: str) -> UnsoundLyrics:
    return UnsoundLyrics([LineProblem(place, field, sentence)])


def _line(lines: Sequence[Cue], place: int) -> Cue:
    if not 0 <= place < len(lines):
        raise _refused(place, "", "There is no such line.")
    return lines[place]


def _with(lines: Sequence[Cue], place: int, cue: Cue) -> Lines:
    if problems := list(_problems(place, cue)):
        raise UnsoundLyrics(problems)
    return (*lines[:place], cue, *lines[place + 1 :])


def _moved(words: Iterable[Word], by_ms: int) -> tuple[Word, ...]:
    return tuple(Word(word.text, word.start_ms + by_ms, word.end_ms + by_ms) for word in words)


def _cut(words: Iterable[Word], start: int, end: int) -> Iterator[Word]:
    """The words that reach into the time, cut to it."""
    for word in words:
        is_inside = start <= word.start_ms <= word.end_ms <= end
        if is_inside or (word.start_ms < end and word.end_ms > start):
            yield Word(word.text, max(word.start_ms, start), min(word.end_ms, end))


def _shifted(cue: Cue, by_ms: int) -> Cue:
    start, end = (None if time is None else time + by_ms for time in (cue.start_ms, cue.end_ms))
    return replace(cue, start_ms=start, end_ms=end, words=_moved(cue.words, by_ms))


def _division(
    cue: Cue, at: int, first: Sequence[Word], second: Sequence[Word]
) -> tuple[int | None, int | None]:
    """When the first part of a split line ends, and when the second one starts."""
    if cue.start_ms is None or cue.end_ms is None:
        return cue.end_ms, cue.start_ms
    by_length = cue.start_ms + (cue.end_ms - cue.start_ms) * at // len(cue.text)
    starts_at = second[0].start_ms if second else max([by_length, *(word.end_ms for word in first)])
    ends_at = max((word.end_ms for word in first), default=min(by_length, starts_at))
    return ends_at, starts_at


def _is_between_words(text: str, at: int) -> bool:
    """Whether a line can be cut before this character."""
    before, behind = text[at - 1 : at], text[at : at + 1]
    return before.isspace() or behind.isspace() or is_unspaced(before) or is_unspaced(behind)


def _is_closed_up(before: str, behind: str) -> bool:
    """Whether two texts are written without a space between them."""
    return bool(before and behind) and is_unspaced(before[-1]) and is_unspaced(behind[0])


def _kept_words(cue: Cue, text: str) -> Iterator[Word]:
    """The timed words of the line as they stand in another text of it."""
    spans = list(_spans(cue))
    owned = [(word, owner) for word in _words_of(cue.text) if (owner := _owner(spans, word)) is not None]
    theirs = _words_of(text)
    steps = compared_words([word.key for word, _ in owned], [word.key for word in theirs]) or ()
    given = [
        (owner, word)
        for _, begin, until, their_begin, their_until in steps
        for owner, word in _given([one for _, one in owned[begin:until]], theirs[their_begin:their_until])
    ]
    for owner, run in groupby(given, key=lambda pair: pair[0]):
        first, *rest = [word for _, word in run]
        last = rest[-1] if rest else first
        until = _behind_marks(text, last.place + len(last.text))
        yield replace(cue.words[owner], text=text[first.place : until])


def _owner(spans: Sequence[tuple[int, int]], word: SungWord) -> int | None:
    """Which timed word, by its place in the line, holds this word of the line."""
    return next((n for n, (begin, end) in enumerate(spans) if begin <= word.place < end), None)


def _given(owners: Sequence[int], words: Sequence[SungWord]) -> Iterator[tuple[int, SungWord]]:
    """Words that replace others, each with the timed word whose time it gets; none of far too many."""
    if 0 < len(words) <= MAX_REPLACED * len(owners):
        yield from ((owners[n * len(owners) // len(words)], word) for n, word in enumerate(words))


def _words_of(text: str) -> list[SungWord]:
    return sung_words(text.translate(_NO_TAGS))


# What stands in brackets within a line is sung, and no section tag.
_NO_TAGS = str.maketrans("[]【】", "{}{}")


def _behind_marks(text: str, place: int) -> int:
    while place < len(text) and not (text[place].isalnum() or text[place].isspace()):
        place += 1
    return place


def _spans(cue: Cue) -> Iterator[tuple[int, int]]:
    return _places(cue.text, cue.words)


def _places(text: str, words: Iterable[Word]) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends in the text; fewer where one is not in it, in its order."""
    behind = 0
    for word in words:
        bare = word.text.strip()
        begin = text.find(bare, behind)
        if begin < 0:
            return
        behind = begin + len(bare)
        yield begin, behind


def _are_in(cue: Cue) -> bool:
    return len(list(_spans(cue))) == len(cue.words)


def _problems(place: int, cue: Cue) -> Iterator[LineProblem]:
    yield from _problems_of_text(place, cue)
    yield from _problems_of_times(place, cue)
    yield from _problems_of_words(place, cue)


def _problems_of_text(place: int, cue: Cue) -> Iterator[LineProblem]:
    if cue.kind is CueKind.SECTION and not cue.text.strip():
        yield LineProblem(place, "text", "A heading needs a text, such as “chorus”.")
    if len(cue.text) > MAX_LINE_TEXT:
        yield LineProblem(place, "text", f"A line has at most {MAX_LINE_TEXT:,} characters; split it.")
    if len(cue.text.strip().splitlines()) > 1:
        yield LineProblem(place, "text", "A line holds no line break; split it into two lines.")


def _problems_of_times(place: int, cue: Cue) -> Iterator[LineProblem]:
    if cue.start_ms is None:
        if cue.end_ms is not None:
            yield LineProblem(place, "start", "A line with an end needs a start.")
        return
    end = cue.start_ms if cue.end_ms is None else cue.end_ms
    if not 0 <= cue.start_ms <= LAST_MS:
        yield LineProblem(place, "start", "A line starts neither before the song nor after a whole day.")
    elif not cue.start_ms <= end:
        yield LineProblem(place, "end", "A line ends after it starts; move its end or its start.")
    elif end > LAST_MS:
        yield LineProblem(place, "end", "A line ends within a day.")


def _problems_of_words(place: int, cue: Cue) -> Iterator[LineProblem]:
    if not cue.words:
        return
    start, end = cue.start_ms, cue.start_ms if cue.end_ms is None else cue.end_ms
    starts = [word.start_ms for word in cue.words]
    if cue.kind is CueKind.SECTION:
        yield LineProblem(place, "words", "The words of a heading are not sung; they have no times.")
    elif not all(word.text.strip() for word in cue.words) or not _are_in(cue):
        yield LineProblem(place, "words", "Each timed word must stand in the line, in the line's order.")
    elif any(word.end_ms < word.start_ms for word in cue.words) or starts != sorted(starts):
        yield LineProblem(place, "words", "Words are sung in order, and each ends after it starts.")
    elif start is None or end is None or starts[0] < start or max(w.end_ms for w in cue.words) > end:
        yield LineProblem(place, "words", "The words are sung within the time of their line; move its ends.")


def _problems_of_size(lines: Sequence[Cue]) -> Iterator[LineProblem]:
    if not lines:
        yield LineProblem(0, "", "A lyric has at least one line. To undo all edits, restore the provider's.")
    if len(lines) > MAX_LINES:
        yield LineProblem(MAX_LINES, "", f"A lyric has at most {MAX_LINES:,} lines.")
    if sum(len(cue.words) for cue in lines) > MAX_WORDS:
        yield LineProblem(len(lines) - 1, "words", f"A lyric has at most {MAX_WORDS:,} timed words.")
