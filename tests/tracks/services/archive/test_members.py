"""Files that come in one ZIP: it is archived as delivered, and each stem as a file of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test.utils import override_settings
from django.utils import timezone

from tests.support.factories import make_asset, make_task, make_track
from tests.support.file_server import FileServer
from tests.support.media import packed, sound, tone
from tracks import providers
from tracks.domain.fold import StatementValue, fold
from tracks.domain.statuses import ArchiveStatus, AssetStatus, TaskStatus
from tracks.domain.update_json import digest, from_json, to_json
from tracks.domain.updates import (
    AssetKind,
    AssetState,
    AssetUpdate,
    Completeness,
    Source,
    TaskState,
    TaskUpdate,
    TrackKind,
    TrackState,
    TrackUpdate,
)
from tracks.files import storage
from tracks.models import Asset, Event, Track
from tracks.presentation.event_text import describe_event
from tracks.providers.base import SubmittedWith
from tracks.services.archive.fetch import archive_again, archive_next
from tracks.services.archive.outcome import part_path
from tracks.services.ingest.apply import Provenance, apply
from tracks.services.sweep import sweep

pytestmark = pytest.mark.django_db(transaction=True)

LABELS = ("vocals", "drums")
STEMS = tuple(
    AssetUpdate(AssetKind.STEM, AssetState.WAITING, label=label, member=f"{label}.flac") for label in LABELS
)


@pytest.fixture(scope="module")
def flacs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Real stems of two lengths, by their names in the ZIP."""
    folder = tmp_path_factory.mktemp("stems")
    return {
        f"{label}.flac": sound(folder / label, tone(seconds), "FLAC", "PCM_16").read_bytes()
        for seconds, label in enumerate(LABELS, 2)
    }


def stems_update(url: str, stems: tuple[AssetUpdate, ...] = STEMS) -> TaskUpdate:
    archive = (AssetUpdate(AssetKind.ARCHIVE, AssetState.LINKED, url=url),) if url else ()
    files = TrackUpdate(
        "",
        kind=TrackKind.FILES,
        position=0,
        state=TrackState.READY,
        completeness=Completeness.WHOLE,
        assets=(*archive, *stems),
    )
    return TaskUpdate("mss_1", TaskState.DONE, tracks=(files,))


def apply_update(track: Track | None, update: TaskUpdate) -> Track:
    task = track.task if track else make_task(operation="stems", external_id="mss_1")
    apply(task.pk, [update], Provenance(Source.CALLBACK, timezone.now(), {}))
    return task.tracks.get()


def work() -> None:
    while archive_next():
        pass


def make_all_due() -> None:
    Asset.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())


def statuses(track: Track) -> dict[str, str]:
    return {asset.label or "zip": asset.status for asset in track.assets.all()}


def stem(track: Track, label: str = "vocals") -> Asset:
    return track.assets.get(kind=AssetKind.STEM, label=label)


def archive_status(track: Track) -> ArchiveStatus:
    track.refresh_from_db()
    return ArchiveStatus(track.archive)


# --- All goes well ------------------------------------------------------------------------------------------
def test_the_zip_and_each_stem_are_archived(server: FileServer, flacs: dict[str, bytes]) -> None:
    body = packed(flacs)
    track = apply_update(None, stems_update(server.serve("/stems.zip", body)))
    assert statuses(track) == {"zip": "pending", "vocals": "waiting", "drums": "waiting"}
    assert archive_next()
    assert statuses(track) == {"zip": "archived", "vocals": "pending", "drums": "pending"}
    assert archive_status(track) is ArchiveStatus.PENDING
    work()
    assert statuses(track) == {"zip": "archived", "vocals": "archived", "drums": "archived"}
    assert archive_status(track) is ArchiveStatus.COMPLETE
    zip_asset = track.assets.get(kind=AssetKind.ARCHIVE)
    assert storage.path_of(zip_asset.file).read_bytes() == body
    for milliseconds, label in ((2000, "vocals"), (3000, "drums")):
        asset, whole = stem(track, label), flacs[f"{label}.flac"]
        assert storage.path_of(asset.file).read_bytes() == whole
        assert (asset.sha256, asset.bytes) == (hashlib.sha256(whole).hexdigest(), len(whole))
        assert (asset.content_type, asset.duration_ms) == ("audio/flac", milliseconds)
        assert asset.file.endswith(".flac")
        assert (len(asset.waveform), asset.error, asset.next_attempt_at) == (1040, "", None)
        assert not part_path(asset).exists()
    assert len(server.asked) == 1
    assert Event.objects.filter(kind="asset.status", data__to="archived").count() == 3


