"""Word timing: aligns a provider's timed words with the lyric as it was written.

The written lyric decides lines, sections and spelling; the words give the times. Their own punctuation and
line breaks are unreliable: quote marks come as words of their own, and a line's last word comes with the next
line's first mark (https://github.com/zh30/get-suno-lyric/issues/2).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from unicodedata import category

from tracks.domain.lyrics.clock import RawWord, in_order
from tracks.domain.lyrics.match import Letter, Pairs, is_unspaced, letters, match_letters
from tracks.domain.lyrics.sections import TAG, WrittenRow, rows_of
from tracks.domain.updates import Cue, CueKind, Lyrics, Timing, Word

# How much of what is sung a text must hold to be this song's lyric, and how many letters in a row may be
# missing, about a line: an extended song may come with the lyric of its new part only.
_MIN_SHARE = 0.75
_MAX_GAP = 24


def word_timed_lyrics(words: Iterable[RawWord], text: str = "") -> Lyrics | None:
    """The lines of ``text`` with the times of their words; None when no sung word has a time.

    Without a text, or with another song's, the words are the text. Words and lines start in order and end
    before the next starts; a line without a timed word stays in its place, untimed. A word is a piece of its
    line that was timed as one: a word, a syllable, or a few words.
    """
    timed = in_order(words)
    sung, owners = _as_one_text(timed)
    theirs = letters(sung)
    pairs = match_letters(letters(text), theirs)
    if not _is_lyric_of(theirs, pairs):
        text, pairs = sung, [(letter, letter) for letter in theirs]
    timeline = _Timeline(timed, owners, theirs)
    cues = [_cue(row, _pairs_in(row, pairs), timeline) for row in rows_of(text)]
    if not any(cue.words for cue in cues):
        return None
    return Lyrics(Timing.WORD, tuple(_with_headings_timed(cues)))


def _as_one_text(words: Sequence[RawWord]) -> tuple[str, list[int]]:
    """The words as one text, and for each of its characters the index of its word.

    Spaces are added where no word has any.
    """
    has_spaces = any(" " in TAG.sub("", word.text) for word in words)
    sung, owners = "", []
    parts: list[str] = []
    for place, word in enumerate(words):
        space = "" if has_spaces or not _need_a_space(sung, word.text) else " "
        sung = word.text or sung
        parts.append(space + word.text)
        owners += [place] * len(parts[-1])
    return "".join(parts), owners


def _need_a_space(left: str, right: str) -> bool:
    before, behind = left[-1:], right[:1]
    both_spaced = not (is_unspaced(before or " ") or is_unspaced(behind or " "))
    return both_spaced and behind.isalnum() and (before.isalnum() or before in set(",.;:!?)…"))


def _is_lyric_of(sung: Iterable[Letter], pairs: Pairs) -> bool:
    """Whether the written text, by its matched letters, holds what is sung, but for spelling."""
    known = {theirs.place for ours, theirs in pairs if ours.key == theirs.key}
    found = [letter.place in known for letter in sung if not letter.in_tag]
    gaps = [len(list(run)) for is_known, run in groupby(found) if not is_known]
    return bool(found) and sum(found) >= _MIN_SHARE * len(found) and max(gaps, default=0) <= _MAX_GAP


class _Timeline:
    """The times of the sung letters: a word's time is divided evenly among its letters."""

    def __init__(self, words: Sequence[RawWord], owners: Sequence[int], sung: Iterable[Letter]) -> None:
        self._words, self._owners = words, owners
        self._letters: dict[int, list[int]] = defaultdict(list)
        for letter in sung:
            if not letter.in_tag:
                self._letters[owners[letter.place]].append(letter.place)

    def owner(self, letter: Letter) -> int:
        return self._owners[letter.place]

    def between(self, first: Letter, last: Letter) -> tuple[int, int] | None:
        """Start and end in milliseconds of some letters of one word; None where the word has no time."""
        owner = self.owner(first)
        word, places = self._words[owner], self._letters[owner]
        if word.start_ms is None or word.end_ms is None:
            return None
        length = word.end_ms - word.start_ms
        before, until = bisect_left(places, first.place), bisect_left(places, last.place) + 1
        return (word.start_ms + length * before // len(places), word.start_ms + length * until // len(places))

    def heading(self, letters: Iterable[Letter]) -> int | None:
        """The start of a section tag in milliseconds; None where it only came as part of a sung word."""
        alone = (self.owner(letter) for letter in letters if self.owner(letter) not in self._letters)
        return next((self._words[owner].start_ms for owner in alone), None)


def _pairs_in(row: WrittenRow, pairs: Pairs) -> Pairs:
    """The pairs of the row's letters; ``pairs`` are in order, so these are next to each other."""
    begin = bisect_left(pairs, row.place, key=lambda pair: pair[0].place)
    end = bisect_left(pairs, row.place + len(row.text), key=lambda pair: pair[0].place)
    return pairs[begin:end]


def _cue(row: WrittenRow, pairs: Pairs, timeline: _Timeline) -> Cue:
    if row.kind is CueKind.SECTION:
        start = timeline.heading(theirs for _, theirs in pairs)
        return Cue(row.kind, row.text, start, start)
    words = tuple(_sung_words(row, pairs, timeline))
    if not words:
        return Cue(row.kind, row.text)
    return Cue(row.kind, row.text, words[0].start_ms, words[-1].end_ms, words)


def _sung_words(row: WrittenRow, pairs: Pairs, timeline: _Timeline) -> Iterator[Word]:
    outside_tags = [pair for pair in pairs if not pair[0].in_tag and not pair[1].in_tag]
    behind = 0
    for _, run in groupby(outside_tags, key=lambda pair: timeline.owner(pair[1])):
        first, *rest = run
        last = rest[-1] if rest else first
        when = timeline.between(first[1], last[1])
        if when is not None:
            begin, end = first[0].place - row.place, last[0].place - row.place + 1
            begin, behind = _with_punctuation(row.text, begin, end, behind)
            yield Word(row.text[begin:behind], *when)


def _with_punctuation(line: str, begin: int, end: int, floor: int) -> tuple[int, int]:
    """The range with the punctuation that touches it; opening marks go with the next word."""
    while end < len(line) and _is_mark(line[end]) and category(line[end]) not in ("Ps", "Pi"):
        end += 1
    while begin > floor and _is_mark(line[begin - 1]) and category(line[begin - 1]) != "Pe":
        begin -= 1
    return begin, end


def _is_mark(char: str) -> bool:
    return not (char.isalnum() or char.isspace())


def _with_headings_timed(cues: Sequence[Cue]) -> list[Cue]:
    """A heading without a time of its own starts where the next line starts."""
    timed: list[Cue] = []
    following: int | None = None
    for cue in reversed(cues):
        if cue.kind is CueKind.SECTION and cue.start_ms is None:
            cue = replace(cue, start_ms=following, end_ms=following)
        following = cue.start_ms if cue.start_ms is not None else following
        timed.append(cue)
    return timed[::-1]
