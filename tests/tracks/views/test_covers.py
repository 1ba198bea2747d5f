"""The address of a drawn cover: who gets it, how long it is kept, and that it runs nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.clients import session_client
from tests.support.factories import make_staff, make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset, make_song
from tracks.domain.thumbnails import LARGE, SMALL
from tracks.files import storage
from tracks.models import Track
from tracks.presentation.covers import cover_url

pytestmark = pytest.mark.django_db


def url_of(track: Track, size: int = SMALL) -> str:
    return cover_url(track, track.assets.all(), size)


def test_a_song_without_a_cover_of_the_provider_shows_a_drawn_one(staff: Client) -> None:
    song = make_track()
    make_archived_asset(song)
    address = url_of(song)
    assert address.startswith(f"/tracks/{song.pk}/cover.svg?v=")
    assert address in [image.get("src") for image in Page(staff.get("/")).named("img")]
    answer = staff.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg ")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_archived_cover_is_shown_instead_until_it_has_small_pictures() -> None:
    song = make_song()
    assert url_of(song) == f"/api/v1/tracks/{song.pk}/media/image"


def test_a_drawn_cover_is_kept_for_good_under_its_own_version_alone(staff: Client) -> None:
    song = make_track()
    address = url_of(song)
    kept = staff.get(address)
    assert kept["Cache-Control"] == "private, max-age=31536000, immutable"
    plain = staff.get(f"/tracks/{song.pk}/cover.svg")
    assert (plain["Cache-Control"], plain["ETag"]) == ("private, no-cache", kept["ETag"])
    again = staff.get(f"/tracks/{song.pk}/cover.svg", HTTP_IF_NONE_MATCH=kept["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Track.objects.update(title="Another")
    assert staff.get(address)["Cache-Control"] == "private, no-cache"
    assert url_of(Track.objects.get()) != address


@pytest.fixture
def with_thumbnails() -> Track:
    song = make_song()
    asset = song.assets.get(kind="image")
    asset.file, asset.thumbnail_side = f"9999/{song.pk}.png", 384
    asset.save()
    storage.put_thumbnails(asset.file, {SMALL: b"RIFF small", LARGE: b"RIFF large"})
    return song


def test_small_pictures_of_a_cover_are_kept_for_good_under_their_version(
    staff: Client, with_thumbnails: Track
) -> None:
    version = "v=abababababababab"
    address = url_of(with_thumbnails, LARGE)
    assert address == f"/tracks/{with_thumbnails.pk}/cover/384?{version}"
    answer = staff.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"RIFF large", "image/webp")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    middle = staff.get(f"/tracks/{with_thumbnails.pk}/cover/192?{version}")
    assert middle.content == b"RIFF large"  # one that an earlier version made has no middle one
    small = staff.get(url_of(with_thumbnails))
    assert small.content == b"RIFF small"
    assert small["ETag"] != answer["ETag"]
    assert staff.get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert staff.get(address.replace("abab", "cdcd"))["Cache-Control"] == "private, no-cache"


def test_where_a_small_picture_is_missing_the_drawn_cover_comes(
    staff: Client, with_thumbnails: Track
) -> None:
    address = url_of(with_thumbnails)
    storage.remove(with_thumbnails.assets.get(kind="image").file)
    answer = staff.get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/svg+xml", "private, no-cache")
    assert staff.get(f"/tracks/{make_track().pk}/cover/96")["Content-Type"] == "image/svg+xml"
    assert staff.get(f"/tracks/{with_thumbnails.pk}/cover/97").status_code == 404


def test_who_may_not_look_gets_no_cover(with_thumbnails: Track) -> None:
    small = url_of(with_thumbnails)
    assert Client().get(small).status_code == 302
    assert session_client(make_staff("nemo", role="")).get(small).status_code == 403
    address = url_of(make_track())
    assert Client().get(address).status_code == 302
    assert session_client(make_staff(role="")).get(address).status_code == 403
    viewer = session_client(make_staff("vera", role="viewer"))
    assert viewer.get(address).status_code == 200
    assert viewer.get("/tracks/0/cover.svg").status_code == 404
