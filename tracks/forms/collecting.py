"""The forms that file a song under tags and playlists, and that save a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from tracks.domain.names import name_problem, tidy_name
from tracks.forms.song_filter import NEWEST, SongFilter
from tracks.models.playlists import MAX_LIST_NAME
from tracks.models.tags import MAX_TAG_NAME, MAX_TAGS

MAX_QUERY = 4000  # characters


class TidyNameField(forms.CharField):
    """A name as it is stored, see tidy_name()."""

    def __init__(self, max_name: int, **options: Any) -> None:
        super().__init__(**options)
        self.max_name = max_name

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and (problem := name_problem(text, self.max_name)):
            raise ValidationError(problem)
        return tidy_name(text)


class TagsForm(forms.Form):
    """All tags of a song, with commas between them."""

    tags = forms.CharField(required=False, max_length=MAX_TAGS * (MAX_TAG_NAME + 2))

    def clean_tags(self) -> list[str]:
        names = [name for name in self.cleaned_data["tags"].split(",") if name.strip()]
        found = [(name.strip(), name_problem(name, MAX_TAG_NAME)) for name in names]
        problems = [f"“{name}”: {problem}" for name, problem in found if problem]
        if len(names) > MAX_TAGS:
            problems.append(f"A song has at most {MAX_TAGS} tags.")
        if problems:
            raise ValidationError(problems)
        return [tidy_name(name) for name in names]


class PlaylistForm(forms.Form):
    """A playlist that there is, or the name of a new one."""

    playlist = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    name = TidyNameField(MAX_LIST_NAME, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not (values.get("playlist") or values.get("name")):
            raise ValidationError("Choose a playlist, or name a new one.")
        return values


class SavedSearchForm(forms.Form):
    """``query``: what follows the question mark of the library's address."""

    name = TidyNameField(MAX_LIST_NAME, error_messages={"required": "A saved search needs a name."})
    query = forms.CharField(max_length=MAX_QUERY, required=False)

    def clean_query(self) -> dict[str, str]:
        song_filter = SongFilter(QueryDict(self.cleaned_data["query"]), [], [])
        active, ordering = song_filter.active(), song_filter.ordering
        if song_filter.errors or not active:
            raise ValidationError(
                "This search cannot be saved: it has no filter, or one that cannot be used."
            )
        return active | ({} if ordering == NEWEST else {"ordering": ordering})