def test_all_that_tempolor_delivers_is_archived(server: FileServer, flacs: dict[str, bytes]) -> None:
    names = ["originalaudio", *(f"originalaudio_{part}" for part in ("vocals", "bass", "drums", "other"))]
    link = server.serve("/stems.zip", packed({f"{name}.flac": flacs["drums.flac"] for name in names}))
    body = {"stems": [{"item_id": "mss_1", "status": "succeeded", "stems_url": link}]}
    (update,) = providers.get("tempolor").parse_callback(body, SubmittedWith("stems"))
    track = apply_update(None, update)
    work()
    labels = {"zip", "original", "vocals", "bass", "drums", "other"}
    assert statuses(track) == dict.fromkeys(labels, "archived")
    assert archive_status(track) is ArchiveStatus.COMPLETE


def test_the_same_update_again_changes_nothing(server: FileServer, flacs: dict[str, bytes]) -> None:
    track = apply_update(None, stems_update(url := server.serve("/stems.zip", packed(flacs))))
    archive_next()
    apply_update(track, stems_update(url + "?signed=anew"))
    assert statuses(track) == {"zip": "archived", "vocals": "pending", "drums": "pending"}
    work()
    before = Event.objects.count()
    apply_update(track, stems_update(url + "?signed=again"))
    assert archive_status(track) is ArchiveStatus.COMPLETE
    assert Event.objects.count() == before


def test_a_link_that_expires_goes_first(server: FileServer, flacs: dict[str, bytes]) -> None:
    track = apply_update(None, stems_update(server.serve("/stems.zip", packed(flacs))))
    archive_next()
    soon = timezone.now() + timedelta(days=3)
    song = make_asset(
        source_url=server.serve("/song", b"no"),
        next_attempt_at=timezone.now(),
        expires_at=soon,
    )
    archive_next()
    song.refresh_from_db()
    assert song.attempts == 1
    assert statuses(track)["vocals"] == "pending"


def test_a_stem_stated_after_its_zip_was_archived_is_extracted(
    server: FileServer, flacs: dict[str, bytes]
) -> None:
    url = server.serve("/stems.zip", packed(flacs))
    track = apply_update(None, stems_update(url, stems=()))
    work()
    apply_update(track, stems_update(url))
    assert statuses(track)["vocals"] == "waiting"
    sweep()
    assert archive_status(track) is ArchiveStatus.PENDING
    work()
    assert archive_status(track) is ArchiveStatus.COMPLETE


# --- What can be wrong --------------------------------------------------------------------------------------
def test_a_stem_that_is_not_in_the_zip_fails_with_the_reason(
    server: FileServer, flacs: dict[str, bytes]
) -> None:
    body = packed({"vocals.flac": flacs["vocals.flac"], "stems/drums.flac": flacs["drums.flac"]})
    track = apply_update(None, stems_update(server.serve("/stems.zip", body)))
    work()
    assert statuses(track) == {"zip": "archived", "vocals": "archived", "drums": "failed"}
    assert stem(track, "drums").error == "There is no drums.flac in the provider's archive."
    assert archive_status(track) is ArchiveStatus.INCOMPLETE


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda body: body[:-30], "breaks off"),
        (lambda body: body.replace(b"drums.flac", b"vocals.fla"), "two files of the same name"),
        (lambda body: body[:200] + bytes(50) + body[250:], "damaged"),
    ],
)
def test_a_bad_zip_is_not_archived_and_tried_again(
    server: FileServer, flacs: dict[str, bytes], damage: Callable[[bytes], bytes], words: str
) -> None:
    named = {"vocals.fla" if "two" in words and name.startswith("v") else name: flacs[name] for name in flacs}
    track = apply_update(None, stems_update(server.serve("/stems.zip", damage(packed(named)))))
    work()
    assert statuses(track) == {"zip": "pending", "vocals": "waiting", "drums": "waiting"}
    asset = track.assets.get(kind=AssetKind.ARCHIVE)
    assert words in asset.error
    assert not part_path(asset).exists()
    server.serve("/stems.zip", packed(flacs))
    make_all_due()
    work()
    assert archive_status(track) is ArchiveStatus.COMPLETE


def test_a_stem_that_is_damaged_for_good_stops_no_other(server: FileServer, flacs: dict[str, bytes]) -> None:
    body = packed(flacs)
    at = body.index(b"drums.flac") + 2_000
    track = apply_update(
        None, stems_update(server.serve("/stems.zip", body[:at] + bytes(50) + body[at + 50 :]))
    )
    work()
    for _ in range(4):
        assert statuses(track) == {"zip": "pending", "vocals": "waiting", "drums": "waiting"}
        make_all_due()
        work()
    assert statuses(track) == {"zip": "archived", "vocals": "archived", "drums": "pending"}
    for _ in range(4):
        make_all_due()
        work()
    assert "drums.flac in the ZIP" in stem(track, "drums").error
    assert statuses(track)["drums"] == "failed"
    event = Event.objects.get(kind="asset.damaged")
    assert "archived for the parts that are intact" in describe_event(event, with_title=False)[2]
    assert describe_event(event, with_title=False)[1].endswith("is damaged")


