"""Media: signed links, byte ranges, and the faults that steering words ask for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import requests
import soundfile
from PIL import Image

from musicgen.simulator.ledger import Ledger
from musicgen.simulator.media import JUNK, SLOW_BYTES_PER_SECOND, Media, MediaItem
from musicgen.simulator.steering import ABSURD_SECONDS, Steering
from tests.support.simulator_client import Json, Receiver, Simulator
from tests.support.waiting import PATIENCE


@pytest.fixture(scope="module")
def song(simulator: Simulator) -> Json:
    """A finished song whose audio is made."""
    item = simulator.ready()
    assert requests.get(item["audio_url"], timeout=PATIENCE).status_code == 200
    return item


def get(url: str, **headers: str) -> requests.Response:
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(url, headers=wanted, timeout=PATIENCE, allow_redirects=False)


@pytest.mark.parametrize(
    ("field", "kind", "content_type"),
    [("audio_url", "MP3", "audio/mpeg"), ("audio_hi_url", "WAV", "audio/wav")],
)
def test_audio_is_of_its_declared_type(song: Json, field: str, kind: str, content_type: str) -> None:
    answer = get(song[field])
    about = soundfile.info(io.BytesIO(answer.content))
    assert (about.format, about.samplerate, about.channels) == (kind, 44100, 2)
    assert answer.headers["Content-Type"] == content_type
    assert round(about.duration) == song["duration"]


def test_covers_are_jpegs_of_two_sizes(simulator: Simulator, receiver: Receiver) -> None:
    simulator.generate(receiver.url)
    track = receiver.wait(3)[2]["data"]["data"][0]
    covers = [Image.open(io.BytesIO(get(track[key]).content)) for key in ("image_url", "source_image_url")]
    assert [(cover.format, cover.size) for cover in covers] == [("JPEG", (720, 720)), ("JPEG", (1024, 1024))]


def test_each_query_signs_anew(simulator: Simulator, song: Json) -> None:
    again = simulator.item(song["item_id"])
    assert again["audio_url"] != song["audio_url"]
    assert again["audio_url"].partition("?")[0] == song["audio_url"].partition("?")[0]


@pytest.mark.parametrize(
    "query", ["", "?expires=99999999999&signature=0", "?expires=x&signature=", "?signature=é"]
)
def test_a_link_without_a_good_signature_is_403(song: Json, query: str) -> None:
    assert get(song["audio_url"].partition("?")[0] + query).status_code == 403


def test_a_link_with_another_expiry_is_403(song: Json) -> None:
    assert get(song["audio_url"].replace("expires=", "expires=9")).status_code == 403


def test_a_signature_fits_one_file_only(song: Json) -> None:
    assert get(song["audio_url"].replace(".mp3", ".wav")).status_code == 403


def test_a_dead_link_is_403(simulator: Simulator, receiver: Receiver) -> None:
    item_id = simulator.song(receiver.url, prompt="a harbour [[expired]]")
    assert get(receiver.wait(1)[0]["songs"][0]["audio_url"]).status_code == 403
    assert get(simulator.item(item_id)["audio_url"]).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=5-99999999", 5, None),
    ],
)
def test_a_range_is_206(song: Json, wanted: str, start: int, end: int | None) -> None:
    whole, part = get(song["audio_url"]).content, get(song["audio_url"], Range=wanted)
    assert (part.status_code, part.content) == (206, whole[start:end])
    first = start if start >= 0 else len(whole) + start
    assert part.headers["Content-Range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(whole)}"


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_is_416(song: Json, wanted: str) -> None:
    answer = get(song["audio_url"], Range=wanted)
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("wanted", ["bytes=-", "bytes=9-5", "lines=1-2", "bytes=1-2,5-6", "bytes=a-b"])
def test_a_range_that_is_none_is_overlooked(song: Json, wanted: str) -> None:
    assert get(song["audio_url"], Range=wanted).status_code == 200


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_if_range_with_this_version_gives_the_part(song: Json, header: str) -> None:
    version = get(song["audio_url"]).headers[header]
    assert get(song["audio_url"], Range="bytes=0-9", If_Range=version).status_code == 206


def test_if_range_with_another_version_gives_all(song: Json) -> None:
    assert get(song["audio_url"], Range="bytes=0-9", If_Range='"other"').status_code == 200


def test_head_has_the_headers_without_the_body(song: Json) -> None:
    whole, head = get(song["audio_url"]), requests.head(song["audio_url"], timeout=PATIENCE)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]


def decoded_frames(content: bytes) -> tuple[int, int] | None:
    """Frames that come out, and frames the header promises; None where it does not decode."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            return len(sound.read()), sound.frames
    except soundfile.LibsndfileError:
        return None


