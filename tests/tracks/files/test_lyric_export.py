"""Lyrics as files: what is in them, and that they stay valid whatever the lines hold."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import make_lines, make_track
from tracks.files.lyric_export import FORMATS, LINGER_MS, Untimed, render_lyrics
from tracks.models import LyricLine, Track

TIMED = ["lrc", "srt", "vtt", "ttml"]
TTML = "{http://www.w3.org/ns/ttml}"
TITLE = "{http://www.w3.org/ns/ttml#metadata}title"
HOSTILE = 'a\nb\r\n\r\nc\0 --> <00:01.00>[00:02.00]& </p> <b> "\u2028x\x1f ]]> שלום \ud800\uffff'
HOSTILE_ON_A_LINE = 'a b c --> <00:01.00>[00:02.00]& </p> <b> " x ]]> שלום'


def row(text: str, start: int | None = None, end: int | None = None, **over: Any) -> LyricLine:
    return LyricLine(text=text, start_ms=start, end_ms=end, **({"kind": "line"} | over))


def song(*rows: LyricLine, **over: Any) -> Track:
    """A track with these lines that no database has seen, so that they can hold anything."""
    track = Track(**({"pk": 7, "title": "Owl's Moonlit Waltz", "duration_ms": 96_000} | over))
    vars(track)["_prefetched_objects_cache"] = {"lines": list(rows)}
    return track


def waltz() -> Track:
    return song(
        row("verse", 12_340, 12_360, kind="section"),
        row("Moonlight guides", 12_340, 15_000),
        row("the silent flight", 15_000, 18_200),
        row("chorus", 20_000, 20_000, kind="section"),
        row("Owls dance", 20_000, 23_005),
    )


# --- Readers, strict where players are ----------------------------------------------------------------------
def read_lrc(text: str) -> list[tuple[int, str]]:
    """Milliseconds and text of each line; only known tags may stand before them, nothing between them."""
    assert text.endswith("\n")
    lines = text[:-1].split("\n")
    while lines and re.fullmatch(r"\[(ti|length|re):[^\[\]]*\]", lines[0]):
        lines.pop(0)
    found = [re.fullmatch(r"\[(\d{2,}):([0-5]\d)\.(\d\d)\]([^\[\]]+)", line) for line in lines]
    assert all(found), text
    times = [(int(m[1]) * 60_000 + int(m[2]) * 1000 + int(m[3]) * 10, m[4]) for m in found if m]
    assert all(a < b for (a, _), (b, _) in pairwise(times)), text
    return times


def milliseconds(stamp: str) -> int:
    found = re.fullmatch(r"(\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3})", stamp)
    assert found, stamp
    hours, minutes, seconds, rest = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def read_times(line: str) -> tuple[int, int]:
    start, arrow, end = line.split(" ")
    assert arrow == "-->"
    assert milliseconds(start) < milliseconds(end)
    return milliseconds(start), milliseconds(end)


def read_srt(text: str) -> list[tuple[int, int, str]]:
    cues = []
    for place, block in enumerate(text.removesuffix("\n").split("\n\n"), 1):
        number, times, words = block.split("\n")
        assert number == str(place)
        assert "," in times
        assert "-->" not in words
        cues.append((*read_times(times), words))
    return cues


def read_vtt(text: str) -> tuple[list[tuple[int, int, str]], list[str]]:
    """Cues and comments, as the standard's syntax has them: https://www.w3.org/TR/webvtt1/#syntax."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert head == "WEBVTT"
    cues, notes = [], []
    for block in blocks:
        if block.startswith("NOTE "):
            assert "-->" not in block
            notes.append(block.removeprefix("NOTE "))
            continue
        times, words = block.split("\n")
        assert "-->" not in words
        assert "<" not in words
        assert not re.search("&(?!amp;|lt;|gt;)", words)
        plain = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        cues.append((*read_times(times), plain))
    assert all(a[0] <= b[0] for a, b in pairwise(cues))
    return cues, notes


def read_ttml(text: str) -> tuple[list[tuple[int, int, str]], list[str]]:
    """Lines and the titles of the parts."""
    root = ElementTree.fromstring(text.encode())  # noqa: S314  of our own making
    assert root.tag == f"{TTML}tt"
    body = root.find(f"{TTML}body")
    assert body is not None
    cues = []
    for line in body.iter(f"{TTML}p"):
        start, end = milliseconds(line.attrib["begin"]), milliseconds(line.attrib["end"])
        assert start < end
        cues.append((start, end, line.text or ""))
    return cues, [title.text or "" for title in body.iter(TITLE)]


