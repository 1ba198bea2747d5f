"""The documents speak of what is there: paths exist, the README is short, the glossary's terms are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PROVIDERS = ("tempolor", "suno")
FOLDERS = ("tracks", "callbacks", "musicgen", "templates", "static", "tests", "docs", "requirements")
APPS = ("tracks", "callbacks", "musicgen", "musicgen/simulator", "tests/payloads", "tests/payloads/simulator")
# A path from the top. With a slash before it, it is an address of the site.
PATH = re.compile(rf"(?<![\w./<>{{-])(?:{'|'.join(FOLDERS)})/[\w./<>*-]*")
# In the README of an app: a file beside it.
BESIDE = re.compile(r"`((?:[\w-]+/)*(?:[\w-]+\.(?:py|json|mp4|md)|[\w-]+/))`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def documents() -> list[Path]:
    top = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return [*top, *sorted((ROOT / "docs").rglob("*.md")), *(ROOT / app / "README.md" for app in APPS)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_addresses(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_path_exists(document: Path) -> None:
    named = set(PATH.findall(without_addresses(document.read_text())))
    assert sorted(path for path in named if not exists(path.rstrip(".,"))) == []


def exists(path: str) -> bool:
    """For every provider, where ``<p>`` stands for one; a ``*`` must match something."""
    names = [path.replace("<p>", provider) for provider in PROVIDERS]
    return all("<" in name or any(ROOT.glob(name.rstrip("/"))) for name in names)


@pytest.mark.parametrize("app", APPS)
def test_every_file_that_a_readme_walks_through_exists(app: str) -> None:
    named = set(BESIDE.findall((ROOT / app / "README.md").read_text()))
    assert sorted(path for path in named if not lies_beside(app, path)) == []


def lies_beside(app: str, path: str) -> bool:
    """In the app's folder or one below it, for a list such as ``processes/`` names its files alone."""
    return (ROOT / path).exists() or any(
        (place / path).exists() for place in [ROOT / app, *(ROOT / app).rglob("*/")]
    )


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if not link.startswith("http")]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_the_readme_begins_with_what_it_is_and_how_to_try_it() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:25])
    assert all(
        part in first_screen for part in ("make demo", "make test", "docs/screens/song-desktop-dark.webp")
    )


def test_the_list_of_decisions_has_all_of_them() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("0*.md"))
    assert LINK.findall((folder / "README.md").read_text()) == files
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("heading", ["# ", "## Context", "## Decision", "## Consequences"])
def test_every_decision_has_its_parts(heading: str) -> None:
    decisions = (ROOT / "docs" / "decisions").glob("0*.md")
    lacking = [
        path.name for path in decisions if not re.search(f"^{heading}", path.read_text(), re.MULTILINE)
    ]
    assert lacking == []


def terms() -> Iterator[str]:
    """The glossary's terms; where a row explains several, each of them."""
    for cell in re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE):
        if cell != "term" and not cell.startswith("-"):
            yield from re.sub(r" \(.*\)", "", cell).split(", ")


def code() -> str:
    places = product(("tracks", "callbacks", "musicgen", "templates"), ("*.py", "*.html"))
    return "\n".join(path.read_text() for folder, kind in places for path in (ROOT / folder).rglob(kind))


def test_every_term_of_the_glossary_is_used() -> None:
    text = code()
    unused = [
        term for term in terms() if not re.search(re.sub(r"[ -]", r"[ _-]?", term), text, re.IGNORECASE)
    ]
    assert len(list(terms())) > 60
    assert unused == []


def test_every_target_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert targets == set(re.findall(r"^([a-z-]+):.* ## \S", makefile, re.MULTILINE))
