"""Extracting members of a ZIP: whole, broken, and made to do harm."""

from __future__ import annotations

import hashlib
import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.media import packed
from tracks.files.zip.directory import entries
from tracks.files.zip.extract import BadZip, check, extract

FILES = {"vocals.flac": b"fLaC" + bytes(range(256)) * 40, "drums.flac": random.Random(3).randbytes(70_000)}
WHOLE = packed(FILES)
MOST = 1_000_000
CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


@pytest.fixture
def zip_file(tmp_path: Path) -> Path:
    return tmp_path / "stems.zip"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "scratch" / "stem.part"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()


def ignore(_: int) -> None:
    pass


def take(path: Path, name: str, target: Path, most: int = MOST) -> bytes:
    extract(path, name, target, most, ignore)
    return target.read_bytes()


def changed(body: bytes, signature: bytes, at: int, value: bytes) -> bytes:
    """The first record with this signature has other bytes at this place, counted from its signature."""
    where = body.index(signature) + at
    return body[:where] + value + body[where + len(value) :]


def sizes(path: Path) -> dict[str, int]:
    """The members that the directory states."""
    with path.open("rb") as file:
        return {entry.name: entry.size for entry in entries(file)}


# --- Whole ones ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_comes_out_as_it_went_in(zip_file: Path, target: Path, method: int) -> None:
    zip_file.write_bytes(packed(FILES, method))
    assert sizes(zip_file) == {name: len(body) for name, body in FILES.items()}
    for name, body in FILES.items():
        found = extract(zip_file, name, target, MOST, ignore)
        assert target.read_bytes() == body
        assert (found.size, found.sha256) == (len(body), hashlib.sha256(body).hexdigest())


def test_a_whole_zip_passes_the_check(zip_file: Path) -> None:
    zip_file.write_bytes(WHOLE)
    check(zip_file, [*FILES, "not in there"], MOST, ignore)


def test_a_zip_written_into_a_pipe_has_its_sizes_after_the_data(zip_file: Path, target: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vocals.flac", FILES["vocals.flac"])
    zip_file.write_bytes(pipe.getvalue())
    assert take(zip_file, "vocals.flac", target) == FILES["vocals.flac"]


def as_zip64(body: bytes) -> bytes:
    """An archive of one file as a writer of ZIP64 would end it: its numbers in the fields for big ones."""
    start, end = body.index(CENTRAL), body.rindex(END)
    crc_and_before, packed_size, size, name_bytes = struct.unpack_from("<20s2LH", body, start)
    extra = struct.pack("<2H3Q", 1, 24, size, packed_size, 0)
    lengths = struct.pack("<3H", name_bytes, len(extra), 0)
    name = body[start + 46 : start + 46 + name_bytes]
    directory = (
        crc_and_before + b"\xff" * 8 + lengths + body[start + 34 : start + 42] + b"\xff" * 4 + name + extra
    )
    big = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, 1, 1, len(directory), start)
    locator = b"PK\6\7" + struct.pack("<LQL", 0, start + len(directory), 1)
    assert end == start + 46 + name_bytes
    return body[:start] + directory + big + locator + END + b"\0" * 4 + b"\xff" * 12 + b"\0\0"


def test_zip64_is_read_too(zip_file: Path, target: Path) -> None:
    zip_file.write_bytes(as_zip64(packed({"vocals.flac": FILES["vocals.flac"]})))
    with zipfile.ZipFile(zip_file) as archive:
        assert archive.read("vocals.flac") == FILES["vocals.flac"]
    assert take(zip_file, "vocals.flac", target) == FILES["vocals.flac"]


def test_a_comment_and_unexpected_files_do_no_harm(zip_file: Path, target: Path) -> None:
    with zipfile.ZipFile(zip_file, "w") as archive:
        archive.comment = b"made with love"
        archive.mkdir("folder")
        archive.writestr("../../etc/passwd", b"root")
        archive.writestr("/absolute", b"x")
        archive.writestr("inner.zip", WHOLE)
        archive.writestr("vocals.flac", b"sung")
    check(zip_file, FILES, MOST, ignore)
    assert take(zip_file, "vocals.flac", target) == b"sung"
    assert [path.name for path in target.parent.iterdir()] == ["stem.part"]


def test_a_name_is_compared_exactly(zip_file: Path, target: Path) -> None:
    zip_file.write_bytes(packed({"stems/vocals.flac": b"a", "VOCALS.FLAC": b"b", "vocals.flac ": b"c"}))
    with pytest.raises(KeyError):
        extract(zip_file, "vocals.flac", target, MOST, ignore)
    assert not target.exists()


def test_progress_is_reported_and_can_stop_it(zip_file: Path, target: Path) -> None:
    zip_file.write_bytes(packed({"drums.flac": random.Random(1).randbytes(MOST)}))
    sizes: list[int] = []

    def stop_halfway(size: int) -> None:
        sizes.append(size)
        if size > MOST // 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        extract(zip_file, "drums.flac", target, MOST, stop_halfway)
    assert sizes == sorted(sizes)
    assert len(sizes) > 1
    assert not target.exists()


