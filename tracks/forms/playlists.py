"""The forms of playlists: name and description, and the place of a track."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tracks.domain.names import name_problem
from tracks.lib.plain_lines import plain_lines
from tracks.models.playlists import MAX_DESCRIPTION, MAX_LIST_NAME
from tracks.services.playlists import MAX_TRACKS, SortedBy

MAX_ID = 2**63 - 1
NO_PLACE = f"Type a place from 1 to {MAX_TRACKS:,}, 1 for the first."


class _Description(forms.CharField):
    """Text whose line ends are counted once, as people count them."""

    def to_python(self, value: Any) -> str:
        return plain_lines(super().to_python(value) or "")


class PlaylistDetailsForm(forms.Form):
    name = forms.CharField(error_messages={"required": "A playlist needs a name."})
    description = _Description(required=False, max_length=MAX_DESCRIPTION)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if problem := name_problem(name, MAX_LIST_NAME):
            raise ValidationError(problem)
        return name

    def changes(self) -> dict[str, str]:
        """The posted fields; call it once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}

    def shown(self) -> dict[str, str]:
        """What the page showed of the playlist, of the fields that were posted so."""
        posted = {name: self.data.get(f"initial-{name}") for name in self.fields}
        return {name: plain_lines(value) for name, value in posted.items() if value is not None}


class ChosenTrackForm(forms.Form):
    """A track of the playlist."""

    track = forms.IntegerField(min_value=1, max_value=MAX_ID)


class MoveForm(ChosenTrackForm):
    """``to``: a place as people count, from 1."""

    to = forms.IntegerField(
        min_value=1,
        max_value=MAX_TRACKS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NO_PLACE),
    )


class SortForm(forms.Form):
    by = forms.ChoiceField(choices=[(one.value, one.value) for one in SortedBy])
