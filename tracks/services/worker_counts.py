"""How many workers a machine needs, and how many of them may archive at once."""

from __future__ import annotations

from tracks import providers


def min_workers() -> int:
    """How many workers a machine needs: two for each provider, one for files and one for callbacks."""
    return 2 * len(providers.REGISTRY) + 2


def max_archivers(workers: int) -> int:
    """At most half of the workers, and no more than submits, queries and callbacks leave; at least one."""
    return max(1, min(workers // 2, workers - min_workers() + 1))
