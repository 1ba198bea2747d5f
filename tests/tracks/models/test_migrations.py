"""A database of an earlier version keeps its rows, indexes and triggers: SQLite rebuilds tables."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.support.upgrade import upgraded_by
from tracks.models.assets import link_key

# In a process of its own: migrations are made on a database that nobody else has open.
UPGRADE = """
import json, django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

def schema():
    with connection.cursor() as cursor:
        made = "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        cursor.execute(made)
        return sorted(name for name, in cursor.fetchall())

def found(word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM tracks_search WHERE tracks_search MATCH %s", [word])
        return len(cursor.fetchall())

executor = MigrationExecutor(connection)
old = executor.migrate([("tracks", "0003_track_search")]).apps
task = old.get_model("tracks", "Task").objects.create(provider="suno", operation="generate")
track = old.get_model("tracks", "Track").objects.create(task=task, provider="suno", search_text="rain")
assets = old.get_model("tracks", "Asset").objects
url = "https://cdn.example/song.mp3?signature=1"
one = {"track": track, "kind": "stem", "source_url": url}
assets.bulk_create([assets.model(label=str(number), **one) for number in range(4001)])
assets.create(track=track, kind="image")
peaks = [0] * 120 + [20] * 116 + [40, 40, 80, 100]
assets.filter(label__in=["0", "4000"]).update(peaks=peaks)
before = schema()
executor.loader.build_graph()
executor.migrate(executor.loader.graph.leaf_nodes())
from tracks.models import Asset, Track
after = found("rain")
Track.objects.update(search_text="snow")
keys = Asset.objects.order_by("kind").values_list("kind", "link_key")
print(json.dumps({
    "lost": sorted(set(before) - set(schema())),
    "found": [after, found("rain"), found("snow")],
    "keys": list(map(list, keys.distinct())),
    "waveforms": {one.label: one.waveform.hex() for one in Asset.objects.exclude(waveform=b"")},
    "defaults": Asset.objects.filter(waveform=b"").count(),
}))
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return upgraded_by(UPGRADE, tmp_path_factory.mktemp("old"))


def test_no_index_and_no_trigger_is_lost(upgraded: dict[str, Any]) -> None:
    assert upgraded["lost"] == []


def test_search_finds_what_it_found_and_follows_changes(upgraded: dict[str, Any]) -> None:
    assert upgraded["found"] == [1, 0, 1]


def test_earlier_files_are_found_by_their_links_in_every_batch(upgraded: dict[str, Any]) -> None:
    assert upgraded["keys"] == [["image", ""], ["stem", link_key("https://cdn.example/song.mp3")]]


def test_earlier_peaks_become_waveforms_in_every_batch(upgraded: dict[str, Any]) -> None:
    """Normalised by the loudest but for the loudest three, as what is measured now."""
    peaks = [0] * 120 + [128] * 116 + [255] * 4
    waveform = bytes(peaks) + bytes([0] * 120 + [79] * 116 + [158] * 4)
    assert upgraded["waveforms"] == {"0": waveform.hex(), "4000": waveform.hex()}
    assert upgraded["defaults"] == 4_000


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite copies tables")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", ["0008", "0009", "0010", "0013", "0015", "0017"])
def test_the_largest_table_is_not_copied_for_a_new_column(number: str) -> None:
    sql = StringIO()
    call_command("sqlmigrate", "tracks", number, stdout=sql)
    assert 'CREATE TABLE "new__' not in sql.getvalue()


@pytest.mark.django_db
def test_the_columns_that_were_added_are_never_null() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "tracks_asset")
    may_be_null = {column.name: column.null_ok for column in columns}
    assert not any(
        may_be_null[name] for name in ("unusual", "refused_file", "refused_reason", "host", "waveform")
    )
