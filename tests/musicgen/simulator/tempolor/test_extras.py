"""TemPolor beyond songs: extensions, lyrics, and the parts of a recording as a zip."""

from __future__ import annotations

import io
import zipfile

import pytest
import requests
import soundfile

from tests.support.simulator_client import NOBODY, Json, Receiver, Simulator
from tests.support.waiting import PATIENCE, until

NAMES = [
    "originalaudio",
    "originalaudio_vocals",
    "originalaudio_bass",
    "originalaudio_drums",
    "originalaudio_other",
]
RECORDING = "https://recordings.example/harbour.mp3"


def extend(simulator: Simulator, callback_url: str = NOBODY, **body: object) -> Json:
    answer: Json = simulator.tempolor("song/extend", {"callback_url": callback_url, **body}).json()
    return answer


def stems(simulator: Simulator, url: str, callback_url: str = NOBODY) -> str:
    answer = simulator.tempolor("stems", {"url": url, "callback_url": callback_url}).json()
    return str(answer["data"]["item_ids"][0])


def zipped(simulator: Simulator, item_id: str) -> bytes:
    until(lambda: simulator.stems(item_id)["status"] == "succeeded")
    return requests.get(simulator.stems(item_id)["stems_url"], timeout=PATIENCE).content


def test_an_extension_is_a_longer_song_that_calls_back_like_one(
    simulator: Simulator, receiver: Receiver
) -> None:
    song = simulator.ready()
    body = {"item_id": song["item_id"], "start_time": 11, "lyrics": "[Verse]\nOn and on"}
    answer = extend(simulator, receiver.url, **body)
    last = receiver.wait(3)[2]["songs"][0]
    assert answer["data"]["item_ids"] == [last["item_id"]]
    assert (last["status"], last["model"]) == ("succeeded", "TemPolor v4.5")
    assert last["duration"] > 11
    assert "On and on" in [part["text"] for part in last["lyrics_sections"]]


def test_an_unknown_song_cannot_be_extended(simulator: Simulator) -> None:
    assert extend(simulator, item_id="1", start_time=11)["status"] == 400008


def test_an_instrumental_cannot_be_extended(simulator: Simulator) -> None:
    item_id = simulator.instrumental(NOBODY)
    assert extend(simulator, item_id=item_id, start_time=11)["status"] == 400011


def test_a_song_that_is_not_there_yet_cannot_be_extended(simulator: Simulator) -> None:
    item_id = simulator.song(NOBODY, prompt="a harbour [[delay:900]]")
    assert extend(simulator, item_id=item_id, start_time=11)["status"] == 400009


def test_a_song_can_refuse_what_is_made_from_it(simulator: Simulator) -> None:
    song = simulator.ready("[[extend/refuse:400011]]")
    assert extend(simulator, item_id=song["item_id"], start_time=11)["status"] == 400011


@pytest.mark.parametrize("start", [9, 601, 599, "11", None])
def test_an_extension_starts_within_the_song(simulator: Simulator, start: object) -> None:
    song = simulator.ready()
    answer = extend(simulator, item_id=song["item_id"], start_time=start)
    assert (answer["status"], "start_time" in answer["message"]) == (400003, True)


def test_lyrics_have_their_tags_and_blank_lines(simulator: Simulator, receiver: Receiver) -> None:
    body = {"prompt": "a harbour", "song_model": "TemPolor v3.5", "callback_url": receiver.url}
    simulator.tempolor("lyrics/generate", body)
    row = receiver.wait(1)[0]["lyrics"][0]
    assert row["title"] == "Harbour Lights"
    assert "\n\n[chorus]\n" in row["lyric"]


def test_failed_lyrics_have_no_text(simulator: Simulator, receiver: Receiver) -> None:
    simulator.tempolor("lyrics/generate", {"prompt": "[[fail]]", "callback_url": receiver.url})
    row = receiver.wait(1)[0]["lyrics"][0]
    assert (row["status"], row["lyric"]) == ("failed", "")


def test_the_parts_of_a_song_of_ours_are_its_instruments(simulator: Simulator) -> None:
    song = simulator.ready()
    archive = zipfile.ZipFile(io.BytesIO(zipped(simulator, stems(simulator, song["audio_url"]))))
    assert archive.namelist() == [f"{name}.flac" for name in NAMES]
    sounds = {name: archive.read(f"{name}.flac") for name in NAMES}
    about = [soundfile.info(io.BytesIO(content)) for content in sounds.values()]
    assert {(one.format, one.samplerate, one.channels) for one in about} == {("FLAC", 44100, 2)}
    assert {round(one.duration) for one in about} == {song["duration"]}
    assert len(set(sounds.values())) == 5


def test_a_recording_from_elsewhere_is_taken_apart_too(simulator: Simulator) -> None:
    assert zipfile.is_zipfile(io.BytesIO(zipped(simulator, stems(simulator, RECORDING))))


def test_a_dead_link_of_ours_cannot_be_taken_apart(simulator: Simulator) -> None:
    dead = simulator.ready()["audio_url"].replace("expires=", "expires=1")
    item_id = stems(simulator, dead)
    assert until(lambda: simulator.stems(item_id)["status"] == "failed")


def test_the_callback_of_parts_carries_the_accounts_key(simulator: Simulator, receiver: Receiver) -> None:
    stems(simulator, RECORDING, receiver.url)
    receiver.wait(1)
    assert receiver.headers[0]["Authorization"] == "Tempo-test-3w"


def test_a_zip_can_lead_out_of_its_folder(simulator: Simulator) -> None:
    content = zipped(simulator, stems(simulator, f"{RECORDING}?[[bad-zip:traversal]]"))
    assert "../../escaped.flac" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_zip_can_lack_a_part(simulator: Simulator) -> None:
    content = zipped(simulator, stems(simulator, f"{RECORDING}?[[bad-zip:missing]]"))
    assert "originalaudio_drums.flac" not in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_zip_can_be_cut(simulator: Simulator) -> None:
    content = zipped(simulator, stems(simulator, f"{RECORDING}?[[bad-zip:truncated]]"))
    assert content.startswith(b"PK")
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_a_zip_can_be_a_bomb(simulator: Simulator) -> None:
    content = zipped(simulator, stems(simulator, f"{RECORDING}?[[bad-zip:bomb]]"))
    sizes = [member.file_size for member in zipfile.ZipFile(io.BytesIO(content)).infolist()]
    assert max(sizes) > 100 * len(content)


def test_a_bad_zip_can_be_whole_the_next_time(simulator: Simulator) -> None:
    item_id = stems(simulator, f"{RECORDING}?[[bad-zip:truncated:1]]")
    contents = [zipped(simulator, item_id) for _ in range(2)]
    assert [zipfile.is_zipfile(io.BytesIO(one)) for one in contents] == [False, True]


def test_two_items_can_share_a_file_at_first(simulator: Simulator) -> None:
    body = {"prompt": "a harbour [[silent]] [[items:2]] [[same-file:1]]", "model": "TemPolor v4.5"}
    answer = simulator.tempolor("song/generate", {**body, "callback_url": NOBODY}).json()
    ids = answer["data"]["item_ids"]
    until(lambda: all(simulator.item(one)["audio_url"] for one in ids))
    first, second = (simulator.item(one)["audio_url"] for one in ids)
    one = requests.get(first, timeout=PATIENCE).content
    assert [requests.get(second, timeout=PATIENCE).content == one for _ in range(2)] == [True, False]
