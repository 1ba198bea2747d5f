"""Finds words in a text however they are spelled: with JSON's escapes, percent signs, in UTF-16 or UTF-32."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator

# Each spelling may be spelled again: JSON in a query string in JSON. Nobody nests them this often.
MAX_LAYERS = 12

# Those of ASCII in UTF-16 and UTF-32: without them it is ASCII, whichever byte comes first.
_ZEROS = re.compile(r"\0+")
# One character in another spelling. Backslashes are taken as a run, because JSON inside JSON doubles them.
_SPELLED = re.compile(
    r"""\\++(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([/"'])|)  # RFC 8259, section 7
    |%(?:25)*([0-9a-f]{2})                               # RFC 3986, section 2.1
    """,
    re.IGNORECASE | re.VERBOSE,
)

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]


def find_spelled(text: str, find: Finder) -> list[Span]:
    """Where the text holds what ``find`` finds, in any spelling: spans in order that do not overlap.

    ``find`` gets the text as it is, and then each plainer reading of it.
    """
    readings = list(_readings(text))
    found = [list(find(reading)) for reading in readings]
    if not any(found):
        return []
    spans = found[0]
    places = _Places(text)
    for reading, inside in zip(readings, found[1:], strict=False):
        places.follow(reading)
        spans += [(places.starts[start], places.ends[end - 1]) for start, end in inside]
    return _merged(spans)


def plain(text: str) -> str:
    """The plainest reading of a text."""
    *_, last = _readings(text)
    return last


def _readings(text: str) -> Iterator[str]:
    yield text
    for _layer in range(MAX_LAYERS):
        plainer = text.replace("\0", "") if "\0" in text else _SPELLED.sub(_character, text)
        if plainer == text:
            return
        yield plainer
        text = plainer


def _character(spelled: re.Match[str]) -> str:
    if spelled[3]:
        return spelled[3]
    digits = spelled[1] or spelled[2] or spelled[4]
    return chr(int(digits, 16)) if digits else ""


class _Places:
    """Where each character of a reading stands in the first text."""

    def __init__(self, text: str) -> None:
        self.starts = array("I", range(len(text)))
        self.ends = array("I", range(1, len(text) + 1))

    def follow(self, reading: str) -> None:
        """From this reading, which the places are of, to the next plainer one."""
        starts, ends, at = array("I"), array("I"), 0
        for start, end, is_kept in _steps(reading):
            starts.extend(self.starts[at:start])
            ends.extend(self.ends[at:start])
            if is_kept:
                starts.append(self.starts[start])
                ends.append(self.ends[end - 1])
            at = end
        self.starts, self.ends = starts + self.starts[at:], ends + self.ends[at:]


def _steps(reading: str) -> Iterator[tuple[int, int, bool]]:
    """What is spelled in a reading: from where to where, and whether a character comes of it."""
    if "\0" in reading:
        return ((zeros.start(), zeros.end(), False) for zeros in _ZEROS.finditer(reading))
    return ((one.start(), one.end(), _character(one) != "") for one in _SPELLED.finditer(reading))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
