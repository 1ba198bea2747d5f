"""How many examples hypothesis tries: all in a whole run, a twentieth in the run after each edit.

PostgreSQL's half of a whole run, which repeats tests of SQLite's with other examples, tries half as many.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No example is judged by the clock of a busy machine.
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.register_profile("half", deadline=None, max_examples=50)
settings.register_profile("quick", deadline=None, max_examples=5)


def choose(mark_expression: str) -> None:
    """For a run of the tests that match this expression (``pytest -m``)."""
    whole = "half" if os.environ.get("DB") == "postgresql" else "thorough"
    settings.load_profile("quick" if "not process" in mark_expression else whole)


def examples(count: int, *suppressed: HealthCheck) -> settings:
    """The settings of a test that tries ``count`` examples in a whole run; without these health checks."""
    at_least_one = max(1, count * settings().max_examples // 100)
    return settings(max_examples=at_least_one, suppress_health_check=list(suppressed))
