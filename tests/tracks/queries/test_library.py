"""Each filter of the library reads an index of its own in PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.support.factories import make_asset, make_staff, make_task
from tracks.models import Playlist, Track
from tracks.queries.library import narrowed
from tracks.services.playlists import add_to_playlist, create_playlist
from tracks.services.tags import add_tag

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's plans"),
]


@pytest.fixture
def library() -> Playlist:
    """Four thousand tracks: a few with a tag, half with another, some in a playlist, one cut."""
    task, ada = make_task(), make_staff()
    rows = [Track(task=task, provider="suno", external_id=str(number)) for number in range(4000)]
    ids = [track.pk for track in Track.objects.bulk_create(rows)]
    add_tag(ids[::400], "rare", ada)
    add_tag(ids[::2], "common", ada)
    playlist = create_playlist("Drive", "", ada)
    add_to_playlist(playlist.pk, ids[1000:1100], ada)
    make_asset(Track.objects.get(pk=ids[7]), is_cut=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracks_track, tracks_tracktag, tracks_playlistentry, tracks_asset")
    return playlist


def test_each_filter_has_its_index(library: Playlist) -> None:
    with connection.cursor() as cursor:
        # Of so few tracks all are read as quickly.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for name, value, index in (
        ("tag", "rare", "track_has_tag_once"),
        ("playlist", library.pk, "playlist_"),
        ("flag", "cut_end", "asset_flagged"),
    ):
        plan = narrowed(Track.objects.order_by("-id"), {name: value})[:51].explain()
        assert index in plan, (name, plan)
        assert "Seq Scan" not in plan, (name, plan)
