"""Matches the letters of two nearly equal texts, whatever their punctuation, spelling and line breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, takewhile
from unicodedata import category, normalize

from tracks.domain.lyrics.blocks import Step, matching_steps
from tracks.domain.lyrics.sections import TAG

# Scripts written without spaces between words: each character counts as a word.
_WITHOUT_SPACES = (
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
# Comparing two texts takes time by the equal pairs of their words; beyond this they are not compared.
MAX_EQUAL_PAIRS = 500_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or digit. ``key`` is equal for all ways to write it, but differs inside and outside a tag."""

    key: str
    place: int
    in_tag: bool
    begins_word: bool


Pairs = list[tuple[Letter, Letter]]


def letters(text: str) -> list[Letter]:
    """All letters of the text with their indexes in it, those of section tags included."""
    tagged = {place for tag in TAG.finditer(text) for place in range(*tag.span())}
    found: list[Letter] = []
    begins = True
    for place, char in enumerate(text):
        if key := _key(char):
            in_tag, alone = place in tagged, is_unspaced(char)
            found.append(Letter("[" + key if in_tag else key, place, in_tag, begins or alone))
            begins = alone
        elif not category(char).startswith("M"):
            begins = True
    return found


@lru_cache(maxsize=4096)
def is_unspaced(char: str) -> bool:
    """Whether the character's script puts no spaces between words."""
    return any(first <= char <= last for first, last in _WITHOUT_SPACES)


def match_letters(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Pairs:
    """Pairs of corresponding letters, in order on both sides; letters without a counterpart are left out.

    Where one word replaces another, their letters are paired in proportion: such pairs differ in key.
    """
    head = _equal_at_start(ours, theirs)
    ours_left, theirs_left = ours[head:], theirs[head:]
    tail = _equal_at_start(reversed(ours_left), reversed(theirs_left))
    middle = _match_words(ours_left[: len(ours_left) - tail], theirs_left[: len(theirs_left) - tail])
    ends = zip(ours[len(ours) - tail :], theirs[len(theirs) - tail :], strict=True)
    return [*zip(ours[:head], theirs[:head], strict=True), *middle, *ends]


@dataclass(frozen=True, slots=True)
class SungWord:
    """A word as it is written, from ``place`` on; its ``key`` is equal for all ways to write it."""

    key: str
    text: str
    place: int


def sung_words(text: str) -> list[SungWord]:
    """The words outside section tags, without case, accents, width and punctuation in their keys."""
    words = (word for word in _words(letters(text)) if not word[0].in_tag)
    return [
        SungWord("".join(one.key for one in word), text[word[0].place : word[-1].place + 1], word[0].place)
        for word in words
    ]


def compared_words(
    ours: Sequence[str], theirs: Sequence[str], most_pairs: int = MAX_EQUAL_PAIRS
) -> list[Step] | None:
    """The steps from one list of keys to the other; None where comparing them would take too long.

    Beyond ``most_pairs`` equal pairs it would: 500,000 take a second at worst.
    What is equal at both ends stays so: difflib may move a word that is repeated.
    """
    head = _how_many_equal(ours, theirs)
    tail = _how_many_equal(ours[head:][::-1], theirs[head:][::-1])
    ours_left, theirs_left = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if _equal_pairs(ours_left, theirs_left) > most_pairs:
        return None
    middle = matching_steps(ours_left, theirs_left)
    ends = ("equal", len(ours) - tail, len(ours), len(theirs) - tail, len(theirs))
    return [
        *([("equal", 0, head, 0, head)] if head else []),
        *((step, head + a, head + b, head + c, head + d) for step, a, b, c, d in middle),
        *([ends] if tail else []),
    ]


def _how_many_equal(ours: Iterable[str], theirs: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))


# A lyric has few characters, many times each.
@lru_cache(maxsize=4096)
def _key(char: str) -> str:
    if not char.isalnum():
        return ""
    bare = "".join(part for part in normalize("NFKD", char) if part.isalnum())
    return (bare or char).casefold()


def _equal_at_start(ours: Iterable[Letter], theirs: Iterable[Letter]) -> int:
    """How many letters are equal from the start on."""
    return _how_many_equal((one.key for one in ours), (one.key for one in theirs))


def _match_words(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Pairs:
    own_words, their_words = _words(ours), _words(theirs)
    own_keys, their_keys = _keys(own_words), _keys(their_words)
    pairs: Pairs = []
    for step, own_from, own_to, their_from, their_to in compared_words(own_keys, their_keys) or ():
        own, their = own_words[own_from:own_to], their_words[their_from:their_to]
        if step == "equal":
            pairs += chain.from_iterable(_in_proportion(a, b) for a, b in zip(own, their, strict=True))
        elif step == "replace":
            pairs += _replaced(_outside_tags(own), _outside_tags(their))
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


def _replaced(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Iterator[tuple[Letter, Letter]]:
    """Pairs of words that replace each other; none where one side is too long to be the same word."""
    shorter, longer = sorted((len(ours), len(theirs)))
    return _in_proportion(ours, theirs) if longer <= 3 * shorter else iter(())


def _in_proportion(ours: Sequence[Letter], theirs: Sequence[Letter]) -> Iterator[tuple[Letter, Letter]]:
    for place, letter in enumerate(ours):
        yield letter, theirs[place * len(theirs) // len(ours)]
