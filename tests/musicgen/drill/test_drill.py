"""`manage.py drill`: all ends as it must on either database, and what does not is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from musicgen.drill.installation import of
from musicgen.drill.report import pace_problem, table
from musicgen.drill.runner import Drill
from musicgen.drill.scenarios import SCENARIOS, Ending, Scenario
from musicgen.drill.verdicts import Course, wrong_ending
from musicgen.processes.group import ProcessGroupError
from tests.support.installation import free_port, new_database
from tests.support.paths import ROOT
from tracks import providers

SCENARIO = Scenario("late", "suno", "[[delay:60]]", Ending())
TAKEN = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "TEST_DATABASE_URL", "SECRET_KEY", "DATA_DIR")


def drill(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in TAKEN}
    own = {"TMPDIR": str(folder), "DATA_DIR": str(folder / "var")}
    own["DJANGO_SETTINGS_MODULE"] = "musicgen.settings"
    return subprocess.run(
        [sys.executable, "manage.py", "drill", *options],
        cwd=ROOT,
        env=environment | own,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def test_everything_that_can_go_wrong_ends_as_it_must(tmp_path: Path) -> None:
    database = new_database()
    done = drill(tmp_path, *(["--database", database] if database else []))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"  ok$", done.stdout, re.MULTILINE)) == len(SCENARIOS)
    assert "WRONG" not in done.stdout
    assert "nothing was bought twice" in done.stdout
    assert list(tmp_path.glob("musicgen-drill-*")) == []


def test_a_database_that_cannot_be_had_is_said_and_the_logs_stay(tmp_path: Path) -> None:
    done = drill(tmp_path, "--database", "mysql://somewhere/x")
    assert done.returncode == 1
    assert "DATABASE_URL must look like" in done.stderr
    assert f"logs and files: {tmp_path}/musicgen-drill-" in done.stdout


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = drill(tmp_path, "--database", f"postgres://nobody@127.0.0.1:{free_port()}/x")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database cannot be reached: ")
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_a_database_with_tables_is_left_alone() -> None:
    site = Drill(Path(tempfile.gettempdir()), "http://127.0.0.1:9", "http://127.0.0.1:9", print)
    with pytest.raises(ProcessGroupError, match="empty database"):
        site.run()


def test_each_scenario_is_a_good_order_that_is_told_apart() -> None:
    for scenario in SCENARIOS:
        operation = providers.get(scenario.provider).operations[scenario.operation]
        assert operation.problems(scenario.params) == []
        rows = [{"provider": one.provider, "body": one.params} for one in SCENARIOS]
        assert of(scenario, rows) == [{"provider": scenario.provider, "body": scenario.params}]


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
def test_another_ending_is_told(other: Any, words: str) -> None:
    assert wrong_ending(SCENARIO, task(**other)) == words


def test_a_file_that_must_be_refused_is_tried_before_that_counts() -> None:
    bomb = replace(SCENARIO, ending=Ending(archive="pending", refused=2))
    pending = {"tracks": [track(archive="pending")]}
    assert wrong_ending(bomb, task(**pending)) == "too few tries"
    tries = [{"kind": "asset.try"}, {"kind": "asset.try"}]
    assert wrong_ending(bomb, task(**pending, events=tries)) == ""


def test_the_table_tells_what_went_wrong() -> None:
    good = Course(SCENARIO, 1, seconds=2.5, ended_as="succeeded complete")
    bad = Course(SCENARIO, 2, ended_as="overdue", problems=["bought 2 instead of 1"])
    lines = list(table([good, bad], ["something else"], (60, 5), []))
    assert lines[1].endswith("  ok")
    assert lines[2].endswith("WRONG: bought 2 instead of 1")
    assert "never" in lines[2]
    assert lines[-2:] == ["WRONG: something else", "2 scenarios: 1 went wrong."]


def test_what_concerns_all_is_wrong_even_where_each_ended_well() -> None:
    good = Course(SCENARIO, 1, seconds=2.5, ended_as="succeeded complete")
    *_, problem, verdict = table([good], ["something"], (60, 5), [])
    assert problem == "WRONG: something"
    assert verdict == "1 scenarios: each ended as it must, but what concerns them all went wrong."


def test_the_table_counts_the_densest_moments() -> None:
    rows = [{"provider": "suno", "at": at, "refused": False} for at in (0.0, 1.0, 4.0, 5.5, 20.0)]
    assert any("at most 3 requests in any 5 s; 60" in line for line in table([], [], (60, 5), rows))


def test_refused_requests_are_a_problem() -> None:
    rows = [{"provider": "suno", "at": 0.0, "refused": refused} for refused in (True, False)]
    assert pace_problem(rows, (60, 5)) == ["1 requests came faster than 60 in 5 s."]
    assert pace_problem([], (60, 5)) == []