def test_an_earlier_target_is_replaced(zip_file: Path, target: Path) -> None:
    target.write_bytes(bytes(MOST))
    zip_file.write_bytes(WHOLE)
    assert take(zip_file, "drums.flac", target) == FILES["drums.flac"]


# --- Broken ones, and those made to do harm ----------------------------------------------------------------
def link() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("vocals.flac")
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    first, second = packed({"vocals.flac": b"one"}), packed({"vocals.flac": b"two"})
    return joined(first, second)


def joined(*archives: bytes, overlap: bool = False) -> bytes:
    """One archive of several of one file each; or all their directories over the first one's file."""
    bodies, directory = b"", b""
    for archive in archives:
        at, end = archive.index(CENTRAL), archive.rindex(END)
        entry = bytearray(archive[at:end])
        entry[42:46] = struct.pack("<L", 0 if overlap else len(bodies))
        directory += bytes(entry)
        bodies += b"" if overlap and bodies else archive[:at]
    count = len(archives)
    end_record = END + struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(bodies), 0)
    return bodies + directory + end_record


def overlapping() -> bytes:
    return joined(packed({"vocals.flac": bytes(900)}), packed({"other9.flac": bytes(900)}), overlap=True)


def many() -> bytes:
    return packed({f"{number}": b"" for number in range(1001)})


def long_directory() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(40):
            entry = zipfile.ZipInfo(f"{number}")
            entry.comment = b"x" * 60_000
            archive.writestr(entry, b"")
    return file.getvalue()


def bomb() -> bytes:
    return packed({"vocals.flac": bytes(50_000_000)})


def comment_with_an_end() -> bytes:
    """A reader that takes the last signature finds another directory than one that takes the first."""
    fake = END + struct.pack("<4H2LH", 0, 0, 1, 1, 46, 0, 0)
    file = io.BytesIO(WHOLE)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = fake + b"tail"
    return file.getvalue()