# --- What is in them ----------------------------------------------------------------------------------------
def test_lrc() -> None:
    assert render_lyrics(waltz(), "lrc") == (
        "[ti:Owl's Moonlit Waltz]\n[length:01:36]\n[re:musicgen]\n"
        "[00:12.34]Moonlight guides\n[00:15.00]the silent flight\n[00:20.00]Owls dance\n"
    )


def test_srt() -> None:
    assert render_lyrics(waltz(), "srt") == (
        "1\n00:00:12,340 --> 00:00:15,000\nMoonlight guides\n\n"
        "2\n00:00:15,000 --> 00:00:18,200\nthe silent flight\n\n"
        "3\n00:00:20,000 --> 00:00:23,005\nOwls dance\n"
    )


def test_vtt_has_sections_as_comments() -> None:
    assert render_lyrics(waltz(), "vtt") == (
        "WEBVTT\n\nNOTE verse\n\n00:00:12.340 --> 00:00:15.000\nMoonlight guides\n\n"
        "00:00:15.000 --> 00:00:18.200\nthe silent flight\n\nNOTE chorus\n\n"
        "00:00:20.000 --> 00:00:23.005\nOwls dance\n"
    )


def test_ttml_has_sections_as_titled_parts() -> None:
    text = render_lyrics(waltz(), "ttml")
    cues, sections = read_ttml(text)
    assert [text for _, _, text in cues] == ["Moonlight guides", "the silent flight", "Owls dance"]
    assert sections == ["verse", "chorus"]
    assert "<metadata><ttm:title>Owl&#x27;s Moonlit Waltz</ttm:title></metadata>" in text


def test_txt() -> None:
    assert render_lyrics(waltz(), "txt") == (
        "[verse]\nMoonlight guides\nthe silent flight\n\n[chorus]\nOwls dance\n"
    )


@pytest.mark.django_db
def test_rows_of_the_database_are_read_in_order() -> None:
    track = make_track(title="", duration_ms=None)
    make_lines(track, "verse", ("Moonlight", 1000, 2000), ("guides", 2000, 3000))
    assert render_lyrics(track, "lrc") == "[re:musicgen]\n[00:01.00]Moonlight\n[00:02.00]guides\n"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_its_type_and_extension(name: str) -> None:
    assert FORMATS[name].extension == name
    assert FORMATS[name].content_type.endswith("; charset=utf-8")


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render_lyrics(waltz(), "ass")


# --- Without times ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("Moonlight"), row("guides")],
        [row("verse", 0, 100, kind="section"), row("Moonlight")],
        [row("verse", 0, 100, kind="section")],
        [row(" \0", 0, 100)],
    ],
)
def test_lyrics_without_times_fit_no_timed_format(name: str, rows: list[LyricLine]) -> None:
    with pytest.raises(Untimed, match="plain text"):
        render_lyrics(song(*rows), name)


def test_lyrics_without_times_are_plain_text() -> None:
    assert (
        render_lyrics(song(row("verse", kind="section"), row("Moonlight")), "txt") == "[verse]\nMoonlight\n"
    )


def test_plain_text_falls_back_to_what_the_provider_wrote() -> None:
    assert (
        render_lyrics(song(lyrics_text="[verse]\nMoonlight\n\nguides"), "txt")
        == "[verse]\nMoonlight\n\nguides\n"
    )


def test_a_song_without_lyrics_is_an_empty_text() -> None:
    assert render_lyrics(song(), "txt") == ""


@pytest.mark.parametrize("name", ["srt", "vtt", "ttml"])
def test_a_line_without_a_time_starts_where_the_one_before_it_ends(name: str) -> None:
    track = song(row("head"), row("one", 1000, 2000), row("more"), row("two", 3000, 4000))
    cues = {"srt": read_srt, "vtt": lambda t: read_vtt(t)[0], "ttml": lambda t: read_ttml(t)[0]}[name](
        render_lyrics(track, name)
    )
    assert cues == [(0, 1000, "head"), (1000, 2000, "one"), (2000, 3000, "more"), (3000, 4000, "two")]


