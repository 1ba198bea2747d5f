"""Search terms as ids: ours, or the provider's."""

from __future__ import annotations

from django.db.models import Q

from tracks.models import Task, Track
from tracks.providers import REGISTRY

MAX_ID = 2**63 - 1


def our_id(term: str) -> int | None:
    """``12`` and ``#12``; None for anything else."""
    digits = term.strip().removeprefix("#")
    is_number = digits.isascii() and digits.isdigit()
    return int(digits) if is_number and len(digits) < 20 and int(digits) <= MAX_ID else None


def task_ids(term: str) -> set[int]:
    """Tasks by our id, by their provider's id, or by that of one of their tracks."""
    named = _of_provider(term)
    tasks = set(Task.objects.filter(named).values_list("pk", flat=True))
    tasks |= set(Track.objects.filter(named).values_list("task_id", flat=True))
    number = our_id(term)
    return tasks if number is None else tasks | {number}


def track_ids(term: str) -> set[int]:
    """Tracks by the provider's id, or by ours written as ``#12``: a bare number is a search word."""
    tracks = set(Track.objects.filter(_of_provider(term)).values_list("pk", flat=True))
    number = our_id(term) if term.strip().startswith("#") else None
    return tracks if number is None else tracks | {number}


def _of_provider(term: str) -> Q:
    # Both columns of the unique index are named, so that the database uses it.
    return Q(provider__in=list(REGISTRY), external_id=term.strip()) & ~Q(external_id="")
