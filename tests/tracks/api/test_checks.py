"""What was measured of a track's sound, over REST."""

from __future__ import annotations

from rest_framework.test import APIClient

from tests.support.factories import make_track
from tests.support.songs import make_archived_asset, make_song
from tracks.domain.sound_checks import VERSION, SoundChecks

MEASURED = SoundChecks(
    version=VERSION,
    loudness_range=6.1,
    true_peak_db=-0.8,
    silence_head=0.2,
    silence_tail=1.5,
    silence_longest=0.0,
    clipped=3,
    cut_end=True,
    dc_offset=0.0,
    channels="stereo",
)


def test_a_track_shows_what_was_measured_of_its_sound(api: APIClient) -> None:
    track = make_track(archive="complete")
    make_archived_asset(track, kind="audio", sound_checks=MEASURED, loudness_lufs=-14.2)
    checks = api.get(f"/api/v1/tracks/{track.pk}/").json()["checks"]
    expected = {name: value for name, value in MEASURED.items() if name != "version"}
    assert checks == {"loudness_lufs": -14.2, **expected}


def test_what_was_not_measured_is_null(api: APIClient) -> None:
    checks = api.get(f"/api/v1/tracks/{make_song().pk}/").json()["checks"]
    assert set(checks) >= {"true_peak_db", "clipped", "channels"}
    assert checks.pop("loudness_lufs") == -14.2
    assert set(checks.values()) == {None}
    without_sound = api.get(f"/api/v1/tracks/{make_track().pk}/").json()["checks"]
    assert set(without_sound.values()) == {None}
