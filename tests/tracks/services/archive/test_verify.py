"""Files that decode and may still be the wrong ones: both takes with the same bytes, songs too short."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from tests.support.factories import make_asset, make_task, make_track
from tests.support.file_server import FileServer
from tests.support.media import picture, sound, tone
from tests.support.songs import make_archived_asset
from tests.support.waiting import until
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus
from tracks.files import storage
from tracks.models import Asset, Event, FileHost, Task
from tracks.presentation.event_text import describe_event
from tracks.services.archive.fetch import archive_next
from tracks.services.archive.outcome import part_path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Two takes of five seconds."""
    folder = tmp_path_factory.mktemp("songs")
    return [
        sound(folder / f"{take}.mp3", tone(5.0, loudness=0.3 + take / 5), "MP3").read_bytes()
        for take in (0, 1)
    ]


@pytest.fixture
def task() -> Task:
    return make_task(provider="suno", status=TaskStatus.SUCCEEDED)


def take(task: Task, place: int, url: str, kind: str = "audio") -> Asset:
    track = make_track(task, external_id=f"{task.external_id}-{place}", position=place, duration_ms=5_000)
    due = timezone.now() + timedelta(milliseconds=place)
    return make_asset(track, source_url=url, next_attempt_at=due, kind=kind)


def work() -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        while archive_next():
            pass


def try_again() -> None:
    Asset.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
    work()


def fresh(asset: Asset) -> Asset:
    asset.refresh_from_db()
    return asset


# --- Both takes with the same file --------------------------------------------------------------------------
def test_the_other_takes_file_is_not_accepted_and_fetched_again(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    first = take(task, 0, server.serve("/1.mp3", songs[0]))
    second = take(task, 1, server.serve("/2.mp3", songs[0]))
    work()
    assert fresh(first).status == AssetStatus.ARCHIVED
    assert fresh(second).status == AssetStatus.PENDING
    assert second.error == "The provider delivered the other take's file; it is asked again."
    assert second.next_attempt_at is not None
    assert second.next_attempt_at > timezone.now() + timedelta(seconds=5)
    assert second.attempts == 1
    task.refresh_from_db()
    assert task.next_poll_at is not None
    server.serve("/2.mp3", songs[1])
    try_again()
    assert fresh(second).status == AssetStatus.ARCHIVED
    assert second.error == ""
    assert storage.path_of(second.file).read_bytes() == songs[1]
    assert storage.path_of(fresh(first).file).read_bytes() == songs[0]
    assert not Event.objects.filter(kind="asset.same_file").exists()


def test_it_may_be_the_archived_take_that_has_the_wrong_file(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    first = take(task, 0, server.serve("/1.mp3", songs[1]))
    second = take(task, 1, server.serve("/2.mp3", songs[1]))
    archive_next()
    wrong = fresh(first).file
    server.serve("/1.mp3", songs[0])
    work()
    try_again()
    assert (fresh(first).status, fresh(second).status) == (AssetStatus.ARCHIVED, AssetStatus.ARCHIVED)
    assert storage.path_of(first.file).read_bytes() == songs[0]
    assert storage.path_of(second.file).read_bytes() == songs[1]
    assert storage.path_of(wrong).read_bytes() == songs[1]
    event = Event.objects.get(kind="asset.replaced", asset=first)
    assert (event.data["file"], describe_event(event, with_title=False)[1]) == (wrong, "Audio archived again")
    assert first.next_attempt_at is None


def test_a_file_that_stays_the_same_is_accepted_in_the_end_with_an_event(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    first = take(task, 0, server.serve("/1.mp3", songs[0]))
    second = take(task, 1, server.serve("/2.mp3", songs[0]))
    work()
    for _ in range(4):
        try_again()
    assert fresh(second).status == AssetStatus.PENDING  # the tries went by in no time
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        try_again()
    assert fresh(second).status == AssetStatus.ARCHIVED
    assert (fresh(first).status, first.error, first.next_attempt_at) == (AssetStatus.ARCHIVED, "", None)
    event = Event.objects.get(kind="asset.same_file")
    assert (event.asset, event.data["same_as"]) == (second, first.track_id)
    assert describe_event(event, with_title=False)[1] == "Audio is the same as another take's"
    second.track.refresh_from_db()
    assert second.track.archive == ArchiveStatus.COMPLETE


def test_time_alone_does_not_make_it_accepted(server: FileServer, songs: list[bytes], task: Task) -> None:
    take(task, 0, server.serve("/1.mp3", songs[0]))
    second = take(task, 1, server.serve("/2.mp3", songs[0]))
    work()
    Asset.objects.filter(pk=second.pk).update(attempts=30)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        try_again()
    assert fresh(second).status == AssetStatus.PENDING


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 500}, {"body": b"<html>"}, {"cut_at": 9000}])
def test_an_archived_file_stays_when_fetching_it_again_fails(
    server: FileServer, songs: list[bytes], task: Task, answer: dict[str, Any]
) -> None:
    first = take(task, 0, server.serve("/1.mp3", songs[0]))
    take(task, 1, server.serve("/2.mp3", songs[0]))
    archive_next()
    server.serve("/1.mp3", **({"body": songs[1]} | answer))
    events = Event.objects.filter(asset=first).count()
    work()
    assert len([path for path, _ in server.asked if path == "/1.mp3"]) == 2
    assert (fresh(first).status, first.error, first.next_attempt_at) == (AssetStatus.ARCHIVED, "", None)
    assert storage.path_of(first.file).read_bytes() == songs[0]
    assert not part_path(first).exists()
    assert Event.objects.filter(asset=first).count() == events