def test_stems_expire_with_their_zip_and_are_archived_with_it(
    server: FileServer, flacs: dict[str, bytes]
) -> None:
    track = apply_update(None, stems_update(server.serve("/stems.zip", b"gone", status=404)))
    long_ago = timezone.now() - timedelta(days=4)
    Asset.objects.filter(kind=AssetKind.ARCHIVE).update(expires_at=long_ago, attempts=9)
    Track.objects.update(received_at=long_ago)
    work()
    assert statuses(track) == {"zip": "expired", "vocals": "expired", "drums": "expired"}
    assert "could not be archived" in stem(track).error
    assert archive_status(track) is ArchiveStatus.INCOMPLETE
    server.serve("/stems.zip", packed(flacs))
    assert archive_again(track.pk, "ada") == 1
    work()
    assert archive_status(track) is ArchiveStatus.COMPLETE
    assert stem(track).error == ""


def test_a_stem_that_does_not_decode_is_given_up_and_leaves_the_others(
    server: FileServer, flacs: dict[str, bytes]
) -> None:
    body = packed({**flacs, "drums.flac": flacs["drums.flac"][:30_000]})
    track = apply_update(None, stems_update(server.serve("/stems.zip", body)))
    work()
    for _ in range(4):
        assert statuses(track) == {"zip": "archived", "vocals": "archived", "drums": "pending"}
        make_all_due()
        work()
    assert statuses(track)["drums"] == "failed"
    assert "breaks off" in stem(track, "drums").error
    assert archive_status(track) is ArchiveStatus.INCOMPLETE


def test_archive_again_extracts_a_stem_once_more(server: FileServer, flacs: dict[str, bytes]) -> None:
    track = apply_update(None, stems_update(server.serve("/stems.zip", packed(flacs))))
    work()
    Asset.objects.filter(label="drums").update(status=AssetStatus.FAILED, file="", sha256="")
    assert archive_again(track.pk, "ada") == 1
    assert archive_status(track) is ArchiveStatus.PENDING
    work()
    assert archive_status(track) is ArchiveStatus.COMPLETE
    assert len(server.asked) == 1


def test_no_stem_is_given_up_while_its_zip_is_missing_from_our_disk(
    server: FileServer, flacs: dict[str, bytes]
) -> None:
    track = apply_update(None, stems_update(server.serve("/stems.zip", packed(flacs))))
    archive_next()
    path = storage.path_of(track.assets.get(kind=AssetKind.ARCHIVE).file)
    away = path.rename(path.with_suffix(".away"))
    for _ in range(7):
        work()
        make_all_due()
    assert statuses(track)["vocals"] == "pending"
    assert "missing from our disk" in stem(track).error
    assert str(path) not in stem(track).error
    away.rename(path)
    work()
    assert archive_status(track) is ArchiveStatus.COMPLETE


def test_a_stem_whose_zip_is_not_archived_waits(server: FileServer) -> None:
    track = make_track(make_task(status=TaskStatus.SUCCEEDED))
    asset = make_asset(
        track, kind="stem", label="vocals", member="a", source_url="", next_attempt_at=timezone.now()
    )
    assert archive_next()
    asset.refresh_from_db()
    assert (asset.status, asset.next_attempt_at) == (AssetStatus.WAITING, None)


def test_a_zip_with_a_stem_over_the_cap_is_not_archived(server: FileServer) -> None:
    body = packed({"vocals.flac": bytes(1_500_000)})
    track = apply_update(None, stems_update(server.serve("/stems.zip", body)))
    with override_settings(FETCH_MAX_BYTES=1_000_000):
        archive_next()
    assert statuses(track)["zip"] == "pending"
    assert "1000000 bytes" in track.assets.get(kind=AssetKind.ARCHIVE).error


# --- In updates and the fold --------------------------------------------------------------------------------
def test_a_member_survives_the_json_round_trip() -> None:
    update = stems_update("https://m.example/stems.zip")
    assert from_json(to_json(update)) == update


def test_a_blank_member_changes_no_old_digest() -> None:
    update = stems_update("https://m.example/stems.zip", stems=())
    assert "member" not in str(to_json(update))
    assert digest(to_json(update)) == "6585caa507095e2d758bd99b8151ff6e8d44fdf6a422204f755b7bc1c7526ec2"


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_fold_carries_the_member_in_any_order(is_reversed: bool) -> None:
    now = timezone.now()
    named = stems_update("https://m.example/stems.zip")
    unnamed = stems_update(
        "", stems=tuple(AssetUpdate(one.kind, AssetState.WAITING, label=one.label) for one in STEMS)
    )
    statements = [StatementValue(Source.CALLBACK, update, now, now) for update in (named, unnamed)]
    (track,) = fold(reversed(statements) if is_reversed else statements, timedelta(days=3)).tracks
    assert {asset.label: asset.member for asset in track.assets} == {
        "": "",
        "vocals": "vocals.flac",
        "drums": "drums.flac",
    }
    assert all(asset.expires_at is None for asset in track.assets if asset.member)
