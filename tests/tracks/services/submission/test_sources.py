"""The source track of a task: found, filled in, and refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories import make_track
from tests.support.sources import LINK, make_source, prepared_for
from tracks import providers
from tracks.models import Asset
from tracks.services.submission import sources
from tracks.services.submission.sources import Prepared, prepare

pytestmark = pytest.mark.django_db
EXTEND = {"item_id": "track-x", "start_time": 30.0}
VOCALS = {"prompt": "la", "title": "Owls", "style": "waltz", "negativeTags": "rain"}


def details_of(prepared: Prepared) -> dict[str, str]:
    return {problem.field: problem.detail for problem in prepared.problems}


# --- Found --------------------------------------------------------------------------------------------------
def test_a_track_is_found_by_its_id_there() -> None:
    source = make_source("tempolor", external_id="track-x")
    make_source("suno", external_id="track-x")
    assert prepared_for("tempolor", "extend", EXTEND).source == source


def test_a_task_names_its_first_track() -> None:
    first = make_source()
    make_track(first.task, position=1)
    assert prepared_for("suno", "cover-image", {"taskId": first.task.external_id}).source == first


@pytest.mark.parametrize("url", [LINK, LINK.replace("abc", "anew"), "https://media.example/song.mp3"])
def test_a_link_is_known_whatever_its_signature(url: str) -> None:
    source = make_source()
    assert prepared_for("tempolor", "stems", {"url": url}).source == source


@pytest.mark.parametrize(
    "path", ["/api/v1/tracks/{}/media/audio?label=x", "/tracks/{}/", "/tracks/{}", "/tracks/{}/#line-3"]
)
def test_our_own_address_stands_for_the_track(path: str) -> None:
    """It needs a login, so the provider could not load it: the link is made anew when it is sent."""
    source = make_source()
    address = f"{configured.PUBLIC_URL}{path.format(source.pk)}"
    assert prepared_for("tempolor", "stems", {"url": address}) == Prepared({}, source, [], [])


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"url": ""},
        {"url": None},
        {"url": 7},
        {"url": "nul\x00"},
        {"url": "https://other.example/song.mp3"},
        {"url": "http://[broken"},
        {"url": f"{configured.PUBLIC_URL}/api/v1/tracks/999/media/audio"},
        {"url": f"{configured.PUBLIC_URL}/api/v1/tracks/{10**18 * 99}/media/audio"},
        {"url": f"{configured.PUBLIC_URL}/api/v1/tracks/x/media/audio"},
        {"url": f"{configured.PUBLIC_URL}/tracks/1x/"},
    ],
)
def test_what_names_nothing_of_ours_has_no_source(asked: Any) -> None:
    make_source()
    assert prepared_for("tempolor", "stems", asked).source is None


def test_a_blank_id_names_no_track() -> None:
    make_source("tempolor", external_id="")
    assert prepared_for("tempolor", "extend", {"item_id": "", "start_time": 30.0}).source is None


@examples(200, HealthCheck.function_scoped_fixture)
@given(data=st.data())
def test_any_parameters_are_checked_without_an_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(providers.REGISTRY)))
    operation = data.draw(st.sampled_from(list(providers.get(name).operations.values())))
    values = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.text())
        | st.floats(allow_nan=False)
    )
    params = data.draw(st.fixed_dictionaries({}, optional={field.name: values for field in operation.fields}))
    chosen = make_source() if data.draw(st.booleans()) else None
    assert isinstance(prepare(name, operation, params, chosen).problems, list)


# --- Filled in ----------------------------------------------------------------------------------------------
def test_the_ids_of_the_chosen_track_are_filled_in() -> None:
    source = make_source()
    prepared = prepared_for("suno", "wav", {}, source)
    assert prepared.problems == []
    assert prepared.params == {"taskId": source.task.external_id, "audioId": source.external_id}
    assert prepared.source == source


def test_the_task_is_filled_in_where_the_track_is_named() -> None:
    source = make_source()
    prepared = prepared_for("suno", "wav", {"audioId": source.external_id})
    assert prepared.params["taskId"] == source.task.external_id
    assert prepared.problems == []


def test_a_task_alone_does_not_say_which_take() -> None:
    source = make_source()
    assert "audioId" in details_of(prepared_for("suno", "wav", {"taskId": source.task.external_id}))


def test_the_same_ids_may_be_given_with_the_track() -> None:
    source = make_source()
    assert prepared_for("suno", "wav", {"audioId": source.external_id}, source).problems == []


def test_no_link_is_stored() -> None:
    assert prepared_for("tempolor", "stems", {}, make_source()).params == {}


def test_a_moment_beyond_the_measured_length_is_refused() -> None:
    source = make_source("tempolor", duration_ms=300_000)
    problems = details_of(prepared_for("tempolor", "extend", {"start_time": 97.0}, source))
    assert "only 97 s long" in problems["start_time"]
    assert prepared_for("tempolor", "extend", {"start_time": 96.9}, source).problems == []


def test_the_promised_length_counts_where_none_was_measured() -> None:
    source = make_source("tempolor", duration_ms=50_000)
    Asset.objects.update(duration_ms=None)
    assert "start_time" in details_of(prepared_for("tempolor", "extend", {"start_time": 50.0}, source))


def test_the_sources_model_is_the_one_that_was_submitted() -> None:
    source = make_source(model="chirp-v4-5")
    assert sources.source_facts(source).model == "V4_5"


# --- Refused with a reason ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("operation", "over", "words"),
    [
        ("wav", {"kind": "files"}, "is no song (files)"),
        ("wav", {"status": "failed"}, "failed, so nothing can be made from it"),
        ("wav", {"status": "pending"}, "is not finished yet"),
        ("wav", {"status": "streaming"}, "is not finished yet"),
        ("wav", {"external_id": ""}, "whose id at the provider is not known"),
        ("generate", {}, "is not made from a track"),
    ],
)
def test_an_unfit_source_is_one_problem_of_its_own(operation: str, over: Any, words: str) -> None:
    problems = details_of(prepared_for("suno", operation, {}, make_source(**over)))
    assert words in problems["source_track"]
    assert not {"taskId", "audioId"} & set(problems)


def test_ids_are_of_use_to_their_own_provider_only() -> None:
    problems = details_of(prepared_for("suno", "wav", {}, make_source("tempolor")))
    assert "was made by TemPolor; “WAV file” of Suno takes only its own songs" in problems["source_track"]


def test_a_recording_may_be_any_providers() -> None:
    assert prepared_for("suno", "add-vocals", VOCALS, make_source("tempolor")).problems == []


def test_a_song_without_a_good_link_or_archived_audio_is_refused() -> None:
    source = make_source()
    Asset.objects.update(status="expired")
    assert "cannot be passed on" in details_of(prepared_for("tempolor", "stems", {}, source))["source_track"]


@pytest.mark.parametrize(
    ("name", "operation", "asked"),
    [
        ("suno", "wav", {"audioId": "another"}),
        ("suno", "wav", {"taskId": "another"}),
        ("tempolor", "stems", {"url": "https://other.example/a.mp3"}),
    ],
)
def test_a_parameter_that_names_another_track_is_refused(name: str, operation: str, asked: Any) -> None:
    problems = details_of(prepared_for(name, operation, asked, make_source()))
    [field] = asked
    assert problems[field].startswith("names something else than source_track ")
    assert "leave one of them out" in problems[field]


def test_a_link_to_the_chosen_track_is_no_contradiction() -> None:
    assert prepared_for("tempolor", "stems", {"url": LINK}, make_source()).problems == []


def test_an_id_of_a_track_that_is_not_ready_here_is_left_to_the_provider() -> None:
    source = make_source("tempolor", external_id="track-x", status="streaming")
    prepared = prepared_for("tempolor", "extend", EXTEND)
    assert (prepared.source, prepared.problems) == (source, [])
