"""Brings the database up to date before a process starts, safely when several start together."""

from __future__ import annotations

import fcntl
import logging
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
# What we keep in DATA_DIR, which may hold other people's files too.
OURS = ("db.sqlite3*", "secret-key", "media", "scratch", "run", "*.log", "*.lock")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Any number that nothing else in this database locks.
_LOCK = 7_042_118_113


def prepare_database() -> None:
    """Migrate, create the schedules, fill the catalogue; one process at a time, the others wait.

    Raises CommandError where the database cannot be reached.
    """
    require_database()
    _close_to_others()
    with _exclusively():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("setup_schedules")
        call_command("refresh_catalogue", verbosity=0)


def require_database() -> None:
    """Raises CommandError, with a sentence for people, where the database cannot be reached."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise CommandError(
            f"The database cannot be reached: {reason}. Check DATABASE_URL and DATA_DIR."
        ) from error


def _close_to_others() -> None:
    """Takes from others what an earlier version let them read; inside of a closed folder all is closed."""
    for path in [found for name in OURS for found in settings.DATA_DIR.glob(name)]:
        try:
            if path.stat().st_mode & OTHERS:
                path.chmod(path.stat().st_mode & ~OTHERS)
        except FileNotFoundError:
            continue  # SQLite removes its -wal and -shm
        except OSError as error:
            log.warning("others can read a file of ours", extra={"file": str(path), "reason": error.strerror})


@contextmanager
def _exclusively() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with _advisory_lock():
            yield
    else:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with open(settings.DATA_DIR / "migrate.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        # Another process may migrate for long: this wait alone has no limit.
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
