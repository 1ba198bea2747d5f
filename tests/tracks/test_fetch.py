"""Downloading from a real server: whole files, cut ones, resumed ones, hostile ones."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracks.file_server import FileServer, file_server
from tracks import fetch

BODY = random.Random(7).randbytes(3_000_000)
POLICY = fetch.Policy(allow_hosts=frozenset({"127.0.0.1"}), read_seconds=5)
TAGGED = {"headers": {"ETag": '"v1"', "Accept-Ranges": "bytes"}}


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as running:
        yield running


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "song.part"


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def cut(server: FileServer, url: str, part: Path, at: int) -> None:
    """Fetch the first bytes, then lose the connection."""
    served = server.files[re.sub(r"http://[^/]*([^?]*).*", r"\1", url)]
    served.cut_at = at
    with pytest.raises(fetch.Broken, match="broke off"):
        fetch.download(url, part, POLICY)
    served.cut_at = None


def test_a_file_comes_whole(server: FileServer, part: Path) -> None:
    progress = fetch.download(server.serve("/a.mp3", BODY, **TAGGED), part, POLICY)
    assert progress == fetch.Progress(True, len(BODY), len(BODY), True, sha256(BODY))
    assert part.read_bytes() == BODY


def test_the_request_is_plain(server: FileServer, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    fetch.download(server.serve("/a.mp3", BODY) + "?Signature=a%2fb", part, POLICY)
    path, headers = server.asked[0]
    assert path == "/a.mp3?Signature=a%2fb"
    assert headers == {
        "Host": server.host,
        "User-Agent": fetch.USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_a_finished_part_is_not_asked_for_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    first = fetch.download(url, part, POLICY)
    assert fetch.download(url + "?fresh", part, POLICY) == first
    assert len(server.asked) == 1


def test_a_chunked_file_comes_whole(server: FileServer, part: Path) -> None:
    progress = fetch.download(server.serve("/a.mp3", BODY, chunked=True), part, POLICY)
    assert (progress.sha256, progress.promised) == (sha256(BODY), len(BODY))


def test_a_chunked_file_that_is_cut_is_noticed(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, chunked=True, cut_at=100_000)
    with pytest.raises(fetch.Broken, match="broke off"):
        fetch.download(url, part, POLICY)


def test_a_file_without_any_length_ends_with_the_connection(server: FileServer, part: Path) -> None:
    assert fetch.download(server.serve("/a.mp3", BODY, bare=True), part, POLICY).sha256 == sha256(BODY)


def test_a_server_that_keeps_the_connection_open_does_not_hold_us_up(server: FileServer, part: Path) -> None:
    """It promises 1000 bytes and has more to come, which will not be waited for."""
    url = server.serve("/a.mp3", BODY, promised=1000, pause_at=1000)
    assert fetch.download(url, part, POLICY).size == 1000


@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"bare": True}])
def test_an_empty_file_is_an_error(server: FileServer, part: Path, how: dict[str, bool]) -> None:
    with pytest.raises(fetch.Broken, match="empty"):
        fetch.download(server.serve("/a.mp3", b"", **how), part, POLICY)


def test_fewer_bytes_than_promised_are_an_error(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", b"x" * 600, promised=1000, cut_at=600)
    with pytest.raises(fetch.Broken, match="600 of 1000 bytes"):
        fetch.download(url, part, POLICY)


@pytest.mark.parametrize("tags", [{"ETag": '"v1"'}, {"Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}])
def test_a_cut_download_goes_on_where_it_stopped(
    server: FileServer, part: Path, tags: dict[str, str]
) -> None:
    url = server.serve("/a.mp3", BODY, headers=tags)
    cut(server, url, part, 1_000_000)
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    asked = server.asked[-1][1]
    assert (asked["Range"], asked["If-Range"]) == ("bytes=1000000-", *tags.values())


def test_a_freshly_signed_link_goes_on_too(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url + "?Signature=old", part, 1_000_000)
    assert fetch.download(url + "?Signature=new", part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=1000000-"


def test_a_link_to_another_file_starts_again(server: FileServer, part: Path) -> None:
    cut(server, server.serve("/a.mp3", BODY, **TAGGED), part, 1_000_000)
    other = server.serve("/b.mp3", BODY[::-1], **TAGGED)
    assert fetch.download(other, part, POLICY).sha256 == sha256(BODY[::-1])
    assert "Range" not in server.asked[-1][1]


def test_a_file_that_changed_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1], headers={"ETag": '"v2"'})
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY[::-1])


def test_without_a_validator_the_length_has_to_agree(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1][:-1])
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY[::-1][:-1])
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


def test_without_a_validator_the_same_length_goes_on(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    assert len(server.asked) == 2


def test_a_weak_tag_is_compared_but_not_sent(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, headers={"ETag": 'W/"v1"'})
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[::-1], headers={"ETag": 'W/"v2"'})
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY[::-1])
    assert "If-Range" not in server.asked[1][1]


def test_with_neither_length_nor_validator_it_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, chunked=True)
    cut(server, url, part, 1_000_000)
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    assert "Range" not in server.asked[-1][1]


def test_a_server_without_ranges_starts_again_and_is_remembered(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, ranges=False)
    cut(server, url, part, 1_000_000)
    cut(server, url, part, 2_000_000)
    progress = fetch.download(url, part, POLICY)
    assert (progress.sha256, progress.resumable) == (sha256(BODY), False)
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


@pytest.mark.parametrize(
    "content_range", ["bytes 0-5/6", "bytes 999999-2999999/3000000", "pages 1-2/3", "", "bytes"]
)
def test_a_partial_answer_that_does_not_fit_starts_again(
    server: FileServer, part: Path, content_range: str
) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.files["/a.mp3"].headers["Content-Range"] = content_range
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    assert [asked[1].get("Range") for asked in server.asked] == [None, "bytes=1000000-", None]


def test_a_416_for_a_file_that_shrank_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", BODY[:500_000])
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY[:500_000])


def test_a_416_for_a_file_that_we_have_whole_finishes_it(server: FileServer, part: Path) -> None:
    """Its length was not known before (chunked), and the connection broke after the last byte."""
    url = server.serve("/a.mp3", BODY, chunked=True, **TAGGED)
    cut(server, url, part, len(BODY))
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [206, 416])
def test_a_partial_answer_nobody_asked_for_is_an_error(server: FileServer, part: Path, status: int) -> None:
    with pytest.raises(fetch.Broken, match=str(status)):
        fetch.download(server.serve("/a.mp3", BODY, status=status), part, POLICY)


@pytest.mark.parametrize("note", ["", "{", "[]", '{"identity": 5}', '{"other": 1}', "null"])
def test_a_part_with_an_unreadable_note_starts_again(server: FileServer, part: Path, note: str) -> None:
    part.write_bytes(b"leftover")
    part.with_name("song.part.json").write_text(note)
    assert fetch.download(server.serve("/a.mp3", BODY), part, POLICY).sha256 == sha256(BODY)


def test_a_part_longer_than_the_file_starts_again(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    with part.open("ab") as file:
        file.write(BODY)
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)


def test_discard_leaves_nothing(server: FileServer, part: Path) -> None:
    fetch.download(server.serve("/a.mp3", BODY), part, POLICY)
    fetch.discard(part)
    fetch.discard(part)
    assert list(part.parent.iterdir()) == []


def test_a_promised_size_over_the_cap_is_refused_at_once(server: FileServer, part: Path) -> None:
    policy = fetch.Policy(POLICY.allow_hosts, max_bytes=len(BODY) - 1)
    url = server.serve("/a.mp3", BODY, pause_at=1)
    with pytest.raises(fetch.TooLarge, match="FETCH_MAX_BYTES"):
        fetch.download(url, part, policy)
    assert list(part.parent.iterdir()) == []


@pytest.mark.parametrize("how", [{"chunked": True}, {"bare": True}])
def test_an_unpromised_size_over_the_cap_is_refused_on_the_way(
    server: FileServer, part: Path, how: dict[str, bool]
) -> None:
    policy = fetch.Policy(POLICY.allow_hosts, max_bytes=len(BODY) - 1)
    with pytest.raises(fetch.TooLarge):
        fetch.download(server.serve("/a.mp3", BODY, **how), part, policy)
    assert list(part.parent.iterdir()) == []


def test_exactly_the_cap_is_taken(server: FileServer, part: Path) -> None:
    policy = fetch.Policy(POLICY.allow_hosts, max_bytes=len(BODY))
    assert fetch.download(server.serve("/a.mp3", BODY), part, policy).done


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503])
def test_another_status_is_refused_with_its_number(server: FileServer, part: Path, status: int) -> None:
    url = server.serve("/a.mp3", status=status)
    with pytest.raises(fetch.Refused, match=str(status)) as refused:
        fetch.download(url + "?Signature=secret", part, POLICY)
    assert (refused.value.status, refused.value.retry_after) == (status, None)
    assert "secret" not in str(refused.value)


def test_a_refusal_keeps_what_has_arrived(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", BODY, **TAGGED)
    cut(server, url, part, 1_000_000)
    server.serve("/a.mp3", status=403)
    with pytest.raises(fetch.Refused):
        fetch.download(url, part, POLICY)
    server.serve("/a.mp3", BODY, **TAGGED)
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)
    assert server.asked[-1][1]["Range"] == "bytes=1000000-"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Fri, 20 Nov 2020 10:00:00 GMT", 0),
        ("Fri, 20 Nov 2020 10:00:00", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
        ("Fri, 99 Nov 99999999999 10:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    server: FileServer, part: Path, header: str, seconds: int | None
) -> None:
    value = header.encode().decode("latin-1")
    with pytest.raises(fetch.Refused) as refused:
        fetch.download(server.serve("/a.mp3", status=429, headers={"Retry-After": value}), part, POLICY)
    assert refused.value.retry_after == seconds


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/b.mp3?token=1", "b.mp3", "//{host}/b.mp3", "http://{host}/b.mp3#x"])
def test_a_redirect_is_followed(server: FileServer, part: Path, status: int, location: str) -> None:
    server.serve("/b.mp3", BODY)
    url = server.serve("/a.mp3", status=status, headers={"Location": location.format(host=server.host)})
    assert fetch.download(url, part, POLICY).sha256 == sha256(BODY)


def test_a_redirect_with_letters_outside_ascii_is_followed(server: FileServer, part: Path) -> None:
    server.serve("/%E6%AD%8C.mp3", BODY)
    url = server.serve("/a.mp3", status=302, headers={"Location": "/歌.mp3".encode().decode("latin-1")})
    assert fetch.download(url, part, POLICY).done


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/b.mp3",  # not the exempted name
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/b.mp3",
        "http://0x7f.2:{port}/b.mp3",
        "file:///etc/passwd",
        "http://user:word@127.0.0.1:{port}/b.mp3",
        "https://127.0.0.1\\@localhost/",
    ],
)
def test_a_redirect_to_a_place_inside_is_blocked(server: FileServer, part: Path, location: str) -> None:
    server.serve("/b.mp3", BODY)
    where = location.format(port=server.server_port)
    url = server.serve("/a.mp3", status=302, headers={"Location": where})
    with pytest.raises(fetch.Blocked):
        fetch.download(url, part, POLICY)
    assert [path for path, _ in server.asked] == ["/a.mp3"]


def test_an_exemption_with_a_port_holds_for_that_port_only(server: FileServer, part: Path) -> None:
    with file_server() as other:
        url = server.serve("/a.mp3", status=302, headers={"Location": other.serve("/b.mp3", BODY)})
        with pytest.raises(fetch.Blocked):
            fetch.download(url, part, fetch.Policy(frozenset({server.host})))
        assert other.asked == []
        assert fetch.download(url, part, fetch.Policy(frozenset({server.host, other.host}))).done


def test_a_server_inside_is_not_even_asked(server: FileServer, part: Path) -> None:
    with pytest.raises(fetch.Blocked, match="not a public address"):
        fetch.download(server.serve("/a.mp3", BODY), part, fetch.Policy())
    assert server.asked == []


def test_a_redirect_in_a_circle_ends(server: FileServer, part: Path) -> None:
    url = server.serve("/a.mp3", status=302, headers={"Location": "/a.mp3"})
    with pytest.raises(fetch.Broken, match="redirects more than 5 times"):
        fetch.download(url, part, POLICY)
    assert len(server.asked) == 6


def test_a_redirect_to_nowhere_is_refused(server: FileServer, part: Path) -> None:
    with pytest.raises(fetch.Refused) as refused:
        fetch.download(server.serve("/a.mp3", status=302), part, POLICY)
    assert refused.value.status == 302
