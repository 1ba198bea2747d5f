"""What `/healthz` and `/readyz` say, each check good and bad."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from tracks.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FETCH_MAX_BYTES = 1
    Worker.objects.create(name="host:1", seen_at=timezone.now())


def test_the_process_is_alive() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_all_is_ready() -> None:
    answer = Client().get("/readyz")
    names = ["database", "migrations", "queue", "worker", "storage"]
    assert answer.json() == {"ready": True, "checks": dict.fromkeys(names, "ok")}
    assert answer.status_code == 200


def unready(name: str) -> str:
    """What the one check that fails says."""
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    failed = {check: word for check, word in answer.json()["checks"].items() if word != "ok"}
    assert list(failed) == [name]
    return str(failed[name])


def test_a_worker_that_was_not_seen_for_long() -> None:
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert "run make worker" in unready("worker")


def test_a_migration_that_is_not_applied() -> None:
    recorder = MigrationRecorder(connection)
    newest = max(name for app, name in recorder.applied_migrations() if app == "tracks")
    recorder.record_unapplied("tracks", newest)
    assert unready("migrations") == "1 not applied: run make web, or manage.py migrate"


def test_a_disk_that_is_nearly_full(settings: Any) -> None:
    settings.FETCH_MAX_BYTES = 2**60
    assert "MiB are free for media" in unready("storage")


def test_a_media_folder_that_cannot_be_made(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert unready("storage") == "failed: NotADirectoryError"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer() -> None:
    connection.ensure_connection()
    with connection.execute_wrapper(_refuse):
        answer = Client().get("/readyz")
    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert {checks[name] for name in ("database", "queue", "worker")} == {"failed: OperationalError"}


def _refuse(*_: Any) -> Any:
    raise OperationalError("the server closed the connection")
