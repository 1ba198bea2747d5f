"""No fold of a task is computed in a transaction, whoever states something of it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.support import watching_provider
from tests.support.factories import make_task
from tests.support.statements import START
from tests.support.task_updates import audio, ready
from tracks import providers
from tracks.domain.statuses import AssetStatus, TaskStatus
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Asset, Task
from tracks.services.ingest.ahead import Provenance
from tracks.services.ingest.apply import apply, apply_measured, prepare_measured
from tracks.services.resolve import set_external_id
from tracks.services.review import edit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open at each fold."""
    monkeypatch.setitem(providers.REGISTRY, "toy", "tests.support.watching_provider")
    watching_provider.folds.clear()
    return watching_provider.folds


def make_song(url: str = "https://m.example/a.mp3") -> Task:
    """A task whose song is ready; its stated length is absurd, unless it is meant in milliseconds."""
    task = make_task(provider="toy", external_id="b1")
    song = ready("b1", title="Hoo", duration_ms=5_000_000, assets=(audio(url),))
    apply(task.pk, [TaskUpdate("b1", TaskState.DONE, tracks=(song,))], Provenance(Source.CALLBACK, START, {}))
    return task


def test_a_title(folds: list[bool]) -> None:
    track = make_song().tracks.get()
    folds.clear()
    assert edit(track.pk, {"title": "Mine", "rating": 4}, "ada").title == "Mine"
    edit(track.pk, {"title": "Mine", "rating": 5}, "ada")
    assert folds == [False]


def test_a_length_that_was_measured(folds: list[bool]) -> None:
    task = make_song()
    asset = Asset.objects.get()
    folds.clear()
    ahead = prepare_measured(asset, 5000)
    with transaction.atomic():
        Asset.objects.update(status=AssetStatus.ARCHIVED, file="a.mp3", sha256="a" * 64, duration_ms=5000)
        apply_measured(task, {}, ahead)
    assert task.tracks.get().duration_ms == 5000
    assert folds == [False]


def test_an_id_that_a_person_gives(folds: list[bool]) -> None:
    task = make_task(provider="toy", external_id="", status=TaskStatus.UNSURE)
    set_external_id(task.pk, "b1", "ada")
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING
    assert folds == [False]
