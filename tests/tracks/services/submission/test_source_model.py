"""The model of a source song: as we requested it, else as its result names it, else not known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.payloads import load
from tests.support.sources import make_source, prepared_for
from tracks import providers
from tracks.models import Task, Track
from tracks.services.submission.sources import Prepared, same_model, source_facts

pytestmark = pytest.mark.django_db

OURS: dict[str, Any] = {"origin": "submitted", "params": {"model": "V4_5"}}
ADOPTED: dict[str, Any] = {"origin": "adopted", "params": {}}


def source_of(reported: str, **task: Any) -> Track:
    source = make_source(model=reported)
    Task.objects.filter(pk=source.task_id).update(**task)
    return Track.objects.select_related("task").get(pk=source.pk)


def extended(source: Track, model: str) -> Prepared:
    return prepared_for("suno", "extend", {"defaultParamFlag": False, "model": model}, source)


@pytest.mark.parametrize(
    ("reported", "model"),
    [
        ("chirp-v3-5", "V3_5"),
        ("chirp-v4", "V4"),
        ("chirp-v4-5", "V4_5"),
        ("chirp-bluejay", "V4_5PLUS"),
        ("chirp-v5", "V5"),
        ("CHIRP-CROW", "V5"),
        ("chirp-fenix", "V5_5"),
        ("V5_5", "V5_5"),
    ],
)
@pytest.mark.parametrize("task", [ADOPTED, ADOPTED | {"params": OURS["params"]}])
def test_an_adopted_song_is_extended_with_the_model_that_its_result_names(
    reported: str, model: str, task: Any
) -> None:
    source = source_of(reported, **task)
    assert source_facts(source).model == model
    right = extended(source, model)
    assert (right.problems, right.warnings) == ([], [])
    (problem,) = extended(source, "V4_5ALL").problems
    assert problem.field == "model"
    assert model in problem.detail


@pytest.mark.parametrize("reported", ["", "chirp-auk", "chirp-v9", "a new one", "chirp-v4-5-all"])
@pytest.mark.parametrize("model", ["V4", "V4_5", "V4_5ALL", "V5", "V6"])
def test_where_the_model_is_not_known_any_is_sent_with_a_warning(reported: str, model: str) -> None:
    prepared = extended(source_of(reported, **ADOPTED), model)
    assert prepared.problems == []
    (warning,) = [one for one in prepared.warnings if "not known" in one and "made" in one]
    assert model in warning


@pytest.mark.parametrize("task", [OURS, OURS | {"operation": "extend"}])
def test_what_we_requested_counts_more_than_what_the_result_names(task: Any) -> None:
    source = source_of("chirp-v5", **task)
    assert extended(source, "V4_5").problems == []
    assert [problem.field for problem in extended(source, "V5").problems] == ["model"]


def test_a_song_that_is_named_by_its_id_is_judged_the_same() -> None:
    source = source_of("chirp-v9", **ADOPTED)
    params = {"defaultParamFlag": False, "model": "V4", "audioId": source.external_id}
    prepared = prepared_for("suno", "extend", params)
    assert prepared.problems == []
    assert len(prepared.warnings) == 1


def test_the_form_starts_with_the_known_model_and_with_none_that_is_guessed() -> None:
    extend = providers.get("suno").operations["extend"]
    assert same_model(extend, source_of("chirp-v5", **ADOPTED)) == {"model": "V5"}
    assert same_model(extend, source_of("chirp-auk", **ADOPTED)) == {}


def test_an_operation_that_takes_any_model_warns_of_nothing() -> None:
    source = source_of("chirp-auk", **ADOPTED)
    prepared = prepared_for("suno", "wav", {}, source)
    assert (prepared.problems, prepared.warnings) == ([], [])


def test_tempolors_results_name_the_model_as_requests_do() -> None:
    source = make_source("tempolor", model="TemPolor v4.6")
    Task.objects.filter(pk=source.task_id).update(**ADOPTED)
    assert source_facts(Track.objects.get(pk=source.pk)).model == "TemPolor v4.6"


def test_a_song_from_a_callback_under_the_shared_token(settings: Any) -> None:
    settings.CALLBACK_TOKENS = ["shared-token-of-the-tests"]
    elsewhere = make_task(provider="suno", external_id="elsewhere")
    deliver(elsewhere, load("suno/callback-complete.json"), token="shared-token-of-the-tests")
    process_all()
    song = Track.objects.filter(task__origin="adopted").select_related("task").earliest("pk")
    assert song.model == "chirp-v5"
    assert extended(song, "V5").problems == []
