"""A whole installation at a slow rate: songs are archived, and no provider sees more than it allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from tests.support.installation import Installation
from tests.support.orders import ORDERS, Key, check, finished, order
from tests.support.waiting import PATIENCE, until


def suno_requests(site: Installation) -> list[Any]:
    """What arrived at the simulator, oldest first."""
    seen = requests.get(f"{site.provider}/_simulator/requests", timeout=PATIENCE).json()["requests"]
    return [one for one in seen if one["provider"] == "suno"]


def songs_and_lyrics(site: Installation, songs: int, lyrics: int) -> list[tuple[Key, int]]:
    """Lyrics are requests as a song is, and have no files to archive."""
    keys = [("suno", "generate")] * songs + [("suno", "lyrics")] * lyrics
    return [(key, order(site, key)) for key in keys]


def check_all(site: Installation, tasks: list[tuple[Key, int]]) -> None:
    """Each has all its results, and every file is archived."""
    for key, task in tasks:
        check(ORDERS[key], finished(site, task))


def test_eight_tasks_at_five_requests_in_two_seconds(tmp_path: Path) -> None:
    with Installation(tmp_path, {"SUNO_RATE": "5/2"}) as site:
        check_all(site, songs_and_lyrics(site, songs=3, lyrics=5))
        arrivals = [one["at"] for one in suno_requests(site)]
    assert len(arrivals) >= 8
    for begin in arrivals:
        assert sum(begin <= at < begin + 2 for at in arrivals) <= 5


def test_a_provider_that_comes_back_is_found_and_no_song_is_bought_twice(tmp_path: Path) -> None:
    """While it is away the breaker opens; workers that wait are not taken for ones that stand still."""
    with Installation(tmp_path, {"BREAKER_BACKOFF": "1", "WATCHDOG_STALL": "10"}) as site:
        site.kill("simulator")
        tasks = songs_and_lyrics(site, songs=2, lyrics=4)
        log = tmp_path / "worker.log"
        until(lambda: "Suno serves nothing" in log.read_text(), what="the breaker's opening")
        site.start_simulator()
        check_all(site, tasks)
        assert len(site.submits()) == len(tasks)
        assert "Suno serves requests again" in log.read_text()
        assert "workers are replaced" not in log.read_text()