def short(body: bytes) -> bytes:
    """Says that its file is smaller than it is, checksum and all."""
    smaller = changed(body, CENTRAL, 24, struct.pack("<L", 100))
    return changed(smaller, CENTRAL, 16, struct.pack("<L", zlib.crc32(FILES["vocals.flac"][:100])))


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "breaks off"),
    "no archive": (lambda: b"PK\3\4" + bytes(4000), "breaks off"),
    "cut in half": (lambda: WHOLE[: len(WHOLE) // 2], "breaks off"),
    "cut by a byte": (lambda: WHOLE[:-1], "breaks off"),
    "something behind": (lambda: WHOLE + b"<html>", "does not end"),
    "something in front": (lambda: b"PK\3\4#!/bin/sh" + WHOLE, "not where"),
    "nothing in it": (lambda: packed({}), "empty"),
    "an end in its comment": (comment_with_an_end, "does not end"),
    "several disks": (lambda: changed(WHOLE, END, 4, b"\1\0"), "several"),
    "half of its entries": (lambda: changed(WHOLE, END, 8, b"\1\0"), "several"),
    "fewer entries": (lambda: changed(WHOLE, END, 8, b"\1\0\1\0"), "more than it counts"),
    "more entries": (lambda: changed(WHOLE, END, 8, b"\3\0\3\0"), "damaged"),
    "thousands of entries": (many, "names 1001 files"),
    "a huge directory": (long_directory, "far more than"),
    "zip64 without its record": (
        lambda: WHOLE[:-22] + b"PK\6\7" + struct.pack("<LQL", 0, 5, 1) + WHOLE[-22:],
        "ZIP64",
    ),
    "zip64 beyond its end": (
        lambda: WHOLE[:-22] + b"PK\6\7" + struct.pack("<LQL", 0, 2**63, 1) + WHOLE[-22:],
        "beyond its end",
    ),
    "a name beyond the directory": (lambda: changed(WHOLE, CENTRAL, 28, b"\xff\xff"), "damaged"),
    "an offset beyond its end": (lambda: changed(WHOLE, CENTRAL, 42, b"\xff\xff\xff\x7f"), "beyond its end"),
    "an offset to no file": (lambda: changed(WHOLE, CENTRAL, 42, b"\7\0\0\0"), "no file"),
    "two of one name": (twice, "same name"),
    "overlapping files": (overlapping, "overlap"),
    "a file into the next": (lambda: changed(WHOLE, CENTRAL, 20, struct.pack("<L", 20_000)), "overlap"),
    "a file into the directory": (
        lambda: changed(packed({"vocals.flac": b"x"}), CENTRAL, 20, struct.pack("<L", 90)),
        "beyond its end",
    ),
    "a wrong checksum": (lambda: changed(WHOLE, CENTRAL, 16, b"\0\0\0\0"), "checksum"),
    "bytes turned over": (lambda: changed(WHOLE, b"vocals.flac", 20, b"\xaa" * 9), "damaged|breaks off"),
    "a size too large": (lambda: changed(WHOLE, CENTRAL, 24, struct.pack("<L", 20_000)), "its size is wrong"),
    "a size too small": (lambda: short(WHOLE), "larger than the ZIP says"),
    "a size too small, stored": (
        lambda: short(packed(FILES, zipfile.ZIP_STORED)),
        "larger than the ZIP says",
    ),
    "a stream that goes on": (lambda: changed(WHOLE, CENTRAL, 20, struct.pack("<L", 50)), "breaks off"),
    "an encrypted file": (lambda: changed(WHOLE, CENTRAL, 8, b"\1\0"), "encrypted"),
    "another method": (lambda: changed(WHOLE, CENTRAL, 10, b"\x0e\0"), "method that is not supported"),
    "a link": (link, "link"),
    "a bomb": (bomb, "more than|would grow"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_zip_is_refused(zip_file: Path, target: Path, name: str) -> None:
    make, words = BROKEN[name]
    zip_file.write_bytes(make())
    with pytest.raises(BadZip, match=words):
        check(zip_file, ["vocals.flac"], MOST, ignore)
    with pytest.raises(BadZip, match=words):
        extract(zip_file, "vocals.flac", target, MOST, ignore)
    assert list(target.parent.iterdir()) == []


def test_a_bomb_below_the_cap_is_recognised_by_its_ratio(zip_file: Path, target: Path) -> None:
    zip_file.write_bytes(bomb())
    with pytest.raises(BadZip, match="would grow"):
        take(zip_file, "vocals.flac", target, most=10**9)


def test_a_member_over_the_cap_is_refused(zip_file: Path, target: Path) -> None:
    zip_file.write_bytes(WHOLE)
    with pytest.raises(BadZip, match="more than the 69999 bytes"):
        take(zip_file, "drums.flac", target, most=69_999)


def test_many_members_below_the_cap_may_be_too_much_together(zip_file: Path) -> None:
    names = ["1", "2", "3"]
    zip_file.write_bytes(packed({name: random.Random(name).randbytes(1000) for name in names}))
    with pytest.raises(BadZip, match="together"):
        check(zip_file, names, 1000, ignore)
    check(zip_file, names[:2], 1000, ignore)


def test_a_member_that_is_not_wanted_may_be_damaged(zip_file: Path) -> None:
    zip_file.write_bytes(changed(WHOLE, CENTRAL, 16, b"\0\0\0\0"))
    check(zip_file, ["drums.flac"], MOST, ignore)


@examples(60, HealthCheck.function_scoped_fixture)
@given(
    st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda name: "\0" not in name), st.binary()),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_any_archive_of_zipfile_is_read(
    zip_file: Path, target: Path, files: dict[str, bytes], method: int
) -> None:
    names = {name.encode("utf-8", "ignore").decode(): body for name, body in files.items()}
    names.pop("", None)
    if not names:
        return
    zip_file.write_bytes(packed(names, method))
    assert sizes(zip_file) == {name: len(body) for name, body in names.items()}
    for name, body in names.items():
        assert take(zip_file, name, target) == body


mutations = st.lists(
    st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4
)
near_the_end = st.lists(
    st.tuples(st.integers(len(WHOLE) - 150, len(WHOLE) - 1), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=4,
)


@examples(400, HealthCheck.function_scoped_fixture)
@given(mutations | near_the_end, st.integers(0, len(WHOLE)))
@example([(0, b"P")], len(WHOLE))
def test_no_mutation_breaks_out(
    zip_file: Path, target: Path, edits: list[tuple[int, bytes]], length: int
) -> None:
    body = bytearray(WHOLE)
    for at, value in edits:
        body[at : at + len(value)] = value
    nothing_breaks_out(bytes(body), zip_file, target)
    nothing_breaks_out(bytes(body[:length]), zip_file, target)


@examples(100, HealthCheck.function_scoped_fixture)
@given(st.binary(max_size=300))
def test_no_bytes_break_out(zip_file: Path, target: Path, body: bytes) -> None:
    nothing_breaks_out(body, zip_file, target)
    nothing_breaks_out(LOCAL + body + CENTRAL + body + END + body, zip_file, target)


def nothing_breaks_out(body: bytes, zip_file: Path, target: Path) -> None:
    """Either the very bytes, or BadZip, and nothing but the target is ever written."""
    most = 60_000
    zip_file.write_bytes(body)
    for name, whole in FILES.items():
        try:
            found = extract(zip_file, name, target, most, ignore)
        except (BadZip, KeyError):
            assert not target.exists()
        else:
            assert target.stat().st_size == found.size <= most
            assert target.read_bytes() == whole
            target.unlink()
    assert list(target.parent.iterdir()) == []
    assert {path.name for path in zip_file.parent.iterdir()} == {"stems.zip", "scratch"}
