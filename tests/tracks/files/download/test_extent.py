"""Status, Content-Range and Content-Length in every combination: the file comes whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.downloads import POLICY, sha256
from tests.support.examples import examples
from tests.support.file_server import FileServer, Piece
from tracks.files import download

SONG = bytes(range(256)) * 40
HALF, END = len(SONG) // 2, len(SONG)
TRIES = 6
Headers = tuple[tuple[str, str], ...]
NONE: Headers = ()
TAG: Headers = (("ETag", '"v1"'), ("Accept-Ranges", "bytes"))
DATE: Headers = (("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT"),)


def fetched(server: FileServer, part: Path, *pieces: Piece) -> str:
    """The digest of what was fetched in the end, with these answers first."""
    return ended(server.serve("/a.mp3", SONG, pieces=list(pieces)), part)


def ended(url: str, part: Path) -> str:
    for _ in range(TRIES):
        try:
            progress = download.download(url, part, POLICY)
        except download.TransferFailed:
            continue
        if progress.done:
            return progress.sha256
    return ""


def broken_off(headers: Headers = ()) -> Piece:
    """The first half of the file, then the end of the connection."""
    return Piece(200, 0, HALF, content_range="", content_length=END, headers=headers)


def unnamed(start: int, end: int, headers: Headers = (), *, has_length: bool = True) -> Piece:
    """A piece under 200 that does not say which it is."""
    return Piece(200, start, end, "", None if has_length else -1, headers)


@pytest.mark.parametrize(
    "resumed",
    [
        Piece(206, HALF, END),
        Piece(200, HALF, END),
        Piece(200, HALF, END, content_length=-1),
        Piece(200, 0, END),
        Piece(200, 0, END, content_range=""),
        Piece(206, 0, END),
        Piece(206, HALF + 1, END),
        Piece(206, HALF - 1, END),
        Piece(206, HALF, END - 1),
        Piece(206, HALF, END, content_range=""),
        Piece(206, HALF, END, content_range=f"bytes {HALF}-{END - 1}/*"),
        Piece(206, HALF, END, content_range=f"bytes {HALF}-{END - 1}/{END + 1}"),
        Piece(206, HALF, END, content_range=f"bytes {HALF}-{END}/{END}"),
        Piece(206, HALF, END, content_range=f"bytes {HALF}-{END - 2}/{END}"),
        Piece(206, HALF, END, content_length=-1),
        Piece(206, HALF, END, headers=(("ETag", '"another"'),)),
        Piece(416, END, END, content_range=f"bytes */{HALF}"),
        Piece(416, END, END, content_range=f"bytes */{END}"),
        Piece(416, END, END, content_range="bytes */*"),
    ],
    ids=str,
)
def test_a_half_file_becomes_the_whole_one(server: FileServer, part: Path, resumed: Piece) -> None:
    assert fetched(server, part, broken_off(), resumed) == sha256(SONG)


@pytest.mark.parametrize("headers", [NONE, TAG, DATE], ids=["no tag", "an ETag", "a date"])
@pytest.mark.parametrize("has_length", [True, False])
@pytest.mark.parametrize("piece", [(HALF, END), (0, HALF), (HALF, END - 1), (END - 1, END)])
@pytest.mark.parametrize("times", [1, 2])
def test_a_piece_under_200_is_not_the_file_of_which_a_half_is_here(
    server: FileServer, part: Path, headers: Headers, has_length: bool, piece: tuple[int, int], times: int
) -> None:
    """Also where it comes a second time, without a Range request."""
    answers = [unnamed(*piece, headers, has_length=has_length)] * times
    assert fetched(server, part, broken_off(headers), *answers) == sha256(SONG)


def test_a_piece_under_200_costs_one_request_and_ranges_are_given_up(server: FileServer, part: Path) -> None:
    pieces = [broken_off(TAG), unnamed(HALF, END, TAG), broken_off(TAG)]
    assert fetched(server, part, *pieces) == sha256(SONG)
    assert [asked[1].get("Range") for asked in server.asked] == [None, f"bytes={HALF}-", None, None]


@pytest.mark.parametrize("headers", [NONE, TAG, DATE], ids=["no tag", "an ETag", "a date"])
@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"bare": True}, {"ranges": False}], ids=str)
def test_a_file_that_became_another_one_comes_in_the_end(
    server: FileServer, part: Path, headers: Headers, how: dict[str, bool]
) -> None:
    """Whatever the server says of it: the same tag, another, or none."""
    url = server.serve("/a.mp3", SONG, pieces=[broken_off(headers)])
    for after in (headers, NONE, (("ETag", '"v2"'),)):
        for body in (SONG[::-1][:-7], SONG[:100] * 300):
            download.discard(part)
            server.files["/a.mp3"].pieces = [broken_off(headers)]
            with pytest.raises(download.TransferFailed):
                download.download(url, part, POLICY)
            server.serve("/a.mp3", body, headers=dict(after), **how)
            assert ended(url, part) == sha256(body)


def test_a_whole_file_under_206_is_the_file(server: FileServer, part: Path) -> None:
    assert fetched(server, part, Piece(206, 0, END)) == sha256(SONG)
    assert len(server.asked) == 1


def test_a_first_piece_is_gone_on_with(server: FileServer, part: Path) -> None:
    assert fetched(server, part, Piece(206, 0, HALF), Piece(206, HALF, END)) == sha256(SONG)
    assert server.asked[-1][1]["Range"] == f"bytes={HALF}-"


@pytest.mark.parametrize(
    "piece",
    [
        Piece(200, 0, HALF),
        Piece(200, HALF, END),
        Piece(200, HALF, END, content_length=-1),
        Piece(206, HALF, END),
        Piece(206, 0, HALF, content_range=f"bytes 0-{HALF - 1}/*"),
        Piece(206, 0, HALF, content_range=""),
        Piece(416, END, END, content_range=f"bytes */{END}"),
        Piece(200, HALF, END, content_range=f"{HALF}-{END - 1}/{END}"),
        Piece(200, HALF, END, content_range=f"bytes={HALF}-{END - 1}/{END}"),
        Piece(200, HALF, END, content_range=f"bytes={HALF}-"),
        Piece(200, HALF, END, content_range=f"bytes {HALF} - {END - 1} / {END}"),
        Piece(200, HALF, END, content_range=f"bytes */{END}"),
        Piece(200, HALF, END, content_range=f"bytes */{END}", content_length=-1),
        Piece(200, HALF, END, content_range="bytes"),
        Piece(200, HALF, END, content_range=f"items {HALF}-{END - 1}/{END}"),
        Piece(200, HALF, END - 1, content_range=f"bytes {HALF}-{END - 1}/{END}", content_length=HALF - 1),
    ],
    ids=str,
)
def test_a_piece_is_never_taken_for_the_file(server: FileServer, part: Path, piece: Piece) -> None:
    assert fetched(server, part, *[piece] * TRIES) == ""


@pytest.mark.parametrize(
    "content_range",
    [f"bytes */{END}", f"0-{END - 1}/{END}", f"bytes=0-{END - 1}/{END}", f"bytes 0-{END}/{END}"],
)
def test_a_whole_file_whose_range_is_badly_written_is_the_file(
    server: FileServer, part: Path, content_range: str
) -> None:
    assert fetched(server, part, *[Piece(200, 0, END, content_range=content_range)] * TRIES) == sha256(SONG)
    assert len(server.asked) == 1


statuses = st.sampled_from([200, 206])
places = st.integers(0, END)
pieces = st.builds(
    lambda status, a, b, known: Piece(status, min(a, b), max(a, b), content_length=None if known else -1),
    statuses,
    places | st.just(HALF),
    places | st.just(END),
    st.booleans(),
)


@examples(150, HealthCheck.function_scoped_fixture)
@given(st.lists(pieces, max_size=4))
def test_any_pieces_that_say_what_they_are_make_the_file_or_nothing(
    server: FileServer, part: Path, answers: list[Piece]
) -> None:
    download.discard(part)
    assert fetched(server, part, *answers) in ("", sha256(SONG))


@examples(60, HealthCheck.function_scoped_fixture)
@given(st.lists(pieces, max_size=2), st.tuples(places, places), st.booleans(), st.lists(pieces, max_size=2))
def test_one_piece_that_does_not_say_what_it_is_never_becomes_the_file(
    server: FileServer,
    part: Path,
    before: list[Piece],
    piece: tuple[int, int],
    known: bool,
    after: list[Piece],
) -> None:
    """Where a part of the file came before, with its length."""
    download.discard(part)
    answers = [*before, unnamed(min(piece), max(piece), has_length=known), *after]
    assert fetched(server, part, broken_off(), *answers) in ("", sha256(SONG))
