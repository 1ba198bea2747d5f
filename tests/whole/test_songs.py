"""Songs of a provider that misbehaves come in and are archived, or say why not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.bad_hosts import SILENT_ADDRESS, silent_host
from tests.support.installation import Installation
from tests.support.waiting import until

TEMPOLOR = ("", "[[duplicate]] [[shuffle]]", "[[silent]]", "[[flaky]]", "[[expired]]")
SUNO = ("", "[[duplicate]] [[shuffle]]", "[[flaky]]")
LOST, LOST_AND_SILENT = "a quiet bay [[no-answer]]", "a silent bay [[no-answer]] [[silent]]"
FAILURES = {"[[fail:413]]": ("copyright", "recording"), "[[fail:531]]": ("upstream", "again")}
NO_SONG = {
    "[[html]]": "web page",
    "[[empty]]": "empty",
    "[[half]]": "breaks off",
    "[[corrupt]]": "damaged",
    "[[redirect:http://169.254.169.254/latest/meta-data]]": "169.254.169.254",
    "[[redirect:http://127.0.0.1:1/]]": "127.0.0.1",
}
SUNO_PROMPTS = (
    *(f"a harbour {words}" for words in (*SUNO, "[[silent]]", "[[expired]]")),
    *(LOST, LOST_AND_SILENT),
    *FAILURES,
    *("[[refuse:429]]", "patience [[refuse:430:2]]"),
)


@pytest.fixture(scope="module")
def tempolor(site: Installation) -> dict[str, int]:
    """The task of each prompt; all are ordered at once, for each waits most of its time."""
    return {f"a harbour {words}": site.tempolor_song(f"a harbour {words}") for words in TEMPOLOR}


@pytest.fixture(scope="module")
def suno(site: Installation, tempolor: dict[str, int]) -> dict[str, int]:
    return {prompt: site.suno_song(prompt) for prompt in SUNO_PROMPTS}


@pytest.mark.parametrize("words", TEMPOLOR)
def test_a_tempolor_song_is_kept_whole(site: Installation, tempolor: dict[str, int], words: str) -> None:
    [track] = site.archived(tempolor[f"a harbour {words}"])
    assert track["lyrics_timing"] == "line"
    assert {asset["kind"] for asset in track["assets"]} >= {"audio", "audio_hi"}
    for asset in track["assets"]:
        site.check_file(asset)


@pytest.mark.parametrize("words", SUNO)
def test_both_takes_of_suno_are_kept_with_their_sources(
    site: Installation, suno: dict[str, int], words: str
) -> None:
    tracks = site.archived(suno[f"a harbour {words}"])
    assert len(tracks) == 2
    for track in tracks:
        kinds = {asset["kind"] for asset in track["assets"]}
        assert kinds == {"audio", "source_audio", "image", "source_image"}


def test_without_callbacks_suno_is_polled_and_kept(site: Installation, suno: dict[str, int]) -> None:
    """The details name no source files."""
    for track in site.archived(suno["a harbour [[silent]]"]):
        assert {asset["kind"] for asset in track["assets"]} == {"audio", "image"}


def test_a_dead_link_is_replaced_by_a_fresh_one_of_the_details(
    site: Installation, suno: dict[str, int]
) -> None:
    def songs() -> list[str]:
        assets = [
            asset for track in site.task(suno["a harbour [[expired]]"])["tracks"] for asset in track["assets"]
        ]
        return [a["kind"] for a in assets if a["status"] == "archived" and a["kind"] == "audio"]

    until(lambda: songs() == ["audio", "audio"], what="both takes")


def test_an_instrumental_is_kept(site: Installation) -> None:
    task = site.submit("tempolor", "instrumental", prompt="slow piano", model="TemPolor i3.5")
    [track] = site.archived(task)
    assert track["lyrics"] == []


def test_a_lost_answer_is_found_again_and_nothing_is_bought_twice(
    site: Installation, suno: dict[str, int]
) -> None:
    site.archived(suno[LOST])
    bought = [one for one in site.submits() if "a quiet bay" in str(one["body"])]
    assert len(bought) == 1
    seen = [event["data"].get("to") for event in site.task(suno[LOST])["events"]]
    assert "unsure" in seen


def test_a_lost_answer_without_callbacks_stays_unsure_until_a_person_resolves_it(
    site: Installation, suno: dict[str, int]
) -> None:
    task = suno[LOST_AND_SILENT]
    site.task_with(task, status="unsure")
    [bought] = [one for one in site.submits() if "a silent bay" in str(one["body"])]
    answer = site.api("POST", f"tasks/{task}/settle/", json={"external_id": bought["id"]})
    assert answer.ok, answer.text
    assert len(site.archived(task)) == 2


@pytest.mark.parametrize("words", FAILURES)
def test_a_failure_says_what_to_do(site: Installation, suno: dict[str, int], words: str) -> None:
    kind, advice = FAILURES[words]
    task = site.task_with(suno[words], status="failed")
    assert task["error"]["kind"] == kind
    assert advice in task["error"]["advice"].lower()


def test_a_refusal_for_good_fails_and_one_for_now_is_sent_again(
    site: Installation, suno: dict[str, int]
) -> None:
    refused = site.task_with(suno["[[refuse:429]]"], status="failed")
    assert refused["error"]["kind"] == "credit"
    site.archived(suno["patience [[refuse:430:2]]"])


@pytest.fixture(scope="module")
def bad(site: Installation) -> dict[str, int]:
    """Songs with bad files: the last ones ordered, for their files are tried again and again."""
    return {words: site.tempolor_song(f"bad files {words}") for words in NO_SONG}


@pytest.mark.parametrize("words", NO_SONG)
def test_what_is_no_song_is_never_kept_and_says_why(
    site: Installation, bad: dict[str, int], words: str
) -> None:
    def songs() -> list[Any]:
        assets = [asset for track in site.task(bad[words])["tracks"] for asset in track["assets"]]
        return [asset for asset in assets if asset["kind"] == "audio"]

    def error() -> str:
        return next((asset["error"] for asset in songs() if asset["error"]), "")

    assert NO_SONG[words] in until(error, what="an error that people can read")
    assert {asset["status"] for asset in songs()} <= {"pending", "failed"}
    assert {asset["url"] for asset in songs()} == {None}


ON_A_SILENT_HOST = """
from datetime import timedelta
from django.utils import timezone
from tracks.models import Asset, Track
now = timezone.now()
for number in range(40):
    Asset.objects.create(
        track=Track.objects.first(), kind="image", label=f"silent {{number}}", status="pending",
        source_url=f"http://{host}/{{number}}.jpg", host="{host}",
        expires_at=now + timedelta(hours=1), next_attempt_at=now,
    )
"""
TRIED = """
from tracks.models import Asset
print(Asset.objects.filter(host="{host}", attempts__gt=0).count())
"""
GONE = """
from tracks.models import Asset
Asset.objects.filter(host="{host}").delete()
"""


def test_forty_files_on_a_silent_host_hold_up_no_song(site: Installation) -> None:
    site.archived(site.tempolor_song("before the silence"))
    with silent_host(SILENT_ADDRESS) as host:
        site.manage("shell", "-v", "0", "-c", ON_A_SILENT_HOST.format(host=host))
        site.archived(site.suno_song("beside the silence"))
        tried = int(site.manage("shell", "-v", "0", "-c", TRIED.format(host=host)))
        site.manage("shell", "-v", "0", "-c", GONE.format(host=host))
    assert tried < 40
