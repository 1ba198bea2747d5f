"""The flow of data goes one way, each room does what its name says, and one word has one meaning."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import PAYLOADS, ROOT

# Who may not import whom: (what lies below, modules that it must not know).
FORBIDDEN = [
    ("tracks", ("callbacks", "musicgen")),
    ("tracks/domain", ("django", "tracks.lib", "tracks.models", "tracks.providers", "tracks.queries")),
    ("tracks/domain", ("tracks.files", "tracks.services", "tracks.presentation", "tracks.signed_urls")),
    ("tracks/lib", ("tracks.models", "tracks.domain", "tracks.providers", "tracks.services")),
    ("tracks/lib", ("tracks.queries", "tracks.files", "tracks.presentation", "tracks.signed_urls")),
    ("tracks/models", ("tracks.services", "tracks.providers", "tracks.files", "tracks.queries")),
    ("tracks/providers", ("tracks.models", "tracks.services", "tracks.jobs", "tracks.domain.fold")),
    ("tracks/providers", ("tracks.domain.track_fold",)),
    ("tracks/files", ("tracks.services", "tracks.queries", "tracks.providers", "tracks.presentation")),
    ("tracks/files/download", ("django", "tracks.models")),
    ("tracks/files/probe", ("django", "tracks.models")),
    ("tracks/files/zip", ("django", "tracks.models")),
    ("tracks/queries", ("tracks.services", "tracks.presentation")),
    ("tracks/services", ("tracks.presentation", "tracks.forms")),
    *(
        (f"tracks/{below}", ("tracks.api", "tracks.views", "tracks.admin"))
        for below in ("services", "queries")
    ),
    *((f"tracks/{below}", ("tracks.api", "tracks.views", "tracks.admin")) for below in ("models", "files")),
    ("tracks/presentation", ("tracks.api", "tracks.views", "tracks.admin", "tracks.forms")),
    ("tracks/api", ("tracks.views", "tracks.admin", "tracks.presentation", "tracks.forms")),
    ("callbacks", ("musicgen", "tracks.api", "tracks.views")),
    ("musicgen/simulator", ("django", "tracks", "callbacks")),
]
# The simulator checks requests by the product's declarations, and takes nothing else of it.
SIMULATOR_MAY = re.compile(r"tracks\.providers\.(\w+\.)?operations\.\w+")
PRODUCT = ("tracks", "callbacks", "musicgen")


def sources(below: str) -> list[Path]:
    place = ROOT / below
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def product() -> list[Path]:
    return [path for room in PRODUCT for path in sources(room) if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_below(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


@pytest.mark.parametrize(("below", "forbidden"), FORBIDDEN, ids=[below for below, _ in FORBIDDEN])
def test_arrows_point_one_way(below: str, forbidden: tuple[str, ...]) -> None:
    files = sources(below)
    assert files
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in files
        for name in imported(path)
        if any(is_below(name, one) for one in forbidden)
        and not (below == "musicgen/simulator" and SIMULATOR_MAY.fullmatch(name))
    ]
    assert wrong == []


def test_no_import_goes_in_a_circle() -> None:
    modules = {
        name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in product()
    }
    arrows = {module: known_modules(path, set(modules)) - {module} for module, path in modules.items()}
    while free := [module for module, needs in arrows.items() if not needs & arrows.keys()]:
        for module in free:
            del arrows[module]
    assert sorted(arrows) == []


def known_modules(path: Path, modules: set[str]) -> set[str]:
    """The modules of ours that this one imports; from a package only what its own ``__init__`` has."""
    found = set()
    for name in imported(path):
        found.add(name if name in modules else name.rpartition(".")[0])
    return found & modules


def test_one_file_imports_django_q2() -> None:
    users = {
        name_of(path) for path in product() if any(is_below(name, "django_q") for name in imported(path))
    }
    assert users == {"musicgen/processes/queue.py"}


def test_nothing_lies_loose_in_tracks() -> None:
    modules = {path.stem for path in (ROOT / "tracks").glob("*.py")} - {"__init__"}
    assert modules == {"apps", "urls", "jobs", "signed_urls"}


def test_no_provider_key_outside_its_provider() -> None:
    """Names that only a provider's JSON has stand in that provider's folder, the simulator and tests."""
    bodies = [json.loads(path.read_text()) for path in PAYLOADS.rglob("*.json")]
    telling = {key for body in bodies for key in keys(body) if re.search(r"[A-Z]|_hi_|_sections", key)}
    assert "audioUrl" in telling
    may_know = (
        "tracks/providers/",
        "musicgen/simulator/",
        "musicgen/demo/songs.py",
        "musicgen/drill/scenarios.py",
    )
    offenders = [
        f"{name_of(path)}: {key}"
        for path in product()
        if not name_of(path).startswith(may_know)
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


WRITING = {
    *("save", "create", "acreate", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("update", "delete", "select_for_update"),
}
READERS = (
    "tracks/queries",
    "tracks/presentation",
    "tracks/forms",
    "tracks/views",
    "tracks/api",
    "tracks/providers",
)


@pytest.mark.parametrize("below", READERS)
def test_readers_write_no_row(below: str) -> None:
    offenders = [
        f"{name_of(path)}:{call.lineno} {ast.unparse(call.func)}"
        for path in sources(below)
        for call in writes_of(path)
    ]
    assert offenders == []


def test_only_services_write_the_products_tables() -> None:
    tables = re.compile(
        r"\b(Task|Track|Asset|LyricLine|LyricVersion|Statement|Event|Account|CatalogueEntry"
        r"|Playlist|PlaylistEntry|Tag|TrackTag|SavedSearch)\b"
    )
    allowed = {"services", "migrations", "management", "models"}
    offenders = [
        f"{name_of(path)}:{call.lineno}"
        for path in product()
        if not set(path.parts) & allowed
        for call in writes_of(path)
        if tables.search(ast.unparse(call.func))
    ]
    assert offenders == []


def writes_of(path: Path) -> Iterator[ast.Call]:
    """Calls that write to a database: methods of these names on rows, querysets and managers."""
    for node in ast.walk(tree_of(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        # A dict, a set and a hash have methods of these two names too.
        is_elsewhere = node.func.attr in ("update", "delete") and ".objects" not in ast.unparse(node.func)
        if node.func.attr in WRITING and not is_elsewhere:
            yield node


# Layers in which the same name stands for the same thing seen from another side: `api/tasks`, `views/tasks`.
LAYERS = {
    *("models", "services", "queries", "domain", "files", "lib", "providers", "presentation", "forms"),
    *("views", "api", "admin", "templatetags", "commands", "simulator", "demo", "drill", "processes"),
}
# Modules that frameworks and the provider protocol look for by name.
GIVEN = {"__init__", "__main__", "apps", "urls", "admin", "models", "jobs", "views", "base"}


def test_modules_share_a_name_only_across_layers() -> None:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in product():
        if path.stem not in GIVEN:
            places[layer_of(path), path.stem].append(name_of(path))
    assert [paths for paths in places.values() if len(paths) > 1] == []


def layer_of(path: Path) -> str:
    """The room that a file lies in; each provider's folder is one of its own, for all have the same files."""
    parts = path.relative_to(ROOT).parts[:-1]
    if "providers" in parts or "simulator" in parts:
        return "/".join(parts)
    return next((part for part in reversed(parts) if part in LAYERS), parts[0])


# Names that stand more than once and mean the same each time, with that meaning.
SHARED = {
    "Command": "what manage.py calls",
    "build": "makes a provider from the settings",
    "main": "where a process begins",
    "run": "runs a process until it is told to stop",
}


def test_a_public_name_has_one_meaning() -> None:
    """Classes and functions; what each provider has under the same name is the same part of each."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in product():
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                places[node.name].add(without_provider(path))
    again = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1 and name not in SHARED}
    assert again == {}


def without_provider(path: Path) -> str:
    return re.sub(r"/(suno|tempolor)\b", "/<p>", name_of(path))


def test_no_test_imports_another() -> None:
    offenders = [
        f"{name_of(path)} imports {name}"
        for path in sources("tests")
        for name in imported(path)
        if name.startswith("tests.")
        and any(part.startswith("test_") or part == "conftest" for part in name.split("."))
    ]
    assert offenders == []


def test_every_provider_passes_the_contract() -> None:
    folders = {path.parent.name for path in (ROOT / "tracks/providers").glob("*/provider.py")}
    tests = {path.parent.name for path in (ROOT / "tests/tracks/providers").glob("*/test_contract.py")}
    assert folders == tests
