"""Names that Windows, macOS and Linux can all take, whatever the title says."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.files.file_names import content_disposition, safe_file_name

# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
DEVICES += [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"]
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"

pieces = st.sampled_from(
    [
        *DEVICES,
        *DEVICES[:4],
        ".",
        "..",
        " ",
        "..\\..",
        "/",
        "~",
        "-",
        "ＣＯＮ",
        "ⓒⓞⓝ",
        "é",
        "月",
        "㎯",
        "﷽",
        "\u0301",
        *BIDI,
    ]
)
titles = st.one_of(
    st.text(max_size=400),
    st.lists(pieces | st.text(max_size=3), max_size=8).map("".join),
    st.sampled_from(DEVICES).map(str.lower),
    st.lists(pieces, min_size=100, max_size=300).map("".join),
)


def both(header: str) -> tuple[str, str]:
    """The plain and the full name of a Content-Disposition."""
    match = re.fullmatch(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([A-Za-z0-9_.~%-]*)", header)
    assert match, header
    return match[1], unquote(match[2])


def check(name: str) -> None:
    """As Windows wants it, and short enough for all: 255 bytes on Linux, 255 UTF-16 units elsewhere."""
    assert not FORBIDDEN.search(name)
    base = name.split(".")[0].rstrip(" ")
    assert base.upper() not in DEVICES
    assert unicodedata.normalize("NFKC", base).upper() not in DEVICES
    assert name == name.strip(" ")
    assert not name.startswith(".")
    assert not name.endswith(".")
    assert name.isprintable()
    assert not set(name) & set(BIDI)
    assert len(name.encode()) <= 255
    assert len(unicodedata.normalize("NFD", name).encode("utf-16-le")) // 2 <= 255


@given(title=titles, label=st.just("") | titles, extension=st.sampled_from([".mp3", ".flac", ".zip", ""]))
def test_any_title_makes_names_that_every_system_takes(title: str, label: str, extension: str) -> None:
    for name in both(content_disposition("attachment", [title, label], extension, instead="track-7")):
        check(name)
        assert name.endswith(extension)
        assert not name.removesuffix(extension).endswith((" ", "."))
        assert name != extension


@pytest.mark.parametrize("device", [*DEVICES, "con", "Aux", "nul", "COM¹", "LPT9"])
@pytest.mark.parametrize(
    "shape", ["{}", "{}.", "{} ", ".{}", "{}.mp3", "{} .mp3", "{}.tar.gz", " {}", "{}...", "{}:"]
)
def test_the_names_of_devices_are_no_names(device: str, shape: str) -> None:
    plain, full = both(content_disposition("attachment", [shape.format(device)], ".mp3", instead="track-7"))
    check(plain)
    check(full)
    assert device in full


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["CON"], "_CON.mp3"),
        (["aux.mp3"], "_aux.mp3.mp3"),
        (["COM¹"], "_COM¹.mp3"),
        (["NUL.", "vocals"], "NUL - vocals.mp3"),
        (["CONTRA"], "CONTRA.mp3"),
        (["Con Amore"], "Con Amore.mp3"),
        (["Au revoir... "], "Au revoir.mp3"),
        (["...And Justice"], "And Justice.mp3"),
        (["....."], "track-7.mp3"),
        (["\u202e\u200b"], "track-7.mp3"),
        (["..\\.."], "track-7.mp3"),
        (["..\\..", "vocals"], "track-7 - vocals.mp3"),
        (["C:\\Windows\\a"], "C Windows a.mp3"),
        (["Owl\tand\nCat\x00\x07"], "Owl and Cat.mp3"),
        (["gp3.\u202egnos"], "gp3.gnos.mp3"),
        (["Cafe\u0301"], "Café.mp3"),
    ],
)
def test_names(parts: list[str], name: str) -> None:
    assert safe_file_name(parts, ".mp3", instead="track-7") == name


def test_a_title_without_a_plain_letter_keeps_its_label_in_the_plain_name() -> None:
    header = content_disposition("inline", ["月光", "vocals"], ".flac", instead="track-7")
    assert header.startswith('inline; filename="track-7 - vocals.flac"; ')


def test_a_long_title_loses_its_end_and_not_its_label() -> None:
    name = safe_file_name(["月" * 300, "vocals"], ".flac", instead="track-7")
    assert name == "月" * 60 + " - vocals.flac"
