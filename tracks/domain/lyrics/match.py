"""Finds the letters of one text in another that says nearly the same: other marks, spelling, line ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, takewhile
from unicodedata import category, normalize

from tracks.domain.lyrics.sections import TAG

# Written without blanks between words, so each character stands for itself.
_WITHOUT_BLANKS = (
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
# Two texts whose words have more equal pairs than this are not worth the time it takes to compare them.
MOST_EQUAL_PAIRS = 500_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or digit: ``key`` is the same for every way to write it, but not inside and outside a tag."""

    key: str
    place: int
    in_tag: bool
    begins_word: bool


Pairs = list[tuple[Letter, Letter]]


def letters(text: str) -> list[Letter]:
    """All letters of the text with their places in it, those of section tags included."""
    tagged = {place for tag in TAG.finditer(text) for place in range(*tag.span())}
    found: list[Letter] = []
    begins = True
    for place, char in enumerate(text):
        if key := _key(char):
            in_tag, alone = place in tagged, is_written_alone(char)
            found.append(Letter("[" + key if in_tag else key, place, in_tag, begins or alone))
            begins = alone
        elif not category(char).startswith("M"):
            begins = True
    return found


def is_written_alone(char: str) -> bool:
    """Whether no blank separates words of this script."""
    return any(first <= char <= last for first, last in _WITHOUT_BLANKS)


def matched(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Pairs:
    """Pairs of letters that stand for each other, both sides rising; what has no counterpart is left out.

    Where one word was written for another, their letters are paired by share: such pairs differ in key.
    """
    head = _shared(ours, theirs)
    ours_left, theirs_left = ours[head:], theirs[head:]
    tail = _shared(reversed(ours_left), reversed(theirs_left))
    middle = _resynced(ours_left[: len(ours_left) - tail], theirs_left[: len(theirs_left) - tail])
    ends = zip(ours[len(ours) - tail :], theirs[len(theirs) - tail :], strict=True)
    return [*zip(ours[:head], theirs[:head], strict=True), *middle, *ends]


def _key(char: str) -> str:
    if not char.isalnum():
        return ""
    bare = "".join(part for part in normalize("NFKD", char) if part.isalnum())
    return (bare or char).casefold()


def _shared(ours: Iterable[Letter], theirs: Iterable[Letter]) -> int:
    """How many letters are the same from the start on."""
    pairs = zip(ours, theirs, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].key == pair[1].key, pairs))


def _resynced(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Pairs:
    own_words, their_words = _words(ours), _words(theirs)
    own_keys, their_keys = _keys(own_words), _keys(their_words)
    if _equal_pairs(own_keys, their_keys) > MOST_EQUAL_PAIRS:
        return []
    pairs: Pairs = []
    steps = SequenceMatcher(None, own_keys, their_keys, autojunk=False).get_opcodes()
    for step, own_from, own_to, their_from, their_to in steps:
        own, their = own_words[own_from:own_to], their_words[their_from:their_to]
        if step == "equal":
            pairs += chain.from_iterable(_by_share(a, b) for a, b in zip(own, their, strict=True))
        elif step == "replace":
            pairs += _instead(_outside_tags(own), _outside_tags(their))
    return pairs


def _words(found: Iterable[Letter]) -> list[list[Letter]]:
    words: list[list[Letter]] = []
    for letter in found:
        if letter.begins_word or not words:
            words.append([])
        words[-1].append(letter)
    return words


def _keys(words: Iterable[Sequence[Letter]]) -> list[str]:
    return ["".join(letter.key for letter in word) for word in words]


def _equal_pairs(ours: Iterable[str], theirs: Iterable[str]) -> int:
    theirs_count = Counter(theirs)
    return sum(count * theirs_count[key] for key, count in Counter(ours).items())


def _outside_tags(words: Iterable[Iterable[Letter]]) -> list[Letter]:
    return [letter for word in words for letter in word if not letter.in_tag]


def _instead(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Iterator[tuple[Letter, Letter]]:
    """Of words in each other's place; none where one side is too long to be the same in other letters."""
    shorter, longer = sorted((len(ours), len(theirs)))
    return _by_share(ours, theirs) if longer <= 3 * shorter else iter(())


def _by_share(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Iterator[tuple[Letter, Letter]]:
    for place, letter in enumerate(ours):
        yield letter, theirs[place * len(theirs) // len(ours)]