def test_an_archived_file_stays_when_its_part_outlived_a_crash(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    """Killed right after archiving, the part is another name of the archived file: not to be written to."""
    first = take(task, 0, server.serve("/1.mp3", songs[0]))
    archive_next()
    archived = storage.path_of(fresh(first).file)
    os.link(archived, part_path(first))
    other = server.serve("/elsewhere.mp3", songs[1])
    Asset.objects.filter(pk=first.pk).update(source_url=other, next_attempt_at=timezone.now())
    work()
    assert archived.read_bytes() == songs[0]
    assert storage.path_of(fresh(first).file).read_bytes() == songs[1]


def test_two_workers_with_the_same_file_see_each_other(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    urls = [server.serve(f"/{place}.mp3", songs[0], pause_at=9_000) for place in (0, 1)]
    both = [take(task, place, url) for place, url in enumerate(urls)]
    FileHost.objects.create(name=server.host)  # one that was never reached has one place only

    def worker() -> None:
        try:
            archive_next()
        finally:
            connection.close()

    Asset.objects.update(next_attempt_at=timezone.now())
    with ThreadPoolExecutor(2) as workers:
        working = [workers.submit(worker) for _ in both]
        until(lambda: len(server.asked) == 2)
        for served in server.files.values():
            served.go.set()
        for one in working:
            one.result()
    assert sorted(fresh(asset).status for asset in both) == [AssetStatus.ARCHIVED, AssetStatus.PENDING]


def test_the_same_file_in_another_task_is_no_concern(server: FileServer, songs: list[bytes]) -> None:
    both = [take(make_task(), place, server.serve(f"/{place}.mp3", songs[0])) for place in (0, 1)]
    work()
    assert [fresh(asset).status for asset in both] == [AssetStatus.ARCHIVED, AssetStatus.ARCHIVED]


def test_the_same_picture_for_both_takes_is_no_concern(server: FileServer, task: Task) -> None:
    cover = picture("JPEG")
    both = [take(task, place, server.serve(f"/{place}.jpg", cover), "image") for place in (0, 1)]
    work()
    assert [fresh(asset).status for asset in both] == [AssetStatus.ARCHIVED, AssetStatus.ARCHIVED]


# --- Shorter or longer than promised ------------------------------------------------------------------------
def make_expired(asset: Asset) -> None:
    """Its link is past its date, and it was tried often."""
    long_ago = timezone.now() - timedelta(days=20)
    Asset.objects.filter(pk=asset.pk).update(expires_at=long_ago, attempts=9)
    type(asset.track).objects.filter(pk=asset.track_id).update(received_at=long_ago)


def make_short(server: FileServer, songs: list[bytes], task: Task) -> Asset:
    asset = take(task, 0, server.serve("/1.mp3", songs[0]))
    type(asset.track).objects.filter(pk=asset.track_id).update(duration_ms=60_000)
    return asset


def is_archived_as_short(asset: Asset, body: bytes) -> bool:
    event = Event.objects.get(kind="asset.short")
    assert event.data["promised_ms"] == 60_000
    assert describe_event(event, with_title=False)[1] == "Audio is shorter than promised"
    assert abs(event.data["measured_ms"] - 5_000) < 100
    assert storage.path_of(fresh(asset).file).read_bytes() == body
    asset.track.refresh_from_db()
    assert asset.track.archive == ArchiveStatus.COMPLETE
    return bool((asset.status, asset.error) == (AssetStatus.ARCHIVED, ""))


def test_a_short_file_is_archived_when_the_last_try_brings_no_other(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_short(server, songs, task)
    work()
    assert (fresh(asset).status, asset.attempts) == (AssetStatus.PENDING, 1)
    make_expired(asset)
    try_again()
    assert is_archived_as_short(asset, songs[0])


def test_a_short_file_is_archived_when_its_link_died_since(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_short(server, songs, task)
    work()
    server.serve("/1.mp3", b"gone", status=404)
    make_expired(asset)
    try_again()
    assert is_archived_as_short(asset, songs[0])


def test_a_short_file_is_replaced_by_the_whole_one(
    server: FileServer, songs: list[bytes], task: Task, tmp_path: Path
) -> None:
    asset = make_short(server, songs, task)
    work()
    whole = sound(tmp_path / "whole.mp3", tone(60.0), "MP3").read_bytes()
    server.serve("/1.mp3", whole)
    try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    assert storage.path_of(asset.file).read_bytes() == whole
    assert not Event.objects.filter(kind="asset.short").exists()


@pytest.mark.parametrize("kind", ["audio", "audio_hi"])
def test_every_file_of_a_song_is_held_to_its_length(
    server: FileServer, songs: list[bytes], task: Task, kind: str
) -> None:
    asset = take(task, 0, server.serve("/1.mp3", songs[0]), kind)
    type(asset.track).objects.filter(pk=asset.track_id).update(duration_ms=60_000)
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    assert "the provider stated 60.0 s" in asset.error


def make_source_audio(
    server: FileServer, songs: list[bytes], task: Task, kind: str = "source_audio", **over: Any
) -> Asset:
    """A file of five seconds, of a song of one minute."""
    asset = take(task, 0, server.serve("/1.mp3", songs[0]), kind)
    type(asset.track).objects.filter(pk=asset.track_id).update(duration_ms=60_000)
    Task.objects.filter(pk=task.pk).update(**over)
    return asset


def made_from(duration_ms: int | None, measured_ms: int | None = None) -> dict[str, Any]:
    """What makes a task one that extends a track of this length, as stated and as measured."""
    source = make_track(make_task(provider="suno"), duration_ms=duration_ms)
    if measured_ms:
        make_archived_asset(source, duration_ms=measured_ms)
    return {"operation": "extend", "source_track": source}


def test_the_source_audio_of_a_new_song_is_as_long_as_the_song(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_source_audio(server, songs, task)
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    assert asset.error == "the audio lasts 5.0 s, by its song we expected 60.0 s"


@pytest.mark.parametrize(
    ("stated", "measured", "status"),
    [
        (5_000, None, AssetStatus.ARCHIVED),
        (60_000, 5_000, AssetStatus.ARCHIVED),
        (None, None, AssetStatus.ARCHIVED),
        (30_000, None, AssetStatus.PENDING),
        (5_000, 30_000, AssetStatus.PENDING),
    ],
)
def test_the_source_audio_of_an_extension_is_the_original_or_the_song(
    server: FileServer,
    songs: list[bytes],
    task: Task,
    stated: int | None,
    measured: int | None,
    status: AssetStatus,
) -> None:
    asset = make_source_audio(server, songs, task, **made_from(stated, measured))
    work()
    assert fresh(asset).status == status


@pytest.mark.parametrize("over", [{"operation": "extend"}, {"operation": "gone"}, {"origin": "adopted"}])
def test_where_the_recording_is_not_known_no_length_is_expected(
    server: FileServer, songs: list[bytes], task: Task, over: dict[str, Any]
) -> None:
    asset = make_source_audio(server, songs, task, **over)
    work()
    assert fresh(asset).status == AssetStatus.ARCHIVED


def test_where_no_length_is_expected_a_cut_last_frame_is_a_concern(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_source_audio(server, [cut(songs[0])], task, operation="extend")
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    assert "last frame" in asset.error


def test_a_stem_is_as_long_as_what_it_was_taken_from(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_source_audio(server, songs, task, "stem", **made_from(60_000))
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    Task.objects.filter(pk=task.pk).update(**made_from(5_000))
    try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED


def test_an_inferred_length_is_given_up_when_the_same_file_comes_again_and_again(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_source_audio(server, songs, task)
    work()
    for _ in range(3):
        try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    event = Event.objects.get(kind="asset.short")
    assert describe_event(event, with_title=False)[1] == "Source audio is shorter than promised"


# --- Cut within the last frame ------------------------------------------------------------------------------
def make_cut(server: FileServer, songs: list[bytes], task: Task, duration_ms: int | None) -> Asset:
    asset = take(task, 0, server.serve("/1.mp3", cut(songs[0])))
    type(asset.track).objects.filter(pk=asset.track_id).update(duration_ms=duration_ms)
    return asset


def cut(song: bytes) -> bytes:
    """Without the first frame, which has the number of frames, and a little of the last."""
    return song[song.index(b"\xff\xfb", 4) : -9]


def test_a_song_of_unknown_length_that_is_cut_is_tried_again_and_then_archived(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_cut(server, songs, task, None)
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    assert asset.error == "the file ends within its last frame, as one does that broke off"
    for _ in range(3):
        try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    event = Event.objects.get(kind="asset.cut")
    assert describe_event(event, with_title=False)[1] == "Audio may lack its end"


@pytest.mark.parametrize("lost", [(0.5, 1), (0, 0.5), (0.3, 0.7)])
def test_a_song_of_unknown_length_with_a_gap_is_tried_again_and_then_archived(
    server: FileServer, songs: list[bytes], task: Task, lost: tuple[float, float]
) -> None:
    asset = make_cut(server, songs, task, None)
    whole = songs[0][songs[0].index(b"\xff\xfb", 4) :]
    begin, end = (int(len(whole) * part) for part in lost)
    server.serve("/1.mp3", whole[:begin] + bytes(end - begin) + whole[end:])
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    assert asset.error.endswith(
        "bytes of the file are neither sound nor a tag, as where a part of it was lost"
    )
    for _ in range(3):
        try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    event = Event.objects.get(kind="asset.cut")
    assert describe_event(event, with_title=False)[1] == "Audio may lack a part"


def test_a_song_of_unknown_length_that_was_cut_is_replaced_by_the_whole_one(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_cut(server, songs, task, None)
    work()
    server.serve("/1.mp3", songs[0])
    try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    assert storage.path_of(asset.file).read_bytes() == songs[0]
    assert not Event.objects.filter(kind="asset.cut").exists()


def test_a_cut_last_frame_is_no_concern_where_the_length_is_right(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_cut(server, songs, task, 5_000)
    work()
    assert fresh(asset).status == AssetStatus.ARCHIVED


@pytest.mark.parametrize("promised", [5_120, 5_100])
def test_a_cut_song_that_is_a_little_short_is_archived_with_an_event(
    server: FileServer, songs: list[bytes], task: Task, promised: int
) -> None:
    """Within what lengths may differ by, and yet it broke off; no try is lost on it."""
    asset = make_cut(server, songs, task, promised)
    work()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    event = Event.objects.get(kind="asset.cut")
    assert event.data["promised_ms"] == promised
    assert event.data["measured_ms"] == asset.duration_ms
    _, title, detail = describe_event(event, with_title=False)
    assert title == "Audio may lack its end"
    assert "Listen to its end" in detail


@pytest.mark.parametrize("promised", [5_000, 5_030, 4_000, 3_500])
def test_a_cut_song_that_is_not_short_is_archived_without_that_event(
    server: FileServer, songs: list[bytes], task: Task, promised: int
) -> None:
    asset = make_cut(server, songs, task, promised)
    work()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    assert not Event.objects.filter(kind="asset.cut").exists()


def test_a_cut_song_whose_length_is_in_another_unit_is_not_short(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_cut(server, songs, task, 5_000_000)
    work()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    assert not Event.objects.filter(kind="asset.cut").exists()


def test_a_file_that_does_not_decode_is_never_archived(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = take(task, 0, server.serve("/1.mp3", songs[0][:20_000]))
    make_expired(asset)
    work()
    assert fresh(asset).status == AssetStatus.EXPIRED
    assert asset.file == ""


def test_a_short_file_that_is_missing_from_our_disk_is_not_archived(
    server: FileServer, songs: list[bytes], task: Task
) -> None:
    asset = make_short(server, songs, task)
    work()
    storage.path_of(fresh(asset).file).unlink()
    server.serve("/1.mp3", b"gone", status=404)
    make_expired(asset)
    try_again()
    assert fresh(asset).status == AssetStatus.EXPIRED


def test_a_longer_file_is_accepted_with_an_event(server: FileServer, songs: list[bytes], task: Task) -> None:
    asset = take(task, 0, server.serve("/1.mp3", songs[0]))
    type(asset.track).objects.filter(pk=asset.track_id).update(duration_ms=1_000)
    work()
    assert fresh(asset).status == AssetStatus.PENDING
    for _ in range(3):
        try_again()
    assert fresh(asset).status == AssetStatus.ARCHIVED
    assert Event.objects.get(kind="asset.longer").data["promised_ms"] == 1_000
