"""MP3 files with a tag of ours: what a reader of tags finds in them, and that the sound is untouched."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.factories import make_asset, make_lines, make_task, make_track
from tests.support.media import picture, sound, tone
from tracks.files import id3, storage
from tracks.models import Asset, Track

OLD = id3.tag([id3.text_frame("TIT2", "made by somebody"), id3.own_text_frame("COMMENT", "old")])
V1 = b"TAG" + b"made by somebody".ljust(125, b"\0")


@pytest.fixture(autouse=True)
def media_folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def keep(track: Track, content: bytes, **over: Any) -> Asset:
    values = {"status": "archived", "content_type": "audio/mpeg", "kind": "audio"} | over
    name = f"{track.pk}-{values['kind']}.mp3"
    storage.path_of(name).write_bytes(content)
    return make_asset(track, file=name, sha256=sha256(content).hexdigest(), **values)


def song(**over: Any) -> Track:
    task = make_task(provider="suno")
    values = {"title": "Owl's Waltz 月", "model": "V5", "style": "waltz, calm", "lyrics_offset_ms": 250}
    track = make_track(task, external_id="take-1", **(values | over))
    make_lines(track, "verse", ("Owls dance", 1000, 3000), ("שלום", 3000, 5000))
    return track


def tagged(api: APIClient, track: Track, **headers: str) -> Any:
    return api.get(f"/api/v1/tracks/{track.pk}/tagged.mp3", headers=headers)


def body(answer: Any) -> bytes:
    return bytes(answer.getvalue())


@pytest.mark.django_db
def test_a_reader_of_tags_finds_ours_and_the_sound_is_the_same(api: APIClient, media_folder: Path) -> None:
    track, jpeg = song(), picture("JPEG")
    frames = sound(media_folder / "tone.mp3", tone(1), "MP3").read_bytes()
    asset = keep(track, OLD + frames + V1)
    keep(track, jpeg, kind="image", content_type="image/jpeg")
    answer = tagged(api, track)
    content = body(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/mpeg")
    assert int(answer["Content-Length"]) == len(content)
    assert answer["Content-Disposition"].startswith('attachment; filename="Owl\'s Waltz.mp3"')
    assert content.endswith(frames + V1)
    read: Any = MP3(BytesIO(content))
    assert abs(read.info.length - 1) < 0.1
    found = read.tags
    assert [found[name].text for name in ("TIT2", "TPE1", "TCON")] == [
        ["Owl's Waltz 月"],
        ["Suno · V5"],
        ["waltz, calm"],
    ]
    assert found.getall("USLT")[0].text == "[verse]\nOwls dance\nשלום\n"
    (timed,) = found.getall("SYLT")
    assert (timed.format, timed.type, timed.text) == (2, 1, [("Owls dance", 1250), ("שלום", 3250)])
    (cover,) = found.getall("APIC")
    assert (cover.mime, cover.type, cover.data) == ("image/jpeg", 3, jpeg)
    assert {frame.desc: frame.text for frame in found.getall("TXXX")} == {
        "MUSICGEN_TRACK": [str(track.pk)],
        "SUNO_ID": ["take-1"],
    }
    assert storage.path_of(asset.file).read_bytes() == OLD + frames + V1


@pytest.mark.django_db
def test_ranges_and_conditions_are_heeded_and_the_tag_changes_with_the_song(api: APIClient) -> None:
    track = song()
    keep(track, OLD + b"\xff\xfb" * 5000)
    answer = tagged(api, track)
    whole, etag = body(answer), answer["ETag"]
    middle = len(whole) - 10_000
    for begin, end in (
        (0, 9),
        (middle - 5, middle + 5),
        (middle, middle + 3),
        (len(whole) - 4, len(whole) - 1),
    ):
        part = tagged(api, track, Range=f"bytes={begin}-{end}")
        assert (part.status_code, body(part)) == (206, whole[begin : end + 1])
    assert tagged(api, track, **{"If-None-Match": etag}).status_code == 304
    Track.objects.filter(pk=track.pk).update(title="Another")
    assert tagged(api, track, **{"If-None-Match": etag}).status_code == 200


@pytest.mark.django_db
def test_without_words_and_cover_there_is_a_title(api: APIClient) -> None:
    track = make_track(title="Owls", style="", model="TemPolor v4.5")
    keep(track, b"\xff\xfb" * 50)
    keep(track, b"", kind="image", content_type="image/png")
    Path(storage.path_of(f"{track.pk}-image.mp3")).unlink()
    found = ID3(BytesIO(body(tagged(api, track))))
    assert sorted(name[:4] for name in found) == ["TDRC", "TIT2", "TPE1", "TXXX", "TXXX"]
    assert found["TPE1"].text == ["TemPolor v4.5"]


@pytest.mark.django_db
def test_what_is_no_mp3_or_not_archived_is_a_404_that_says_so(api: APIClient) -> None:
    track = make_track()
    assert "archived yet" in refusal(tagged(api, track), 404)["detail"]
    keep(track, b"RIFF", content_type="audio/wav")
    assert "no MP3" in refusal(tagged(api, track), 404)["detail"]
    keep(track, b"\xff\xfb" * 50, kind="source_audio")
    Path(storage.path_of(f"{track.pk}-source_audio.mp3")).unlink()
    assert "missing from the disk" in refusal(tagged(api, track), 404)["detail"]


anything = st.text(max_size=30)
lines = st.lists(st.tuples(st.integers(0, 2**32 - 1), anything), max_size=5)


@given(anything, anything, anything, lines)
def test_any_texts_are_read_back(title: str, name: str, written: str, timed: list[tuple[int, str]]) -> None:
    frames = [
        id3.text_frame("TIT2", title),
        id3.own_text_frame(name, "1"),
        id3.lyrics_frame(written),
        id3.timed_lyrics_frame(timed),
    ]
    read = ID3(BytesIO(id3.tag([*frames, id3.text_frame("TCON", "end")]) + bytes(64)))
    clean = {text: text.replace("\0", " ") for text in (title, name, written, *(line for _, line in timed))}
    assert read["TCON"].text == ["end"]
    assert [frame.desc for frame in read.getall("TXXX")] == [clean[name]]
    assert [str(frame) for frame in read.getall("TIT2")] == ([clean[title]] if title.strip() else [])
    assert [frame.text for frame in read.getall("USLT")] == ([clean[written]] if written.strip() else [])
    wanted = [(clean[line], start) for start, line in timed]
    assert [frame.text for frame in read.getall("SYLT")] == ([wanted] if timed else [])


def test_a_tag_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="256 MiB"):
        id3.tag([bytes(id3.MAX_BYTES + 1)])
