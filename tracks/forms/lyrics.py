"""The form of a lyric without scripts: its lines as a text, and what they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from tracks.domain.lyrics.edit import UnsoundLyrics, checked
from tracks.domain.lyrics.timed_text import RowProblem, UnreadableText, lines_of_text
from tracks.domain.updates import Cue
from tracks.lib.plain_lines import plain_lines
from tracks.services.lyrics import MAX_NOTE

MAX_QUOTED = 60  # characters
# Ten times what the longest lyric of a song has; a text that is larger takes long to compare.
MAX_TEXT = 400_000


class LyricsForm(forms.Form):
    """``before``: the lines from which the text was made. The cleaned data has ``cues`` besides."""

    text = forms.CharField(
        max_length=MAX_TEXT,
        strip=False,
        error_messages={"required": "A lyric has at least one line. To undo all edits, restore a version."},
    )
    note = forms.CharField(max_length=MAX_NOTE, required=False)
    based_on = forms.IntegerField(min_value=1, required=False)
    seen = forms.CharField(max_length=64, required=False)

    def __init__(self, *args: Any, before: Sequence[Cue] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before

    def clean_text(self) -> str:
        text = plain_lines(str(self.cleaned_data["text"]))
        try:
            cues, rows = lines_of_text(text, self.before)
            self.cleaned_data["cues"] = _checked(cues, rows)
        except UnreadableText as error:
            raise forms.ValidationError(list(_sentences(text, error))) from error
        return text


def _checked(cues: Sequence[Cue], rows: Sequence[int]) -> tuple[Cue, ...]:
    """Raises UnreadableText with the rows of the lines that are not sound."""
    try:
        checked(cues)
    except UnsoundLyrics as error:
        rows = rows or (1,)
        problems = [RowProblem(rows[min(one.place, len(rows) - 1)], one.sentence) for one in error.problems]
        raise UnreadableText(problems) from error
    return tuple(cues)


def _sentences(text: str, error: UnreadableText) -> Iterable[str]:
    """Each problem with the row that it is about."""
    rows = text.splitlines()
    for problem in error.problems:
        row = rows[problem.row - 1].strip() if problem.row <= len(rows) else ""
        quoted = row if len(row) <= MAX_QUOTED else row[:MAX_QUOTED].rstrip() + "…"
        yield f"Row {problem.row}, “{quoted}”: {problem.sentence}" if quoted else problem.sentence
