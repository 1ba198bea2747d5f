"""Names of exported files: any titles give names that differ, sort like the songs and suit every system."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from tracks.files.export.m3u8 import m3u8
from tracks.files.export.pieces import file_name_of, numbered
from tracks.models import Asset, Track

titles = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), min_size=1, max_size=12)


@given(titles)
@example(["CON", "con.", "a/b", "a\\b", "a b", "", " ", "..", "ａ", "a", "A" * 300, "é", "e\u0301"])
def test_any_titles_give_names_that_differ_and_suit_every_system(names: list[str]) -> None:
    songs = list(numbered([Track(pk=7, title=title) for title in names], len(names)))
    files = [file_name_of(song, Asset(track=song.track, kind="audio", file="x/1.mp3")) for song in songs]
    folded = [unicodedata.normalize("NFKC", name).casefold() for name in files]
    assert len(set(folded)) == len(names)
    assert sorted(files) == files
    for name, song in zip(files, songs, strict=True):
        assert name == f"{song.base}.mp3"
        assert not set(name) & set('\\/:*?"<>|\n\r\t\0')
        assert len(name.encode()) <= 255
        assert not name.startswith(("#", ".", " "))
        assert not song.base.endswith((".", " "))


@given(st.text(max_size=50))
def test_any_name_of_a_playlist_is_one_line(name: str) -> None:
    assert m3u8(name, []).split("\n")[0] == "#EXTM3U"
    assert len(m3u8(name, []).splitlines()) == 2
