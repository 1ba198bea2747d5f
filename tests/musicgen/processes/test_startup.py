"""Starting together on PostgreSQL: one prepares and the others wait for it; every other wait has an end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from musicgen.processes.startup import prepare_database
from tests.support.waiting import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no lock_timeout"),
]
LOCK = 7_042_118_113
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
LIMIT = "SELECT current_setting('lock_timeout')"


def value(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_no_session_of_ours_waits_for_a_lock_without_end() -> None:
    assert value(LIMIT) == "15s"


def prepare_impatiently() -> object:
    """In a session that gives locks up after 50 ms; the limit afterwards."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        prepare_database()
        return value(LIMIT)
    finally:
        connection.close()


def test_the_wait_for_another_ones_start_has_no_end_and_the_limit_comes_back() -> None:
    own = connection.settings_dict
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(dbname=own["NAME"], user=own["USER"], host=own["HOST"], autocommit=True) as other,
    ):
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        waiting = pool.submit(prepare_impatiently)
        until(lambda: value(WAITING), what="the second one's wait")
        other.execute("SELECT pg_sleep(0.2)")
        assert value(WAITING) == 1
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert waiting.result(60) == "15s"
