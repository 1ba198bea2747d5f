"""Each fault of a sound has its word and a sentence; a good one has none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.factories import make_track
from tests.support.html import Page
from tests.support.songs import make_archived_asset
from tracks.domain.sound_checks import VERSION, SoundChecks
from tracks.presentation.sound_faults import sound_faults

GOOD = SoundChecks(
    version=VERSION,
    loudness_range=6.0,
    true_peak_db=-1.0,
    silence_head=0.1,
    silence_tail=1.0,
    silence_longest=0.5,
    clipped=0,
    cut_end=False,
    dc_offset=0.0001,
    channels="stereo",
)


def with_fault(**over: Any) -> SoundChecks:
    return SoundChecks(**{**GOOD, **over})  # type: ignore[typeddict-item]  # one value of it is another


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"cut_end": True}, "cut end"),
        ({"silence_head": 2.0}, "late start"),
        ({"silence_longest": 4.0}, "silence"),
        ({"silence_tail": 9.0}, "long end"),
        ({"clipped": 1_200}, "clipped"),
        ({"dc_offset": 0.05}, "offset"),
        ({"channels": "mono"}, "mono"),
        ({"channels": "one-sided"}, "one side"),
        ({"channels": "out-of-phase"}, "out of phase"),
    ],
)
def test_each_fault_has_a_word_and_a_sentence(over: dict[str, Any], word: str) -> None:
    [fault] = sound_faults(with_fault(**over))
    assert fault.word == word
    assert fault.detail.endswith(".")


def test_a_good_sound_and_one_that_was_not_checked_have_none() -> None:
    assert sound_faults(GOOD) == sound_faults(None) == []


def test_a_silent_one_is_told_by_its_loudness_alone() -> None:
    assert sound_faults(with_fault(true_peak_db=None, silence_head=60.0, channels="mono")) == []


def test_the_page_of_a_song_says_what_is_wrong_with_its_sound(staff: Client) -> None:
    track = make_track(archive="complete")
    make_archived_asset(track, kind="audio", sound_checks=with_fault(cut_end=True, clipped=1_200))
    page = Page(staff.get(f"/tracks/{track.pk}/"))
    assert "cut end" in page.words
    assert "It is cut off at full scale in 1,200 places" in page.html
