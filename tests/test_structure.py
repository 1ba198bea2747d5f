"""The flow of data goes one way, and what one place alone may do, one place alone does."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# Who may not import whom: (files below, modules that they must not know).
FORBIDDEN = [
    ("tracks", ("callbacks", "musicgen")),
    ("tracks/providers", ("tracks.models", "tracks.services", "tracks.jobs", "tracks.domain.fold")),
    ("tracks/domain/updates.py", ("tracks", "django")),
    ("tracks/domain/statuses.py", ("django", "tracks")),
    ("tracks/domain/fold.py", ("django", "tracks.models", "tracks.services", "tracks.providers")),
    ("tracks/lyrics", ("django", "tracks.models", "tracks.services", "tracks.providers")),
    ("tracks/fetch", ("django", "tracks.models", "tracks.services")),
    ("tracks/audio", ("django", "tracks.models", "tracks.services")),
    ("tracks/models", ("tracks.services", "tracks.providers", "tracks.api")),
    ("tracks/services", ("tracks.api", "tracks.views", "tracks.admin")),
    ("callbacks", ("musicgen", "tracks.api", "tracks.views")),
    ("musicgen/simulator", ("django", "tracks", "callbacks")),
]
# The simulator checks requests by the product's declarations, and takes nothing else of it.
SIMULATOR_MAY = re.compile(r"tracks\.providers\.(\w+\.)?operations\.\w+")


def sources(below: str) -> list[Path]:
    place = ROOT / below
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def product() -> list[Path]:
    return [path for room in ("tracks", "callbacks", "musicgen") for path in sources(room)]


@pytest.mark.parametrize(("below", "forbidden"), FORBIDDEN, ids=[below for below, _ in FORBIDDEN])
def test_arrows_point_one_way(below: str, forbidden: tuple[str, ...]) -> None:
    files = sources(below)
    assert files
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
        and not (below == "musicgen/simulator" and SIMULATOR_MAY.fullmatch(name))
    ]
    assert wrong == []


def test_one_file_imports_django_q2() -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in product()
        if any(name.split(".")[0] == "django_q" for name in imported(path))
    }
    assert users == {"musicgen/processes/queue.py"}


def test_no_provider_key_outside_its_provider() -> None:
    """Names that only a provider's JSON has stand in that provider's folder, the simulator and tests."""
    bodies = [json.loads(path.read_text()) for path in (ROOT / "tests/payloads").rglob("*.json")]
    telling = {key for body in bodies for key in keys(body) if re.search(r"[A-Z]|_hi_|_sections", key)}
    assert "audioUrl" in telling
    offenders = [
        f"{path.relative_to(ROOT)}: {key}"
        for path in product()
        if not path.is_relative_to(ROOT / "tracks/providers")
        and not path.is_relative_to(ROOT / "musicgen/simulator")
        and path.name not in ("demo_songs.py", "drill_scenarios.py")
        for key in telling
        if re.search(rf"[\"']{key}[\"']", path.read_text())
    ]
    assert offenders == []


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_only_services_write_the_products_tables() -> None:
    writing = re.compile(r"\.(save|create|bulk_create|get_or_create|update_or_create|delete)\(|\.update\(")
    allowed = ("services", "migrations", "management", "models")
    tables = re.compile(r"\b(Task|Track|Asset|LyricLine|Statement|Event)\.objects")
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in ("tracks", "callbacks", "musicgen")
        for path in sources(room)
        if not set(path.parts) & set(allowed)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if writing.search(line) and tables.search(line)
    ]
    assert offenders == []