def test_a_line_without_a_time_hides_no_line_and_comes_before_the_next() -> None:
    """A player of LRC shows a line until the next one starts."""
    track = song(row("one", 1000, 4000), row("more"), row("two", 3000, 5000), row("and more"))
    assert render_lyrics(track, "lrc").splitlines()[3:] == [
        "[00:01.00]one",
        "[00:03.00]more",
        "[00:03.01]two",
        "[00:05.00]and more",
    ]


# --- Times --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ([row("a", 1000, 1000), row("b", 3000, 3000)], [3000, 3000 + LINGER_MS]),
        ([row("a", 1000, 1000), row("b", 60_000, 60_000)], [1000 + LINGER_MS, 60_000 + LINGER_MS]),
        ([row("a", 1000, 1000), row("b", 1000, 1000), row("c", 2000, 9000)], [2000, 2000, 9000]),
        ([row("a", 94_000, 94_000)], [96_000]),
        ([row("a", 99_000, 99_000)], [99_000 + LINGER_MS]),
        ([row("a", 1000, 5000), row("b", 2000, 3000)], [5000, 3000]),
    ],
)
def test_an_unknown_end_is_the_next_start_or_a_few_seconds(rows: list[LyricLine], ends: list[int]) -> None:
    assert [end for _, end, _ in read_srt(render_lyrics(song(*rows), "srt"))] == ends


def test_lrc_lines_never_start_together() -> None:
    track = song(*(row(text, 1000, 1000) for text in "abc"), row("d", 1005, 1010))
    assert read_lrc(render_lyrics(track, "lrc")) == [(1000, "a"), (1010, "b"), (1020, "c"), (1030, "d")]


def test_lines_out_of_order_are_put_in_order() -> None:
    track = song(row("b", 2000, 3000), row("a", 1000, 2000))
    assert [text for _, text in read_lrc(render_lyrics(track, "lrc"))] == ["a", "b"]


def test_long_songs() -> None:
    track = song(row("late", 6_000_000, 360_000_000))
    assert "[100:00.00]late" in render_lyrics(track, "lrc")
    assert "01:40:00,000 --> 100:00:00,000" in render_lyrics(track, "srt")


# --- Words --------------------------------------------------------------------------------------------------
def test_lrc_with_word_timing() -> None:
    words = [[1000, 1400, "Owls"], [1500, 2000, " dance\n"], [2000, 2500, "in"]]
    track = song(row("“Owls dance,  in…", 1000, 3000, words=words), row("pure", 3000, 4000))
    assert render_lyrics(track, "lrc", words=True).splitlines()[3:] == [
        "[00:01.00]<00:01.00>“Owls <00:01.50>dance, <00:02.00>in…<00:02.50>",
        "[00:03.00]pure",
    ]


def test_words_that_differ_from_the_line_are_separated_by_spaces() -> None:
    track = song(row("Owls", 1000, 3000, words=[[1000, 1100, "Eulen"], [1200, 1300, "[tanzen]"]]))
    assert "[00:01.00]<00:01.00>Eulen <00:01.20>(tanzen)<00:01.30>\n" in render_lyrics(
        track, "lrc", words=True
    )


def test_chinese_words_stay_together() -> None:
    track = song(row("月光下", 0, 900, words=[[0, 300, "月光"], [300, 900, "下"]]))
    assert "[00:00.00]<00:00.00>月光<00:00.30>下<00:00.90>\n" in render_lyrics(track, "lrc", words=True)


def test_word_times_never_fall() -> None:
    words = [[500, 600, "a"], [3000, 2000, "b"], [1000, 900, "c"]]
    text = render_lyrics(song(row("a b c", 1000, 1000, words=words)), "lrc", words=True)
    assert "[00:01.00]<00:01.00>a <00:03.00>b <00:03.00>c<00:03.00>\n" in text


def karaoke() -> Track:
    words = [[1000, 1400, "Owls"], [1500, 2000, "<dance>"], [2000, 3500, "in"]]
    return song(row("“Owls <dance>, in…", 1000, 3000, words=words), row("pure & plain", 3000, 4000))


def test_vtt_with_word_timing() -> None:
    assert render_lyrics(karaoke(), "vtt", words=True) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n"
        "“Owls <00:00:01.500>&lt;dance&gt;, <00:00:02.000>in…\n\n"
        "00:00:03.000 --> 00:00:04.000\npure &amp; plain\n"
    )


