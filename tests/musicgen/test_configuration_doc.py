"""docs/configuration.md and .env.example have every variable that is read, with its default, and no other."""

from __future__ import annotations

import ast
import re
from typing import Any

from tests.support.paths import ROOT

READERS = ("musicgen/settings.py", "musicgen/management/commands/web.py")
DOCUMENT = ROOT / "docs" / "configuration.md"
EXAMPLE = ROOT / ".env.example"


def read_variables() -> dict[str, ast.expr | None]:
    """Each variable with the expression of its default, where it has one."""
    return {
        name: default_of(call)
        for reader in READERS
        for call in ast.walk(ast.parse((ROOT / reader).read_text()))
        if isinstance(call, ast.Call) and (name := variable_of(call))
    }


def variable_of(call: ast.Call) -> str:
    """The variable that the call's first argument names; else blank."""
    first = call.args[0] if call.args else None
    name = str(first.value) if isinstance(first, ast.Constant) else ""
    return name if re.fullmatch(r"[A-Z][A-Z_]+", name) else ""


def default_of(call: ast.Call) -> ast.expr | None:
    """The second argument; of a list of words that must match a pattern, that is the pattern."""
    has_default = len(call.args) > 1 and not ast.unparse(call.func).endswith(".words_like")
    return call.args[1] if has_default else None


def documented() -> dict[str, str]:
    """Each variable of the page's tables with the text of its default."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \| [^|]+ \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a variable stands there twice"
    return dict(rows)


def test_the_page_has_every_variable_and_no_other() -> None:
    assert sorted(documented()) == sorted(read_variables())


def test_the_page_has_the_defaults() -> None:
    shown = documented()
    defaults = {name: value for name, value in read_variables().items() if is_literal(value)}
    assert len(defaults) > 20
    wrong = {name: shown[name] for name, value in defaults.items() if shown[name] != f"`{text(value)}`"}
    assert wrong == {}


def is_literal(value: ast.expr | None) -> bool:
    """Numbers, products of numbers, and texts; not what depends on other settings."""
    return value is not None and all(
        isinstance(node, ast.Constant | ast.BinOp | ast.operator) for node in ast.walk(value)
    )


def text(value: Any) -> str:
    return str(eval(ast.unparse(value)))  # noqa: S307 - a literal of our own source


def test_the_example_has_every_variable_and_no_other() -> None:
    shown = re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)
    assert sorted(shown) == sorted(read_variables())


def test_the_example_shows_the_defaults_of_what_it_comments_out() -> None:
    shown: dict[str, str] = dict(re.findall(r"^# ([A-Z_]+)=(.+)$", EXAMPLE.read_text(), re.MULTILINE))
    defaults = {
        name: value for name, value in read_variables().items() if name in shown and is_literal(value)
    }
    assert len(defaults) > 20
    assert {name: shown[name] for name in defaults} == {name: text(value) for name, value in defaults.items()}
