"""Every declared operation, ordered over REST, made by the simulator, and archived whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.installation import Installation
from tests.support.orders import ORDERS, Key, check, finished, order
from tests.support.waiting import until
from tracks import providers


@pytest.fixture(scope="module")
def ordered(site: Installation, songs: dict[str, int]) -> dict[Key, int]:
    """All at once, as a busy team would."""
    return {key: order(site, key, songs[key[0]]) for key in ORDERS}


def test_there_is_an_order_for_every_declared_operation() -> None:
    declared = {(name, op) for name, one in providers.registered().items() for op in one.operations}
    assert declared == set(ORDERS)


@pytest.mark.parametrize("key", ORDERS, ids="-".join)
def test_it_is_made_and_kept(
    site: Installation, songs: dict[str, int], ordered: dict[Key, int], key: Key
) -> None:
    task = finished(site, ordered[key])
    check(ORDERS[key], task)
    assert task["source_track"] == (songs[key[0]] if ORDERS[key].from_song else None)


def test_the_family_of_a_song_names_all_that_was_made_from_it(
    site: Installation, songs: dict[str, int], ordered: dict[Key, int]
) -> None:
    for provider, song in songs.items():
        made = site.get(f"tracks/{song}/family/")["made_from_it"]
        wanted = {ordered[key] for key in ORDERS if key[0] == provider and ORDERS[key].from_song}
        assert {task["id"] for task in made} >= wanted


def test_a_suno_song_has_its_words_timed(site: Installation, songs: dict[str, int]) -> None:
    def poll() -> Any:
        track = site.get(f"tracks/{songs['suno']}/")
        return track if track["lyrics_timing"] == "word" else None

    track = until(poll, what="the word timing")
    sung = [line for line in track["lyrics"] if line["kind"] == "line"]
    assert [line["text"] for line in sung] == [
        "One small line upon the sea",
        "And one more line for you and me",
    ]
    assert all(line["words"] and line["start"] < line["end"] for line in sung)
