"""A whole installation: songs come in, are archived, and survive what happens to workers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.support.installation import Installation, descendants
from tests.support.waiting import PATIENCE, until


def files_of(tracks: list[Any]) -> dict[tuple[int, str, str], Any]:
    return {(track["id"], one["kind"], one["label"]): one for track in tracks for one in track["assets"]}


def check_file(site: Installation, asset: Any) -> None:
    content = site.api("GET", asset["url"]).content
    assert hashlib.sha256(content).hexdigest() == asset["sha256"]
    assert len(content) == asset["bytes"]


@pytest.mark.parametrize("words", ["", "[[duplicate]] [[shuffle]]", "[[silent]]", "[[flaky]]", "[[expired]]"])
def test_a_tempolor_song_is_kept_whole(site: Installation, words: str) -> None:
    [track] = site.archived(site.tempolor_song(f"a harbour {words}"))
    assert track["lyrics_timing"] == "line"
    assert {asset["kind"] for asset in track["assets"]} >= {"audio", "audio_hi"}
    for asset in track["assets"]:
        check_file(site, asset)


@pytest.mark.parametrize("words", ["", "[[duplicate]] [[shuffle]]", "[[flaky]]"])
def test_both_takes_of_suno_are_kept_with_their_sources(site: Installation, words: str) -> None:
    tracks = site.archived(site.suno_song(f"a harbour {words}"))
    assert len(tracks) == 2
    for track in tracks:
        kinds = {asset["kind"] for asset in track["assets"]}
        assert kinds == {"audio", "source_audio", "image", "source_image"}


def test_without_callbacks_suno_is_polled_and_kept(site: Installation) -> None:
    """The details name no source files."""
    for track in site.archived(site.suno_song("a harbour [[silent]]")):
        assert {asset["kind"] for asset in track["assets"]} == {"audio", "image"}


def test_a_dead_link_is_replaced_by_a_fresh_one_of_the_details(site: Installation) -> None:
    task = site.suno_song("a harbour [[expired]]")

    def songs() -> list[str]:
        assets = [asset for track in site.task(task)["tracks"] for asset in track["assets"]]
        return [a["kind"] for a in assets if a["status"] == "archived" and a["kind"] == "audio"]

    until(lambda: songs() == ["audio", "audio"], what="both takes")


def test_an_instrumental_is_kept(site: Installation) -> None:
    task = site.submit("tempolor", "instrumental", prompt="slow piano", model="TemPolor i3.5")
    [track] = site.archived(task)
    assert track["lyrics"] == []


def test_a_lost_answer_is_found_again_and_nothing_is_bought_twice(site: Installation) -> None:
    task = site.suno_song("a quiet bay [[no-answer]]")
    site.archived(task)
    bought = [one for one in site.submits() if "a quiet bay" in str(one["body"])]
    assert len(bought) == 1
    seen = [event["data"].get("to") for event in site.task(task)["events"]]
    assert "unsure" in seen


def test_a_lost_answer_without_callbacks_stays_unsure_until_a_person_resolves_it(site: Installation) -> None:
    task = site.suno_song("a silent bay [[no-answer]] [[silent]]")
    site.task_with(task, status="unsure")
    [bought] = [one for one in site.submits() if "a silent bay" in str(one["body"])]
    answer = site.api("POST", f"tasks/{task}/settle/", json={"external_id": bought["id"]})
    assert answer.ok, answer.text
    assert len(site.archived(task)) == 2


@pytest.mark.parametrize(
    ("words", "kind", "advice"),
    [("[[fail:413]]", "copyright", "recording"), ("[[fail:531]]", "upstream", "again")],
)
def test_a_failure_says_what_to_do(site: Installation, words: str, kind: str, advice: str) -> None:
    task = site.task_with(site.suno_song(f"a song {words}"), status="failed")
    assert task["error"]["kind"] == kind
    assert advice in task["error"]["advice"].lower()


def test_a_refusal_for_good_fails_and_one_for_now_is_sent_again(site: Installation) -> None:
    refused = site.task_with(site.suno_song("[[refuse:429]]"), status="failed")
    assert refused["error"]["kind"] == "credit"
    site.archived(site.suno_song("patience [[refuse:430:2]]"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("[[html]]", "web page"),
        ("[[empty]]", "empty"),
        ("[[half]]", "breaks off"),
        ("[[corrupt]]", "damaged"),
        ("[[redirect:http://169.254.169.254/latest/meta-data]]", "169.254.169.254"),
        ("[[redirect:http://127.0.0.1:1/]]", "127.0.0.1"),
    ],
)
def test_what_is_no_song_is_never_kept_and_says_why(site: Installation, words: str, reason: str) -> None:
    task = site.tempolor_song(f"bad files {words}")

    def error() -> str:
        audio = [a for t in site.task(task)["tracks"] for a in t["assets"] if a["kind"] == "audio"]
        return next((a["error"] for a in audio if a["error"]), "")

    assert reason in until(error, what="an error that people can read")
    audio = [a for t in site.task(task)["tracks"] for a in t["assets"] if a["kind"] == "audio"]
    assert {a["status"] for a in audio} <= {"pending", "failed"}
    assert {a["url"] for a in audio} == {None}


def test_a_worker_killed_in_the_middle_of_a_download_keeps_the_file_once(
    tmp_path: Path,
) -> None:
    with Installation(tmp_path, {"SLICE": "30"}) as site:
        task = site.tempolor_song("a long road [[slow]]")
        part = until(
            lambda: next((p for p in (tmp_path / "scratch").glob("*.part") if p.stat().st_size), None)
        )
        site.kill("worker")
        left = part.stat().st_size
        site.start("worker")
        [track] = site.archived(task)
        assert left > 0
        for asset in track["assets"]:
            check_file(site, asset)
        archived = [e for e in site.task(task)["events"] if e["data"].get("to") == "archived"]
        assert sorted(e["data"]["kind"] for e in archived) == sorted(a["kind"] for a in track["assets"])


def test_workers_whose_parent_was_killed_do_not_run_on_beside_the_next(tmp_path: Path) -> None:
    with Installation(tmp_path) as site:
        orphans = until(lambda: descendants(site.processes["worker"].pid), what="workers")
        parent = site.processes.pop("worker")
        parent.kill()
        parent.wait(PATIENCE)
        site.start("worker")
        site.archived(site.tempolor_song())
        until(lambda: not any(Path(f"/proc/{pid}/stat").exists() for pid in orphans), what="the orphans' end")
