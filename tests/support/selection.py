"""The marks that each test gets by where it stands, the order of a run, and what PostgreSQL leaves out."""

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
        # Files are examined by a child process.
        "tracks/files/probe",
        "tracks/files/zip",
        "tracks/models/test_migrations.py",
        "tracks/models/test_role_migration.py",
        "tracks/services/archive",
    ),
}
FIXTURES = {
    "browser": {"browser"},
    "process": {"start_simulator"},
}
MAY_START_PROCESSES = tuple(PATHS)
# Their subject is no database: who may do what, the web server, a provider's dialect, each operation.
ANY_DATABASE = (
    "musicgen/test_roles.py",
    "whole/test_callbacks_over_http.py",
    "whole/test_demo.py",
    "whole/test_every_form.py",
    "whole/test_every_operation.py",
    "whole/test_kie.py",
    # The drill plays the same faults on PostgreSQL.
    "whole/test_songs.py",
    "whole/test_supervised_workers.py",
)
PLAYING = tuple(f"browser/test_{name}.py" for name in ("compare", "follow", "player", "words"))
# What mostly waits begins first, the longest before the others, so that the rest runs beside it.
FIRST = (
    *PLAYING,
    "browser",
    "whole/test_drill.py",
    "whole/test_demo.py",
    "whole/test_every_operation.py",
    "whole/test_every_form.py",
    "whole/test_queue.py",
    "whole/test_songs.py",
    "whole/test_supervised_workers.py",
    "whole/test_workers.py",
    "whole",
    "musicgen/simulator",
    "musicgen",
    # Of what computes, the longest begins first, so that no process is left alone with it at the end.
    "tracks/providers/suno/test_contract.py",
    "tracks/admin/test_queries_of_lists.py",
    "tracks/files/zip/test_extract.py",
    "tracks/providers",
)
# One process of a parallel run takes all of a group, which has these paths: each would start a browser,
# simulators and an installation of its own, and two that play at once would take each other's time.
GROUPS = {
    "playing": PLAYING,
    "browser": ("browser",),
    "simulator": ("musicgen/simulator",),
    "installation": (
        "whole/test_every_form.py",
        "whole/test_every_operation.py",
        "whole/test_queue.py",
        "whole/test_songs.py",
    ),
}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "admin_user", "admin_client"}


def mark(item: pytest.Item) -> None:
    path = item.path.relative_to(TESTS).as_posix()
    item.add_marker(pytest.mark.xdist_group(group_of(path)))
    for name, places in PATHS.items():
        if any(path == place or path.startswith(f"{place}/") for place in places):
            item.add_marker(name)
    for name, fixtures in FIXTURES.items():
        if fixtures & fixtures_of(item):
            item.add_marker(name)


def group_of(path: str) -> str:
    return next((name for name, places in GROUPS.items() if path.startswith(places)), path)


def place_in_run(item: pytest.Item) -> int:
    """Small for what is to begin first."""
    path = item.path.relative_to(TESTS).as_posix()
    return next((place for place, first in enumerate(FIRST) if path.startswith(first)), len(FIRST))


def may_start_processes(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in MAY_START_PROCESSES)


def depends_on_database(item: pytest.Item) -> bool:
    """Others cannot: pytest-django refuses them every query. Whole installations have one of their own."""
    if item.path.relative_to(TESTS).as_posix() in ANY_DATABASE:
        return False
    is_marked = item.get_closest_marker("django_db") or item.get_closest_marker("whole")
    return bool(is_marked or DATABASE_FIXTURES & fixtures_of(item))


def fixtures_of(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))
