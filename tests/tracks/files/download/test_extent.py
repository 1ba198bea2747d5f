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


def fetched(server: FileServer, part: Path, *pieces: Piece) -> str:
    """The digest of what was fetched in the end, with these answers first."""
    url = server.serve("/a.mp3", SONG, pieces=list(pieces))
    for _ in range(TRIES):
        try:
            progress = download.download(url, part, POLICY)
        except download.TransferFailed:
            continue
        if progress.done:
            return progress.sha256
    return ""


def broken_off(status: int = 200) -> Piece:
    """The first half of the file, then the end of the connection."""
    return Piece(status, 0, HALF, content_range="" if status == 200 else None, content_length=END)


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
    ],
    ids=str,
)
def test_a_piece_is_never_taken_for_the_file(server: FileServer, part: Path, piece: Piece) -> None:
    assert fetched(server, part, *[piece] * TRIES) == ""


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
