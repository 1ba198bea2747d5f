"""The marks that each test gets by where it stands, and what a run on PostgreSQL leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# By mark: folders and modules below tests/, and fixtures.
PATHS = {
    "browser": ("browser", "whole/test_demo.py"),
    "whole": ("whole",),
    "process": (
        "musicgen/processes/test_supervisor.py",
        "musicgen/processes/test_web_server.py",
        "musicgen/simulator/test_process.py",
        "musicgen/test_settings.py",
        "tracks/files/download/test_ended_worker.py",
        # A file of sound and most pictures are probed by a child process.
        "tracks/files/probe/test_check.py",
        "tracks/files/probe/test_child.py",
        "tracks/files/probe/test_pictures.py",
        "tracks/models/test_migrations.py",
        "tracks/services/archive",
    ),
}
FIXTURES = {
    "browser": {"browser"},
    "process": {"start_simulator"},
}
MAY_START_PROCESSES = tuple(PATHS)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "admin_user", "admin_client"}


def mark(item: pytest.Item) -> None:
    path = item.path.relative_to(TESTS).as_posix()
    for name, places in PATHS.items():
        if any(path == place or path.startswith(f"{place}/") for place in places):
            item.add_marker(name)
    for name, fixtures in FIXTURES.items():
        if fixtures & fixtures_of(item):
            item.add_marker(name)


def may_start_processes(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in MAY_START_PROCESSES)


def touches_a_database(item: pytest.Item) -> bool:
    """Others cannot: pytest-django refuses them every query. Whole installations have one of their own."""
    is_marked = item.get_closest_marker("django_db") or item.get_closest_marker("whole")
    return bool(is_marked or DATABASE_FIXTURES & fixtures_of(item))


def fixtures_of(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))
