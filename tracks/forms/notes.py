"""The form of a note at a moment of a song."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tracks.services.notes import MAX_AT_MS, MAX_NOTE

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,3})?)|(\d{1,5}(?:\.\d{1,3})?)", re.ASCII)


class ClockField(forms.CharField):
    """A moment as people write it, ``0:55``, ``1:02:07`` or ``55.5``; milliseconds, None where blank."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]  # a number is what it is for
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError("Write the moment as minutes and seconds, such as 0:55.")
        hours, minutes, seconds, plain = found.groups()
        whole = float(plain) if plain else int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
        if whole * 1000 > MAX_AT_MS:
            raise ValidationError("No song is longer than a day.")
        return round(whole * 1000)

    def run_validators(self, value: Any) -> None:
        """The number was checked above; what is checked of texts does not apply to it."""


class NoteForm(forms.Form):
    time = ClockField(required=False)
    text = forms.CharField(max_length=MAX_NOTE, error_messages={"required": "A note needs some words."})
