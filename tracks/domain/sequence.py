"""Sequences of ids in which each stands once: how a playlist's order changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def with_added(order: Sequence[int], ids: Sequence[int], at: int | None = None) -> list[int]:
    """The ids put in before place ``at`` (the end without it), in their order; those already in stay."""
    there = set(order)
    new = [one for one in dict.fromkeys(ids) if one not in there]
    place = len(order) if at is None else at
    return [*order[:place], *new, *order[place:]]


def with_removed(order: Sequence[int], ids: Collection[int]) -> list[int]:
    gone = set(ids)
    return [one for one in order if one not in gone]


def with_moved(order: Sequence[int], one: int, to: int) -> list[int]:
    """The id, which must be in, at place ``to`` of the result; at its end if that is beyond it."""
    rest = list(order)
    rest.remove(one)
    rest.insert(to, one)
    return rest
