"""The measured length decides the units of a song's stated times, whichever came first."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.support import watching_provider
from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.file_server import FileServer
from tests.support.media import sound, tone
from tests.support.task_updates import audio, ready
from tracks import providers
from tracks.domain.statuses import AssetStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Asset, Event, Task, Track
from tracks.services.archive.fetch import archive_next
from tracks.services.ingest.ahead import Provenance
from tracks.services.ingest.apply import apply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound(tmp_path_factory.mktemp("songs") / "a.mp3", tone(5.0), "MP3").read_bytes()


def work() -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        while archive_next():
            pass


def body(**item: Any) -> dict[str, Any]:
    subs = {"audio_hi_status": "sub_failed", "lyrics_sections_status": "sub_failed"}
    return {"songs": [{"item_id": "9001", "status": "succeeded", **subs, **item}]}


def facts(task: Task) -> tuple[Any, ...]:
    track = Track.objects.get(task=task)
    return track.duration_ms, track.lyrics_timing, list(track.lines.values_list("text", "start_ms", "end_ms"))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_end_is_the_same_in_any_order(server: FileServer, song: bytes, order: tuple[int, ...]) -> None:
    task = make_task(external_id="9001")
    url = server.serve("/a.mp3", song)
    # Without ends and without a length, seconds are as likely as milliseconds until the song is measured.
    lines = [{"start": 500 + 1000 * n, "text": f"Line {n}"} for n in range(5)]
    steps: list[dict[str, Any]] = [{"audio_url": url}, {"lyrics_sections": lines}, {"duration": 5000}]
    for place in order:
        deliver(task, body(**steps[place]))
        process_all()
        work()
    assert Asset.objects.get(kind="audio").status == AssetStatus.ARCHIVED
    expected = [(f"Line {n}", 500 + 1000 * n, 500 + 1000 * n) for n in range(5)]
    assert facts(task) == (5000, "line", expected)


def test_a_change_by_the_measured_length_stands_in_the_history(server: FileServer, song: bytes) -> None:
    task = make_task(external_id="9001")
    url = server.serve("/a.mp3", song)
    deliver(task, body(audio_url=url, duration=5000))
    process_all()
    assert facts(task)[0] == 5_000_000
    work()
    assert facts(task)[0] == 5000
    event = Event.objects.filter(kind="track.changed").latest("pk")
    assert event.data["fields"] == ["duration_ms"]


def test_the_change_is_computed_before_the_lock(
    server: FileServer, song: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(providers.REGISTRY, "toy", "tests.support.watching_provider")
    task = make_task(provider="toy", external_id="b1")
    track = ready("b1", duration_ms=5_000_000, assets=(audio(server.serve("/a.mp3", song)),))
    provenance = Provenance(Source.CALLBACK, timezone.now(), {})
    apply(task.pk, [TaskUpdate("b1", TaskState.DONE, tracks=(track,))], provenance)
    watching_provider.folds.clear()
    work()
    assert facts(task)[0] == 5000
    assert watching_provider.folds == [False]
