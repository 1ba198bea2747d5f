"""The song of TemPolor's documentation, from its callback to its archived files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from tests.support.deliveries import deliver, process_all
from tests.support.factories import make_task
from tests.support.file_server import FileServer
from tests.support.media import sound, tone
from tests.support.paths import PAYLOADS
from tracks.models import Track
from tracks.services.archive.fetch import archive_next

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_archived_though_its_dates_say_it_is_long_gone(server: FileServer, tmp_path: Path) -> None:
    """Its finished_at lies in 2025; a date alone never loses a file that is still there."""
    mp3 = sound(tmp_path / "song.mp3", tone(96.0), "MP3").read_bytes()
    wav = sound(tmp_path / "song.wav", tone(96.0), "WAV").read_bytes()
    links = {
        "https://*******": server.serve("/song.mp3", mp3),
        "https://******": server.serve("/song.wav", wav),
    }
    body = (PAYLOADS / "tempolor/song-callback-documented.json").read_text()
    for stars, link in links.items():
        body = body.replace(f'"{stars}"', f'"{link}"')
    task = make_task(provider="tempolor", external_id="123")
    deliver(task, body.encode())
    process_all()
    while archive_next():
        pass
    track = Track.objects.get()
    assert (track.archive, track.duration_ms, task.tracks.count()) == ("complete", 96_000, 1)
    assert {asset.status for asset in track.assets.all()} == {"archived"}
    assert not track.assets.filter(expires_at__gt=timezone.now()).exists()
