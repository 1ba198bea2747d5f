"""docs/providers.md says what the code says, and explains every hole."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from musicgen.management.commands.provider_table import BEGIN, END
from tests.support.paths import ROOT
from tracks import providers
from tracks.providers.suno import faults as suno_faults
from tracks.providers.table import HEAD, NOT_OFFERED, markdown
from tracks.providers.tempolor import faults as tempolor_faults

DOCUMENT = ROOT / "docs" / "providers.md"


def printed() -> str:
    out = io.StringIO()
    call_command("provider_table", stdout=out)
    return out.getvalue()


def cells(tables: str) -> list[list[str]]:
    """The rows of all tables, without their heads."""
    rows = [line.strip("|").split("|") for line in tables.splitlines() if line.startswith("|")]
    found = [[cell.strip() for cell in row] for row in rows]
    return [row for row in found if row != list(HEAD) and set(row) != {"---"}]


@pytest.fixture(scope="module")
def tables() -> str:
    return printed()


def test_the_document_holds_what_the_command_prints(tables: str) -> None:
    written = DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]
    assert written.strip() == tables.strip(), "run manage.py provider_table --into docs/providers.md"


def test_every_operation_of_every_provider_has_a_row(tables: str) -> None:
    for provider in providers.registered().values():
        section = tables.partition(f"### {provider.label}\n")[2].partition("### ")[0]
        named = [row[0] for row in cells(section)]
        wanted = [f"[`{name}`]({one.doc})" for name, one in provider.operations.items()]
        assert named == [*wanted, "word timing", "balance"]


def test_no_cell_is_empty(tables: str) -> None:
    for row in cells(tables):
        assert len(row) == len(HEAD)
        assert all(row), row


def test_what_is_not_offered_is_explained_below() -> None:
    for provider in providers.registered().values():
        rows = cells(markdown([provider]))
        missing = [row[0] for row in rows if NOT_OFFERED in row]
        assert set(missing) <= set(provider.left_out)


def test_the_tables_are_put_between_their_marks(tmp_path: Path, tables: str) -> None:
    file = tmp_path / "providers.md"
    file.write_text(f"before\n{BEGIN}old\n{END}after\n")
    for _ in range(2):
        call_command("provider_table", into=file)
        assert file.read_text() == f"before\n{BEGIN}\n{tables}\n{END}after\n"


@pytest.mark.parametrize("text", ["", f"{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_file_without_the_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "providers.md"
    file.write_text(text)
    with pytest.raises(CommandError, match="once each"):
        call_command("provider_table", into=file)
    assert file.read_text() == text


def test_the_document_has_tempolors_kind_of_every_code() -> None:
    text = DOCUMENT.read_text().partition("### TemPolor\n\nAn item")[2].partition("### Suno")[0]
    found = dict(re.findall(r"\| (4\d{5}) \| (\w+)", text))
    assert found == {str(code): tempolor_faults.of_answer(code, "").kind for code in range(400001, 400012)}


@pytest.mark.parametrize(("dialect", "column"), [("sunoapi", 2), ("kie", 3)])
def test_the_document_has_sunos_kind_of_every_code(dialect: str, column: int) -> None:
    text = DOCUMENT.read_text().partition("in an answer, kie |\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    listed = [(int(code), row) for row in rows for code in re.findall(r"\d{3}", row[0])]
    assert len(listed) == 17
    for code, row in listed:
        kind = suno_faults.of_answer(code, "", dialect).kind
        assert row[column].partition(":")[0] == kind, code
