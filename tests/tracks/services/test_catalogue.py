"""Models and voices: data with a default list that can be refreshed, and never a reason to refuse."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from musicgen.processes.startup import prepare_database
from tests.support.http_server import Service
from tracks import providers
from tracks.domain.vocabulary import Vocabulary
from tracks.models import CatalogueEntry
from tracks.providers.operations import Field, Operation
from tracks.services import catalogue
from tracks.services.catalogue import BadList, DefaultEntry, default_list, read_list, refresh

pytestmark = pytest.mark.django_db
MODEL = Field("model", str, "Model", vocabulary=Vocabulary.MODEL)
SINGER = Field("voice_id", str, "Voice", vocabulary=Vocabulary.VOICE)


def operation(name: str = "generate", *fields: Field) -> Operation:
    declared = fields or (MODEL, SINGER)
    return Operation(name, "Song", "", declared, "callback_url", "/", "/", (), "https://docs.example")


def models(provider: str = "suno") -> list[str]:
    rows = CatalogueEntry.objects.filter(provider=provider, is_listed=True)
    return list(rows.values_list("name", flat=True))


def a_list(*names: str) -> list[DefaultEntry]:
    return [DefaultEntry("model", name) for name in names]


def writes(seen: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in seen.captured_queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


# --- The lists that we bring ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", list(providers.REGISTRY))
def test_each_default_list_names_operations_and_kinds_that_exist(name: str) -> None:
    declared = providers.get(name).operations
    for entry in default_list(name):
        assert entry.kind in list(Vocabulary)
        for one in entry.operations:
            assert one in declared
            assert any(field.vocabulary == entry.kind for field in declared[one].fields), (entry, one)


@pytest.mark.parametrize("name", list(providers.REGISTRY))
def test_what_a_form_begins_with_is_in_the_list(name: str) -> None:
    refresh(name)
    for one in providers.get(name).operations.values():
        for field in one.fields:
            if field.vocabulary and field.default:
                assert catalogue.warnings(name, one, {field.name: field.default}) == []


def test_a_provider_without_a_list_has_none(toy: Service) -> None:
    assert default_list("toy") == []
    assert str(refresh("toy")) == "nothing new"


# --- Refreshing -------------------------------------------------------------------------------------------
def test_a_refresh_fills_the_table_and_again_changes_nothing() -> None:
    done = refresh("suno")
    assert done.added == models()
    assert {"V5", "V4_5PLUS", "V4"} <= set(models())
    with CaptureQueriesContext(connection) as seen:
        assert str(refresh("suno")) == "nothing new"
    assert writes(seen) == []


def test_new_defaults_come_and_old_ones_are_no_longer_suggested() -> None:
    refresh("suno", a_list("A", "B"))
    done = refresh("suno", a_list("C", "B"))
    assert (done.added, done.updated, done.retired) == (["C"], [], ["A"])
    assert models() == ["C", "B"]
    assert CatalogueEntry.objects.get(name="A").is_default


def test_one_that_comes_back_is_suggested_again() -> None:
    for names in (["A"], [], ["A"]):
        refresh("suno", a_list(*names))
    assert models() == ["A"]


def test_a_changed_default_is_updated() -> None:
    refresh("suno", [DefaultEntry("model", "A")])
    done = refresh("suno", [DefaultEntry("model", "A", "The first", ("generate",))])
    row = CatalogueEntry.objects.get()
    assert (done.updated, row.label, row.operations) == (["A"], "The first", ["generate"])


@pytest.mark.parametrize("names", [["A"], []])
def test_what_a_person_edited_stays(names: list[str]) -> None:
    refresh("suno", a_list("A"))
    CatalogueEntry.objects.update(label="Ours", is_edited=True)
    assert str(refresh("suno", a_list(*names))) == "nothing new"
    row = CatalogueEntry.objects.get()
    assert (row.label, row.is_listed) == ("Ours", True)


@pytest.mark.parametrize("names", [["A"], []])
def test_what_a_person_added_stays(names: list[str]) -> None:
    CatalogueEntry.objects.create(provider="suno", kind="model", name="A", label="Ours")
    assert str(refresh("suno", a_list(*names))) == "nothing new"
    row = CatalogueEntry.objects.get()
    assert (row.label, row.is_listed, row.is_default) == ("Ours", True, False)


def test_one_providers_list_touches_no_others() -> None:
    refresh("tempolor", a_list("A"))
    refresh("suno", a_list("A"))
    refresh("suno", [])
    assert (models("tempolor"), models("suno")) == (["A"], [])


@pytest.mark.django_db(transaction=True)
def test_a_start_fills_the_table_and_may_be_repeated() -> None:
    prepare_database()
    prepare_database()
    assert models("suno")
    assert models("tempolor")


# --- Lists from elsewhere ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "document",
    [
        "",
        "[",
        "[" * 100_000,
        "\ud800",
        "[]",
        "{}",
        {"entries": {}},
        {"entries": [{}] * 1001},
        {"entries": ["V5"]},
        {"entries": [None]},
        {"entries": [{}]},
        {"entries": [{"kind": "model"}]},
        {"entries": [{"kind": "key", "name": "V5"}]},
        {"entries": [{"kind": "model", "name": ""}]},
        {"entries": [{"kind": "model", "name": " V5"}]},
        {"entries": [{"kind": "model", "name": "V\x005"}]},
        {"entries": [{"kind": "model", "name": "\ud800"}]},
        {"entries": [{"kind": "model", "name": 5}]},
        {"entries": [{"kind": "model", "name": "x" * 101}]},
        {"entries": [{"kind": "model", "name": "V5", "label": None}]},
        {"entries": [{"kind": "model", "name": "V5", "label": "x" * 201}]},
        {"entries": [{"kind": "model", "name": "V5", "operations": 5}]},
        {"entries": [{"kind": "model", "name": "V5", "operations": [5]}]},
        {"entries": [{"kind": "model", "name": "V5", "price": 5}]},
        {"entries": [{"kind": "model", "name": "V5"}] * 2},
    ],
)
def test_a_list_that_is_none_is_refused_and_changes_nothing(document: Any, tmp_path: Path) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    raw = text.encode("utf-8", "surrogatepass")
    with pytest.raises(BadList):
        read_list(raw)
    (tmp_path / "list.json").write_bytes(raw)
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("refresh_catalogue", "suno", "--file", str(tmp_path / "list.json"))
    assert not CatalogueEntry.objects.exists()


def test_the_command_refreshes_all_and_reports(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("refresh_catalogue")
    first = capsys.readouterr().out
    assert "suno: added: " in first
    assert "TemPolor v4.5" in first
    call_command("refresh_catalogue")
    assert capsys.readouterr().out == "tempolor: nothing new\nsuno: nothing new\n"


def test_the_command_takes_a_list_of_ones_own(tmp_path: Path) -> None:
    own = {"entries": [{"kind": "voice", "name": "SV000013", "label": "Mina"}]}
    (tmp_path / "list.json").write_text(json.dumps(own))
    call_command("refresh_catalogue", "tempolor", "--file", str(tmp_path / "list.json"), stdout=io.StringIO())
    assert models("tempolor") == ["SV000013"]
    assert not models("suno")


@pytest.mark.parametrize("words", [["--file", "x.json"], ["nobody"], ["suno", "--file", "/nowhere.json"]])
def test_the_command_refuses_what_it_cannot_do(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("refresh_catalogue", *words)


# --- Suggestions and warnings -----------------------------------------------------------------------------
def test_suggestions_are_for_the_operation_in_the_lists_order() -> None:
    defaults = [
        DefaultEntry("model", "B"),
        DefaultEntry("model", "A", "", ("add-vocals",)),
        DefaultEntry("model", "C"),
    ]
    refresh("suno", defaults)
    CatalogueEntry.objects.filter(name="C").update(is_listed=False)

    def names(name: str) -> list[str]:
        return [
            entry.name
            for entry in catalogue.read_catalogue("suno").suggestions("suno", operation(name), MODEL)
        ]

    assert (names("generate"), names("add-vocals")) == (["B"], ["B", "A"])


def test_a_field_without_a_vocabulary_has_no_suggestions() -> None:
    refresh("suno")
    assert catalogue.read_catalogue().suggestions("suno", operation(), Field("title", str, "Title")) == []


def test_voices_are_not_offered_as_models() -> None:
    refresh("tempolor", [DefaultEntry("voice", "SV000013"), DefaultEntry("model", "TemPolor v4.5")])
    [voice] = catalogue.read_catalogue().suggestions("tempolor", operation(), SINGER)
    assert (voice.name, str(voice)) == ("SV000013", "SV000013")


def test_many_fields_are_read_by_one_query() -> None:
    refresh("suno")
    refresh("tempolor")
    with CaptureQueriesContext(connection) as seen:
        known = catalogue.read_catalogue()
        for name in ("suno", "tempolor"):
            assert known.suggestions(name, operation(), MODEL)
            assert known.suggestions(name, operation(), SINGER) == []
    assert len(seen) == 1


def warned(**params: Any) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        warnings = catalogue.warnings("suno", operation(), params)
    assert len(seen) <= 1
    return warnings


def test_an_unknown_model_is_warned_of() -> None:
    refresh("suno", a_list("V5", "V4"))
    assert warned(model="V9") == [
        "“V9” is not in our list of Suno's models; it is passed on as it is. If the provider refuses it, "
        "choose another, such as V5, V4."
    ]


def test_a_known_model_is_not() -> None:
    refresh("suno", a_list("V5"))
    assert warned(model="V5") == []


def test_a_model_that_left_the_list_is_warned_of() -> None:
    refresh("suno", a_list("V3", "V5"))
    refresh("suno", a_list("V5"))
    [warnings] = warned(model="V3")
    assert warnings.startswith("“V3” is no longer in our list of Suno's models; it is passed on")


def test_a_model_for_something_else_is_warned_of() -> None:
    refresh("suno", [DefaultEntry("model", "V4", "", ("extend",)), DefaultEntry("model", "V5")])
    [warnings] = warned(model="V4")
    assert warnings.startswith("“V4” is not known to work for “Song”; it is passed on")


@pytest.mark.parametrize("value", ["", "  ", None, 5, [], {"a": 1}])
def test_a_value_that_names_nothing_gives_no_warning(value: Any) -> None:
    refresh("suno", a_list("V5"))
    assert warned(model=value) == []


def test_a_kind_without_a_list_gives_no_warning() -> None:
    refresh("suno", a_list("V5"))
    assert warned(voice_id="SV000013") == []


def test_each_unknown_name_has_its_warning() -> None:
    refresh("suno", [DefaultEntry("model", "V5"), DefaultEntry("voice", "Mina")])
    warnings = warned(model="V9", voice_id="Nobody")
    assert [sentence.partition(" is ")[0] for sentence in warnings] == ["“V9”", "“Nobody”"]


def test_nothing_is_read_where_no_model_is_named() -> None:
    with CaptureQueriesContext(connection) as seen:
        assert catalogue.warnings("suno", operation(), {"prompt": "an owl"}) == []
    assert len(seen) == 0
