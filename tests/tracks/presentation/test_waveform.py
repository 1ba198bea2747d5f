"""The waveform as SVG: whatever was measured and whatever sections there are, it stays in its box."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from tracks.models import LyricLine
from tracks.presentation.sections import SongSection, kind_of_section, sections_of
from tracks.presentation.waveform import POINTS_OF, STEP, Wave, WaveSize, wave_large, wave_row

PATH = re.compile(r"M(\d+) (\d+)l((?:\d+[ -]\d+ ?)+)V(\d+)z")
SIZES: Sequence[WaveSize] = tuple(POINTS_OF)
LENGTH_MS = 198_000
NAMES = ("Intro", "Verse 1", "Pre-chorus", "Chorus", "Verse 2", "Chorus", "Bridge", "Chorus", "Outro")


def heading(text: str, start_ms: int | None) -> LyricLine:
    return LyricLine(kind="section", text=text, start_ms=start_ms)


def nine_sections() -> list[SongSection]:
    return sections_of([heading(name, place * 22_000) for place, name in enumerate(NAMES)], LENGTH_MS)


def restless(points: int = 520) -> bytes:
    """A song whose loudness jumps from point to point by up to two fifths: long paths."""
    chance = random.Random(7)
    peaks = bytes(chance.randrange(154, 256) for _ in range(points))
    return peaks + bytes(round(peak * 0.62) for peak in peaks)


def corners(path: str) -> list[tuple[int, int]]:
    """The absolute points of a path of ours."""
    found = PATH.fullmatch(path)
    assert found, path
    x, y = int(found[1]), int(found[2])
    assert int(found[4]) == y
    points = [(x, y)]
    for across, down in re.findall(r"(\d+) ?(-?\d+)", found[3]):
        x, y = x + int(across), y + int(down)
        points.append((x, y))
    return points


def assert_within_its_box(wave: Wave) -> None:
    for path in wave.paths:
        for x, y in corners(path.d):
            assert 0 <= x <= wave.width
            assert 0 <= y <= wave.height
    for part in wave.ribbon:
        assert 0 <= float(part.x) <= wave.width
        assert 0 <= float(part.width) <= wave.width - float(part.x) + 0.1
    assert all(0 <= float(name.at) < 100 for name in wave.names)


headings = st.lists(st.tuples(st.text(max_size=12), st.none() | st.integers(0, 400_000)), max_size=30)


@given(st.binary(min_size=2, max_size=1100), headings, st.none() | st.integers(0, 400_000))
def test_any_waveform_with_any_sections_stays_in_its_box(
    waveform: bytes, given_headings: list[tuple[str, int | None]], length_ms: int | None
) -> None:
    sections = sections_of([heading(*one) for one in given_headings], length_ms)
    waves = [
        wave_row(waveform, sections, length_ms),
        *(wave_large(size, waveform, sections, length_ms) for size in SIZES),
    ]
    for wave in waves:
        assert wave is not None
        assert_within_its_box(wave)


@given(headings, st.integers(1, 400_000))
def test_sections_cover_the_song_without_gap_or_overlap(
    given_headings: list[tuple[str, int | None]], length_ms: int
) -> None:
    sections = sections_of([heading(*one) for one in given_headings], length_ms)
    if sections:
        assert [section.start_ms for section in sections] == [
            0,
            *(section.end_ms for section in sections[:-1]),
        ]
        assert sections[-1].end_ms == length_ms
        assert all(section.start_ms < section.end_ms for section in sections)


def test_sections_run_from_heading_to_heading() -> None:
    lines = [heading("verse 2", 60_000), heading("chorus", 20_000), heading("late", 90_000)]
    found = sections_of([*lines, heading("untimed", None)], 90_000)
    assert [(one.name, one.kind, one.start_ms, one.end_ms) for one in found] == [
        ("", "quiet", 0, 20_000),
        ("Chorus", "chorus", 20_000, 60_000),
        ("Verse 2", "verse", 60_000, 90_000),
    ]
    assert sections_of(lines, None) == []


def test_a_first_heading_just_after_the_start_has_nothing_before_it() -> None:
    assert [one.start_ms for one in sections_of([heading("intro", 20), heading("verse", 9_000)], 90_000)] == [
        0,
        9_000,
    ]


def sung(start_ms: int, end_ms: int) -> LyricLine:
    return LyricLine(kind="line", start_ms=start_ms, end_ms=end_ms)


def test_a_heading_that_shares_the_next_ones_start_is_of_the_part_without_words_before_it() -> None:
    lines = [
        heading("intro", 8_000),
        heading("verse", 8_000),
        sung(8_000, 20_000),
        heading("solo", 40_000),
        heading("break", 40_000),
        heading("chorus", 40_000),
    ]
    found = [(one.name, one.start_ms) for one in sections_of(lines, 60_000)]
    assert found == [("Intro", 0), ("Verse", 8_000), ("Solo", 20_000), ("Break", 30_000), ("Chorus", 40_000)]


def test_headings_that_share_a_start_with_no_pause_before_it_are_the_last_of_them() -> None:
    lines = [heading("verse", 0), sung(0, 20_000), heading("solo", 20_100), heading("chorus", 20_100)]
    assert [one.name for one in sections_of(lines, 60_000)] == ["Verse", "Chorus"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "quiet") for name in ("intro", "Outro", "Break", "Instrumental", "Inst", "Interlude")),
        *((name, "verse") for name in ("Verse 1", "Pre-Chorus", "prechorus", "主歌", "", "Spoken")),
        *((name, "chorus") for name in ("Chorus", "Final Chorus", "Post-Chorus", "Hook", "Drop", "Refrain")),
        *((name, "bridge") for name in ("Bridge", "Guitar Solo", "solo")),
    ],
)
def test_what_a_section_looks_like_follows_from_its_name(name: str, kind: str) -> None:
    assert kind_of_section(name) == kind


def test_each_section_has_its_colour_and_its_part_of_the_ribbon() -> None:
    wave = wave_row(restless(), nine_sections(), LENGTH_MS)
    assert wave is not None
    kinds = ["quiet", "verse", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "quiet"]
    assert [path.kind for path in wave.paths] == kinds
    assert [part.kind for part in wave.ribbon] == kinds
    assert [name.text for name in wave.names] == list(NAMES)
    assert [name.at for name in wave.names[:2]] == ["0.00", "11.11"]
    assert wave.description == "Waveform, 3:18, 9 sections"


def test_a_name_that_does_not_fit_becomes_short_and_then_nothing() -> None:
    lines = [heading("Instrumental break", 0), heading("Verse 2", 10_000), heading("Bridge", 18_000)]
    wave = wave_row(restless(), sections_of([*lines, heading("Chorus", 20_500)], 200_000), 200_000)
    assert wave is not None
    assert [(name.text, name.fits) for name in wave.names] == [
        ("Ins", False),
        ("V2", False),
        ("Chorus", True),
    ]


def test_without_sections_the_whole_song_is_one_verse() -> None:
    wave = wave_large("page", restless(), [], LENGTH_MS)
    assert wave is not None
    assert [(path.kind, path.is_envelope) for path in wave.paths] == [
        ("verse", True),
        ("verse", False),
        ("verse", True),
    ]
    assert [(part.x, part.width) for part in wave.ribbon] == [("0.0", "1037.0")]
    assert max(x for x, _ in corners(wave.paths[0].d)) == 520 * STEP


def test_a_loud_moment_is_not_averaged_away() -> None:
    drum = bytes([0] * 300 + [255] + [0] * 219)
    wave = wave_large("dock", drum + bytes(520), [], LENGTH_MS)
    assert wave is not None
    assert min(y for _, y in corners(wave.paths[0].d)) == 2


def tops(wave: Wave | None, path: int) -> list[int]:
    """Units above the base, without the corners at both ends."""
    assert wave is not None
    (_, base), *points = corners(wave.paths[path].d)
    return [base - y for _, y in points]


def test_chorus_and_verse_differ_in_a_row_though_their_peaks_are_the_same() -> None:
    """As in mastered songs: all peaks at the top, the RMS at a quarter and at two fifths."""
    mastered = bytes([255] * 520 + [64] * 260 + [102] * 260)
    heights = tops(wave_row(mastered, [], LENGTH_MS), 0)
    assert (heights[5], heights[-5]) == (13, 21)


def test_the_rms_reads_well_under_the_peaks_and_never_above_them() -> None:
    mastered = bytes([255] * 500 + [40] * 20 + [64] * 260 + [102] * 260)
    wave = wave_large("page", mastered, [], LENGTH_MS)
    peaks, core = tops(wave, 0), tops(wave, 1)
    assert (core[5], core[-25]) == (31, 50)
    assert core[-5] == peaks[-5] == 12


def test_there_is_no_waveform_where_nothing_was_measured() -> None:
    assert wave_row(b"", [], LENGTH_MS) is None
    assert wave_large("dock", b"", [], LENGTH_MS) is None
    assert render_to_string("parts/wave_row.html", {"wave": None}).strip() == ""


def rendered(template: str, **context: Any) -> str:
    return render_to_string(template, context).strip()


def test_a_row_takes_little_of_a_page() -> None:
    wave = wave_row(restless(), nine_sections(), LENGTH_MS)
    assert len(rendered("parts/wave_row.html", wave=wave, prefix="r123456", **{"class": "row-wave"})) <= 1_700


def test_the_largest_waveform_takes_nine_kilobytes() -> None:
    wave = wave_large("page", restless(), nine_sections(), LENGTH_MS)
    html = rendered("parts/wave.html", wave=wave, prefix="w1", title="Paper Lanterns", labels=True)
    assert len(html) <= 9_000


def test_what_scripts_need_is_marked() -> None:
    wave = wave_large("dock", restless(), nine_sections(), LENGTH_MS)
    html = rendered("parts/wave.html", wave=wave, prefix="w1", title="<Owls>", labels=False)
    assert 'class="wave wave-dock" data-wave' in html
    assert '<rect class="wave-clip" width="0" height="112" data-full="720"/>' in html
    assert 'max="198" step="0.1" value="0" aria-label="Position in &lt;Owls&gt;"' in html
    assert 'aria-valuetext="0:00 of 3:18"' in html
    assert re.findall(r' id="([^"]+)"', html) == ["w1", "w1-played"]
    row = rendered("parts/wave_row.html", wave=wave_row(restless(), [], LENGTH_MS), prefix="r41")
    assert re.findall(r' id="([^"]+)"', row) == ["r41", "r41-played"]
    assert 'data-full="220"' in row
