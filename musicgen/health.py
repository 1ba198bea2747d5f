"""`/healthz`: the process runs. `/readyz`: the installation can work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from musicgen.processes.queue import queue_size
from tracks.models import Worker
from tracks.models.workers import MAX_SILENCE


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; one word or sentence per check."""
    checks = {name: _run(check) for name, check in CHECKS.items()}
    ready = all(result == "ok" for result in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _run(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - any error is a failed check
        return f"failed: {type(error).__name__}"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied: run make web, or manage.py migrate" if waiting else "ok"


def _queue() -> str:
    queue_size()
    return "ok"


def _worker() -> str:
    alive = Worker.objects.filter(seen_at__gte=timezone.now() - MAX_SILENCE).exists()
    return "ok" if alive else "no worker has been seen for 30 s: run make worker"


def _storage() -> str:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.MEDIA_ROOT, os.W_OK):
        return "the media folder cannot be written"
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    return "ok" if free > settings.FETCH_MAX_BYTES else f"only {free // 2**20} MiB are free for media"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "worker": _worker,
    "storage": _storage,
}
