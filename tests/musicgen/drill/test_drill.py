"""`manage.py drill` without its processes: valid requests, right endings, a report of what went wrong."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from musicgen.drill.evaluation import ScenarioRun, wrong_ending, wrong_fetches
from musicgen.drill.installation import submits_of
from musicgen.drill.report import rate_problems, table
from musicgen.drill.runner import Drill
from musicgen.drill.scenarios import SCENARIOS, Ending, Scenario
from musicgen.processes.group import ProcessGroupError
from tracks import providers

SCENARIO = Scenario("late", "suno", "[[delay:60]]", Ending())


@pytest.mark.django_db
def test_a_database_with_tables_is_left_alone() -> None:
    site = Drill(Path(tempfile.gettempdir()), "http://127.0.0.1:9", "http://127.0.0.1:9", print)
    with pytest.raises(ProcessGroupError, match="empty database"):
        site.run()


def test_each_scenario_is_a_valid_request_with_a_marker_of_its_own() -> None:
    for scenario in SCENARIOS:
        operation = providers.get(scenario.provider).operations[scenario.operation]
        assert operation.problems(scenario.params) == []
        rows = [{"provider": one.provider, "body": one.params} for one in SCENARIOS]
        assert submits_of(scenario, rows) == [{"provider": scenario.provider, "body": scenario.params}]


def task(**other: Any) -> Any:
    return {"status": "succeeded", "error": None, "tracks": [track()], "events": [], **other}


def track(**other: Any) -> Any:
    words = {"status": "ready", "archive": "complete", "lyrics_timing": "word"}
    return {**words, "assets": [], "external_id": "c1", **other}


def test_a_good_ending_is_no_problem() -> None:
    assert wrong_ending(SCENARIO, task()) == ""


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"status": "overdue"}, "ended as overdue complete"),
        ({"status": "failed", "error": {"kind": "upstream"}}, "ended as failed upstream complete"),
        ({"tracks": []}, "0 tracks instead of 1"),
        ({"tracks": [track(archive="pending")]}, "ended as succeeded pending"),
        ({"tracks": [track(lyrics_timing="none")]}, "lyrics are not timed by word"),
    ],
)
def test_another_ending_is_described(other: Any, words: str) -> None:
    assert wrong_ending(SCENARIO, task(**other)) == words


def test_a_file_that_must_be_refused_is_tried_before_that_counts() -> None:
    bomb = replace(SCENARIO, ending=Ending(archive="pending", failed_fetches=2))
    pending = {"tracks": [track(archive="pending")]}
    assert wrong_ending(bomb, task(**pending)) == "too few tries"
    tries = [{"kind": "asset.try"}, {"kind": "asset.try"}]
    assert wrong_ending(bomb, task(**pending, events=tries)) == ""


def test_a_piece_that_was_taken_for_the_file_and_doubted_is_a_problem() -> None:
    """It ends well all the same, as the file is fetched again."""
    sliced = next(
        scenario for scenario in SCENARIOS if (scenario.name, scenario.provider) == ("sliced", "tempolor")
    )
    broke_off = {"kind": "asset.try", "data": {"error": "the file broke off: 512 of 1024 bytes came"}}
    doubted = {"kind": "asset.try", "data": {"error": "the audio lasts 5.0 s, the provider stated 10.0 s"}}
    other = {"kind": "asset.status", "data": {"error": ""}}
    assert wrong_fetches(sliced, task(events=[broke_off, other, broke_off])) == []
    assert wrong_fetches(sliced, task(events=[broke_off, doubted, other])) == [
        "a fetch failed otherwise: the audio lasts 5.0 s, the provider stated 10.0 s"
    ]
    assert wrong_fetches(SCENARIO, task(events=[doubted])) == []
    assert sliced.ending.failed_fetches == 2


def test_the_table_shows_what_went_wrong() -> None:
    good = ScenarioRun(SCENARIO, 1, seconds=2.5, ended_as="succeeded complete")
    bad = ScenarioRun(SCENARIO, 2, ended_as="overdue", problems=["2 tasks at the provider instead of 1"])
    lines = list(table([good, bad], ["something else"], (60, 5), []))
    assert lines[1].endswith("  ok")
    assert lines[2].endswith("WRONG: 2 tasks at the provider instead of 1")
    assert "never" in lines[2]
    assert lines[-2:] == ["WRONG: something else", "2 scenarios: 1 went wrong."]


def test_what_concerns_all_is_wrong_even_where_each_ended_well() -> None:
    good = ScenarioRun(SCENARIO, 1, seconds=2.5, ended_as="succeeded complete")
    *_, problem, result = table([good], ["something"], (60, 5), [])
    assert problem == "WRONG: something"
    assert result == "1 scenarios: each ended as it must, but what concerns all of them went wrong."


def test_the_table_counts_the_densest_moments() -> None:
    rows = [{"provider": "suno", "at": at, "refused": False} for at in (0.0, 1.0, 4.0, 5.5, 20.0)]
    assert any("at most 3 requests in any 5 s; 60" in line for line in table([], [], (60, 5), rows))


def test_refused_requests_are_a_problem() -> None:
    rows = [{"provider": "suno", "at": 0.0, "refused": refused} for refused in (True, False)]
    assert rate_problems(rows, (60, 5)) == ["1 requests came faster than 60 in 5 s."]
    assert rate_problems([], (60, 5)) == []