@pytest.mark.parametrize("field", ["audio_url", "audio_hi_url"])
def test_corrupt_media_keep_their_length_and_do_not_decode(
    simulator: Simulator, song: Json, field: str
) -> None:
    good, bad = get(song[field]), get(simulator.ready("[[corrupt]]")[field])
    assert len(bad.content) == len(good.content)
    assert bad.content[:4] == good.content[:4]
    assert decoded_frames(bad.content) is None


def test_half_media_promise_the_half_they_send(simulator: Simulator, song: Json) -> None:
    whole, half = get(song["audio_url"]), get(simulator.ready("[[half]]")["audio_url"])
    assert half.content == whole.content[: len(whole.content) // 2]
    assert int(half.headers["Content-Length"]) == len(half.content)
    decoded = decoded_frames(half.content)
    assert decoded
    assert decoded[0] < decoded[1]


def test_html_instead_of_audio(simulator: Simulator) -> None:
    answer = get(simulator.ready("[[html]]")["audio_url"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_empty_media(simulator: Simulator) -> None:
    answer = get(simulator.ready("[[empty]]")["audio_url"])
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")


def test_flaky_media_come_at_the_second_try(simulator: Simulator) -> None:
    item = simulator.ready("[[flaky]]")
    assert [get(item["audio_url"]).status_code for _ in range(2)] == [503, 200]
    assert [get(item["audio_hi_url"]).status_code for _ in range(2)] == [503, 200]


def test_redirected_media(simulator: Simulator) -> None:
    answer = get(simulator.ready("[[redirect:http://10.0.0.1/secret]]")["audio_url"])
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://10.0.0.1/secret")


def test_slow_media_arrive_whole(simulator: Simulator, song: Json) -> None:
    assert get(simulator.ready("[[slow]]")["audio_url"]).content == get(song["audio_url"]).content


def test_slow_media_have_a_byte_rate(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"x")
    media = Media(Ledger())
    path = media.put("a.mp3", MediaItem(lambda: tmp_path / "a.mp3", Steering({"slow": ""})))
    query = media.link("", path, 60).partition("?")[2]
    assert media.answer(path, query, {}, head=False).bytes_per_second == SLOW_BYTES_PER_SECOND


def test_junk_stands_in_front_of_an_mp3_alone(simulator: Simulator, song: Json) -> None:
    junk = simulator.ready("[[junk]]")
    assert get(junk["audio_url"]).content == JUNK + get(song["audio_url"]).content
    assert get(junk["audio_hi_url"]).content == get(song["audio_hi_url"]).content


def test_a_compressed_file_is_the_same_within(simulator: Simulator, song: Json) -> None:
    answer = get(simulator.ready("[[gzip]]")["audio_url"], Accept_Encoding="identity", Range="bytes=5-")
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.content == get(song["audio_url"]).content


def test_a_slice_follows_under_200_where_the_first_answer_broke_off(simulator: Simulator, song: Json) -> None:
    whole, url = get(song["audio_url"]).content, simulator.ready("[[slice]]")["audio_url"]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(url)
    answer = get(url, Range="bytes=1000-")
    assert (answer.status_code, answer.content) == (200, whole[1000:])
    assert answer.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"


def test_one_section_ends_long_after_the_song(simulator: Simulator, song: Json) -> None:
    sections, sound = (one["lyrics_sections"] for one in (simulator.ready("[[outlier]]"), song))
    assert [one["end"] for one in sections] == [*(one["end"] for one in sound[:-1]), ABSURD_SECONDS]