def test_ttml_with_word_timing_is_that_of_lyric_players() -> None:
    text = render_lyrics(karaoke(), "ttml", words=True)
    assert 'itunes:timing="Word"' in text
    root = ElementTree.fromstring(text.encode())  # noqa: S314  of our own making
    one, other = root.iter(f"{TTML}p")
    assert [(span.attrib["begin"], span.attrib["end"], span.text, span.tail) for span in one] == [
        ("00:00:01.000", "00:00:01.400", "“Owls", " "),
        ("00:00:01.500", "00:00:02.000", "<dance>,", " "),
        ("00:00:02.000", "00:00:03.000", "in…", None),
    ]
    assert "".join(one.itertext()) == "“Owls <dance>, in…"
    assert (other.text, len(other)) == ("pure & plain", 0)


def test_the_offset_is_in_the_times_and_nothing_is_before_the_song() -> None:
    words = [[1000, 1400, "Owls"], [1500, 3000, "dance"]]
    lines = row("Owls dance", 1000, 3000, words=words), row("on", 3000, 4000)
    earlier = song(*lines, lyrics_offset_ms=-1200)
    assert read_srt(render_lyrics(earlier, "srt")) == [(0, 1800, "Owls dance"), (1800, 2800, "on")]
    assert "[00:00.00]<00:00.00>Owls <00:00.30>dance<00:01.80>" in render_lyrics(earlier, "lrc", words=True)
    assert read_lrc(render_lyrics(song(*lines, lyrics_offset_ms=500), "lrc"))[0] == (1500, "Owls dance")
    assert [line.start_ms for line in lines] == [1000, 3000]


@pytest.mark.parametrize("name", ["srt", "txt"])
def test_other_formats_have_no_word_timing(name: str) -> None:
    track = song(row("Owls dance", 0, 900, words=[[0, 300, "Owls"], [300, 900, "dance"]]))
    assert render_lyrics(track, name, words=True) == render_lyrics(track, name)


# --- Anything is normal input -------------------------------------------------------------------------------
def test_hostile_text_stays_text() -> None:
    track = song(row(HOSTILE, 1000, 2000), row(HOSTILE, kind="section"), title=HOSTILE)
    bare = HOSTILE_ON_A_LINE
    assert read_vtt(render_lyrics(track, "vtt"))[0] == [(1000, 2000, bare)]
    assert read_ttml(render_lyrics(track, "ttml")) == ([(1000, 2000, bare)], [bare])
    assert read_srt(render_lyrics(track, "srt")) == [(1000, 2000, bare.replace("-->", "→"))]
    assert read_lrc(render_lyrics(track, "lrc"))[0][1].startswith("a b c --> (00:01.00)(00:02.00)& </p>")
    assert render_lyrics(track, "txt") == f"{bare}\n\n[{bare}]\n"


anything = st.text(max_size=12) | st.sampled_from(
    [HOSTILE, "-->", "NOTE", "WEBVTT", "1", "[00:01.00]", "&amp;"]
)
moments = st.none() | st.integers(0, 40) | st.integers(0, 400_000_000)


@st.composite
def rows(draw: st.DrawFn) -> LyricLine:
    start, length = draw(moments), draw(st.integers(0, 20))
    kind = draw(st.sampled_from(["line", "line", "section"]))
    words = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), anything), max_size=3))
    end = None if start is None else start + length
    return row(draw(anything), start, end, kind=kind, words=[list(word) for word in words])


@given(st.lists(rows(), max_size=6), anything, st.none() | st.integers(0, 100))
def test_any_lines_give_valid_files(lines: list[LyricLine], title: str, duration: int | None) -> None:
    track = song(*lines, title=title, duration_ms=duration)
    render_lyrics(track, "txt").encode()
    try:
        files = {name: render_lyrics(track, name) for name in TIMED}
    except Untimed:
        return
    count = len(read_srt(files["srt"]))
    assert count > 0
    assert [len(cues) for cues in (read_vtt(files["vtt"])[0], read_ttml(files["ttml"])[0])] == [count, count]
    assert len(read_lrc(files["lrc"])) == len(read_lrc(render_lyrics(track, "lrc", words=True))) == count
    assert len(read_ttml(render_lyrics(track, "ttml", words=True))[0]) == count
    karaoke = re.sub(r"<\d\d+:[\d:.]+>", "", render_lyrics(track, "vtt", words=True))
    assert len(read_vtt(karaoke)[0]) == count
