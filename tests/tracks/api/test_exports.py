"""Exports over HTTP, read back: ZIPs by zipfile, playlists by a parser, checksums by their bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.clients import token_client
from tests.support.factories import make_asset, make_lines, make_staff, make_task, make_track
from tests.support.songs import make_archived_asset
from tracks.api.exports import MAX_SIZED
from tracks.files.storage import path_of
from tracks.models import Asset, LyricLine, Playlist, Track
from tracks.services import playlists
from tracks.services.tags import set_tags

pytestmark = pytest.mark.django_db
SOUND = b"ID3" + bytes(range(256)) * 300


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def shelve(track: Track, body: bytes = SOUND, **over: Any) -> Asset:
    """An archived file that is on the disk."""
    name = f"0000/{track.pk}-{len(body)}-{over.get('kind', 'audio')}{over.get('label', '')}"
    extension = over.pop("extension", ".mp3")
    asset = make_archived_asset(
        track, file=name + extension, bytes=len(body), sha256=hashlib.sha256(body).hexdigest(), **over
    )
    path_of(asset.file).parent.mkdir(parents=True, exist_ok=True)
    path_of(asset.file).write_bytes(body)
    return asset


def make_exported(title: str, words: bool = False) -> Track:
    track = make_track(title=title)
    shelve(track)
    shelve(track, b"\xff\xd8 picture", kind="image", extension=".jpg", content_type="image/jpeg")
    make_lines(track, "verse", ("Moonlight & rain", 1000, 3000), ("夜の港", 3000, 5000))
    if words:
        Track.objects.filter(pk=track.pk).update(lyrics_timing="word")
        LyricLine.objects.filter(position=1).update(words=[[1000, 2000, "Moonlight"], [2000, 3000, "& rain"]])
    return track


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    body = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(body))
    return body


def unpacked(answer: Any) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """The ZIP, all of whose files are whole and as the manifest says, and the manifest."""
    assert answer["Content-Type"] == "application/zip"
    content = zipfile.ZipFile(io.BytesIO(body_of(answer)))
    assert content.testzip() is None
    assert {info.compress_type for info in content.infolist()} == {zipfile.ZIP_STORED}
    names = content.namelist()
    assert len({name.casefold() for name in names}) == len(names)
    manifest = json.loads(content.read("manifest.json"))
    described = [file for track in manifest["tracks"] for file in track["files"]]
    for file in described:
        inside = content.read(file["name"])
        assert (file["bytes"], file["sha256"]) == (len(inside), hashlib.sha256(inside).hexdigest())
    playlist = next(name for name in names if name.endswith(".m3u8"))
    assert set(names) == {file["name"] for file in described} | {"manifest.json", playlist}
    return content, manifest


def entries_of(text: str) -> Iterator[tuple[int, str, str]]:
    """Length, title and file of each entry of an extended M3U."""
    first, *rest = text.split("\n")
    assert first == "#EXTM3U"
    about = None
    for line in filter(None, rest):
        if line.startswith("#EXTINF:"):
            about = line.removeprefix("#EXTINF:").split(",", 1)
        elif not line.startswith("#"):
            assert about
            yield int(about[0]), about[1], line
            about = None


@pytest.fixture
def playlist(ada: User) -> Playlist:
    return playlists.create_playlist("Night / Drive: 夜", "", ada)


def test_a_playlist_is_exported_whole(api: APIClient, ada: User, playlist: Playlist) -> None:
    one, two = make_exported("Night: Owl?", words=True), make_exported("夜")
    bare = make_track(title="No sound yet")
    make_asset(bare)
    set_tags(two.pk, ["Summer"], ada)
    playlists.set_playlist(playlist.pk, [two.pk, bare.pk, one.pk], ada)
    answer = api.get(f"/api/v1/playlists/{playlist.pk}/export.zip")
    assert unquote(answer["Content-Disposition"]).endswith("UTF-8''Night Drive 夜.zip")
    content, manifest = unpacked(answer)
    names = content.namelist()
    formats = ["json", "lrc", "srt", "ttml", "txt", "vtt"]
    assert [name for name in names if name.startswith("01 ")] == [
        *("01 夜.mp3", "01 夜.jpg"),
        *(f"01 夜.{each}" for each in ("lrc", "srt", "vtt", "ttml", "txt", "json")),
    ]
    assert {name for name in names if name.startswith("03 ")} == {
        f"03 Night Owl.{each}" for each in (*formats, "words.lrc", "words.vtt", "words.ttml", "mp3", "jpg")
    }
    assert content.read("01 夜.mp3") == SOUND
    assert b"Moonlight &amp; rain" in content.read("01 夜.ttml")
    assert b"<00:01.00>Moonlight" in content.read("03 Night Owl.words.lrc")
    shown = api.get(f"/api/v1/tracks/{two.pk}/lyrics.json").json()
    assert json.loads(content.read("01 夜.json")) == shown
    facts = manifest["tracks"][0]
    assert (facts["id"], facts["title"], facts["tags"]) == (two.pk, "夜", ["Summer"])
    assert (manifest["name"], [track["id"] for track in manifest["tracks"]]) == (
        playlist.name,
        [two.pk, bare.pk, one.pk],
    )
    assert "not archived" in manifest["tracks"][1]["missing"][0]["reason"]


def test_its_m3u8_names_the_files_of_its_zip(api: APIClient, ada: User, playlist: Playlist) -> None:
    made = [make_exported(title).pk for title in ("Night: Owl?", "夜\n港", "")]
    playlists.set_playlist(playlist.pk, [made[2], make_track().pk, made[0], made[1]], ada)
    answer = api.get(f"/api/v1/playlists/{playlist.pk}/export.m3u8")
    assert answer["Content-Type"] == "audio/mpegurl; charset=utf-8"
    text = answer.content.decode()
    assert "#PLAYLIST:Night / Drive: 夜\n" in text
    found = list(entries_of(text))
    assert found == [
        (97, f"Track {made[2]}", f"01 track-{made[2]}.mp3"),
        (97, "Night: Owl?", "03 Night Owl.mp3"),
        (97, "夜 港", "04 夜 港.mp3"),
    ]
    content, _ = unpacked(api.get(f"/api/v1/playlists/{playlist.pk}/export.zip"))
    assert {name for _, _, name in found} <= set(content.namelist())
    inside = next(name for name in content.namelist() if name.endswith(".m3u8"))
    assert content.read(inside).decode() == text


def test_a_file_that_is_missing_is_left_out_and_named(api: APIClient) -> None:
    whole, gone = make_exported("Whole"), make_exported("Gone")
    path_of(gone.assets.get(kind="audio").file).unlink()
    path_of(gone.assets.get(kind="image").file).write_bytes(b"short")
    content, manifest = unpacked(api.get(f"/api/v1/tracks/export.zip?ids={whole.pk},{gone.pk}"))
    missing = {one["name"]: one["reason"] for one in manifest["tracks"][1]["missing"]}
    assert "missing from the disk" in missing["02 Gone.mp3"]
    assert "5 bytes instead of 10" in missing["02 Gone.jpg"]
    assert not {"02 Gone.mp3", "02 Gone.jpg"} & set(content.namelist())
    assert "02 Gone.lrc" in content.namelist()
    (playable,) = entries_of(content.read("2 songs.m3u8").decode())
    assert playable[2] == "01 Whole.mp3"


def test_stems_are_exported_under_their_labels(api: APIClient) -> None:
    track = make_track(kind="files", title="")
    for label in ("bass", "a/b", "a b"):
        shelve(track, label.encode(), kind="stem", label=label.replace("/", "|"), extension=".wav")
    content, manifest = unpacked(api.get(f"/api/v1/tracks/{track.pk}/export.zip"))
    base = f"01 track-{track.pk}"
    assert {name for name in content.namelist() if name.endswith(".wav")} == {
        f"{base} - bass.wav",
        f"{base} - a b.wav",
        f"{base} - a b (2).wav",
    }
    assert manifest["tracks"][0]["missing"] == []


def test_a_selection_is_exported_by_address_or_body(api: APIClient, staff: Client) -> None:
    a, b = make_exported("A"), make_exported("B")
    by_body = api.post("/api/v1/tracks/export.zip", {"ids": [b.pk, a.pk, 999_999, b.pk]})
    content, manifest = unpacked(by_body)
    assert [track["id"] for track in manifest["tracks"]] == [b.pk, a.pk]
    by_address = staff.get(f"/api/v1/tracks/export.zip?ids={b.pk},{a.pk}")
    assert unpacked(by_address)[0].namelist() == content.namelist()
    head = staff.head(f"/api/v1/tracks/export.zip?ids={b.pk},{a.pk}")
    assert (head["Content-Length"], head.content) == (by_address["Content-Length"], b"")


@pytest.mark.parametrize(
    "query", ["", "ids=", "ids=x", "ids=1,-2", "ids=1.5", "ids=0", "ids=" + "1," * 1001, "ids=²"]
)
def test_what_are_no_ids_is_refused(api: APIClient, query: str) -> None:
    assert attrs(api.get(f"/api/v1/tracks/export.zip?{query}"))


def test_nothing_to_export_is_a_404(api: APIClient) -> None:
    assert "no track" in refusal(api.get("/api/v1/tracks/export.zip?ids=999999"), 404)["detail"]
    refusal(api.get("/api/v1/tracks/999999/export.zip"), 404)
    refusal(api.get("/api/v1/playlists/999999/export.zip"), 404)
    refusal(api.get("/api/v1/playlists/999999/export.m3u8"), 404)


def test_an_empty_playlist_is_an_empty_zip(playlist: Playlist) -> None:
    viewer = token_client(make_staff("vera", "viewer"))
    content, manifest = unpacked(viewer.get(f"/api/v1/playlists/{playlist.pk}/export.zip"))
    assert (len(content.namelist()), manifest["tracks"]) == (2, [])


def test_many_songs_are_streamed_with_few_queries_and_little_memory(
    api: APIClient, ada: User, playlist: Playlist
) -> None:
    """A hundred and one songs of 200 kB, all of them one file, and one of 32 MB."""
    task = make_task()
    rows = [
        Track(task=task, provider="suno", external_id=str(number), title=f"Song {number}", status="ready")
        for number in range(MAX_SIZED + 1)
    ]
    tracks = Track.objects.bulk_create(rows)
    first = shelve(tracks[0], bytes(200_000))
    for track in tracks[1:]:
        make_archived_asset(track, file=first.file, bytes=first.bytes, sha256=first.sha256)
    big = make_track(title="Big")
    asset = shelve(big, b"", extension=".wav")
    os.truncate(path_of(asset.file), 32_000_000)
    Asset.objects.filter(pk=asset.pk).update(bytes=32_000_000)
    playlists.set_playlist(playlist.pk, [*(track.pk for track in tracks), big.pk], ada)
    with CaptureQueriesContext(connection) as seen:
        answer: Any = api.get(f"/api/v1/playlists/{playlist.pk}/export.zip")
        assert not answer.has_header("Content-Length")
        tracemalloc.start()
        with open(path_of("whole.zip"), "wb") as file:
            file.writelines(answer.streaming_content)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(seen) < 25
    assert peak < 8_000_000
    with zipfile.ZipFile(path_of("whole.zip")) as content:
        assert content.testzip() is None
        assert content.getinfo("102 Big.wav").file_size == 32_000_000
        assert len(json.loads(content.read("manifest.json"))["tracks"]) == 102


def test_a_file_of_more_than_four_gigabytes_is_announced_as_one(api: APIClient) -> None:
    """The bytes themselves would take longer than all other tests here: it is a hole on the disk."""
    size, track = 2**32 + 10, make_track(title="Long")
    asset = shelve(track, b"", extension=".wav")
    os.truncate(path_of(asset.file), size)
    Asset.objects.filter(pk=asset.pk).update(bytes=size)
    answer: Any = api.get(f"/api/v1/tracks/{track.pk}/export.zip")
    header = next(iter(answer.streaming_content))
    answer.close()
    needed_version, sizes = header[4:6], header[18:26]
    assert int(answer["Content-Length"]) > size
    assert (int.from_bytes(needed_version, "little"), sizes) == (45, b"\xff" * 8)
