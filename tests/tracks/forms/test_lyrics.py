"""The form of a lyric as text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.domain.lyrics.timed_text import timed_text
from tracks.domain.updates import Cue, CueKind
from tracks.forms.lyrics import LyricsForm

OWLS = Cue(CueKind.LINE, "Owls dance", 1000, 3000)


def form_of(text: str, before: tuple[Cue, ...] = (), **more: Any) -> LyricsForm:
    return LyricsForm({"text": text, **more}, before=before)


def test_a_text_becomes_lines() -> None:
    form = form_of("[verse]\r\n[00:01.00] Owls dance\r\n", (OWLS,), note="as sung", based_on="3")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cues"] == (Cue(CueKind.SECTION, "verse"), OWLS)
    assert (form.cleaned_data["based_on"], form.cleaned_data["note"]) == (3, "as sung")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A lyric has at least one line."),
        ("  \n ", "A lyric has at least one line."),
        ("Owls\n[00:99.00] dance", "Row 2, “[00:99.00] dance”: A minute has 60 seconds"),
        ("Owls\n\n" + "x" * 5001, "Row 3, “" + "x" * 60 + "…”: A line has at most 5,000 characters"),
        ("[9999999:00] Owls", "Row 1, “[9999999:00] Owls”: This is no time"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(text: str, sentence: str) -> None:
    errors = form_of(text).errors["text"]
    assert str(errors[0]).startswith(sentence), errors


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_what_is_read_is_the_same_again(text: str) -> None:
    form = form_of(text)
    if form.is_valid():
        again = form_of(timed_text(form.cleaned_data["cues"]))
        assert again.is_valid(), again.errors
        assert again.cleaned_data["cues"] == form.cleaned_data["cues"]
