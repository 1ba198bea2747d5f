"""Finds what two lists of words have in common: the blocks that difflib finds, much faster. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

# What becomes of the words from … to … of one list, and from … to … of the other, as difflib has it.
Step = tuple[str, int, int, int, int]
# Equal words from one place on in one list, from another on in the other, and how many.
Block = tuple[int, int, int]

# A run as one number, so that runs are compared as numbers; no list has as many words as that.
_SHIFT = 32
_LOW = (1 << _SHIFT) - 1


def matching_steps(ours: Sequence[str], theirs: Sequence[str]) -> list[Step]:
    """The steps from one list to the other, as ``SequenceMatcher(autojunk=False).get_opcodes()`` gives them.

    difflib looks at all equal pairs again for each block that it chooses, and each block leaves it two
    smaller parts. A run of equal pairs that reaches into one part reaches into no other, or it would be
    longer than the chosen block. So each run is looked at once, the longest first, and once more for each
    time it is cut.
    """
    return list(_steps(_merged(_chosen(ours, theirs)), len(ours), len(theirs)))


def _runs(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Block]:
    """All runs of equal words that cannot be longer."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(theirs):
        places[key].append(place)
    open_runs: dict[int, int] = {}  # the length of each run, by the place behind it in their list
    for at, key in enumerate(ours):
        longer = {place + 1: open_runs.pop(place, 0) + 1 for place in places.get(key, ())}
        yield from ((at - length, behind - length, length) for behind, length in open_runs.items())
        open_runs = longer
    yield from ((len(ours) - length, behind - length, length) for behind, length in open_runs.items())


def _chosen(ours: Sequence[str], theirs: Sequence[str]) -> list[Block]:
    """The longest block, then the longest one before and behind it, and so on; the earlier of equal ones."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for at, there, length in _runs(ours, theirs):
        by_length[length].append(at << _SHIFT | there)
    starts, blocks = [-1, len(ours)], [(-1, -1, 1), (len(ours), len(theirs), 0)]
    for length in range(max(by_length, default=0), 0, -1):
        for run in sorted(by_length.pop(length, ())):
            whole = (run >> _SHIFT, run & _LOW, length)
            part, place = _free_part(whole, starts, blocks)
            if part == whole:
                starts.insert(place, part[0])
                blocks.insert(place, part)
            elif part:
                by_length[part[2]].append(part[0] << _SHIFT | part[1])
    return blocks[1:]


def _free_part(run: Block, starts: Sequence[int], blocks: Sequence[Block]) -> tuple[Block | None, int]:
    """What of the run lies between two chosen blocks in both lists, and the place of the later one."""
    at, there, length = run
    place = bisect_right(starts, at)
    while True:
        before, behind = blocks[place - 1], blocks[place]
        first = max(0, before[0] + before[2] - at, before[1] + before[2] - there)
        last = min(length, behind[0] - at, behind[1] - there)
        if first < last:
            return (at + first, there + first, last - first), place
        if behind[0] >= at + length or place + 1 == len(blocks):
            return None, place
        place += 1


def _merged(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks that touch in both lists as one; the last one is empty, at the ends of both."""
    begin, their_begin, length = 0, 0, 0
    for at, there, count in blocks:
        if (begin + length, their_begin + length) == (at, there):
            length += count
        else:
            if length:
                yield begin, their_begin, length
            begin, their_begin, length = at, there, count
    yield begin, their_begin, length


def _steps(blocks: Iterable[Block], ours: int, theirs: int) -> Iterator[Step]:
    at, there = 0, 0
    for begin, their_begin, length in (*blocks, (ours, theirs, 0)):
        if at < begin and there < their_begin:
            yield "replace", at, begin, there, their_begin
        elif at < begin:
            yield "delete", at, begin, there, there
        elif there < their_begin:
            yield "insert", at, at, there, their_begin
        if length:
            yield "equal", begin, begin + length, their_begin, their_begin + length
        at, there = begin + length, their_begin + length
