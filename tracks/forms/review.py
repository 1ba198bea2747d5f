"""The form of a review: what a person wants, and what the page showed when they began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tracks.lib.plain_lines import plain_lines
from tracks.models import Review, Track
from tracks.presentation.labels import REVIEW_STATES
from tracks.services.review import MAX_NOTES

FIELDS = ("title", "review", "rating", "notes")
# Django's own name for a field's value as the page showed it.
SHOWN = "initial-"


class NotesField(forms.CharField):
    """Text whose line ends are counted once, as people count them."""

    def to_python(self, value: Any) -> str:
        return plain_lines(super().to_python(value) or "")

    def run_validators(self, value: str) -> None:
        if len(value) > MAX_NOTES:
            raise ValidationError(
                f"The general note has {len(value):,} characters; at most {MAX_NOTES:,} are kept. "
                "Nothing was saved; your text is still in the form."
            )
        super().run_validators(value)


class ReviewForm(forms.Form):
    """A review of a track. Fields that are not posted stay as they are."""

    title = forms.CharField(max_length=500, required=False)
    review = forms.ChoiceField(choices=Review.choices, required=False)
    rating = forms.IntegerField(min_value=0, max_value=5, required=False)
    notes = NotesField(required=False, strip=False)

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if "title" in self.data and not title:
            raise forms.ValidationError("A song needs a title.")
        return title

    def changes(self) -> dict[str, Any]:
        """The posted fields, named as :func:`tracks.services.review.edit` takes them; call it once valid."""
        posted = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if not posted.get("review", "new"):
            del posted["review"]
        return posted


def shown_values(form: forms.BaseForm) -> dict[str, Any]:
    """What the page showed of a track when a person began to change it, of the fields that were posted so."""
    return {name: _shown(form, name) for name in FIELDS if SHOWN + name in form.data}


def _shown(form: forms.BaseForm, name: str) -> Any:
    try:
        return form.fields[name].to_python(form.data[SHOWN + name])
    except ValidationError:
        return None


def add_conflicts(form: forms.BaseForm, track: Track, names: Iterable[str]) -> None:
    """An error at each of these fields that names what the track has now, see ChangedMeanwhile."""
    for name in names:
        form.add_error(name, _conflict(track, name))


def _conflict(track: Track, name: str) -> str:
    kept = "Nothing was saved; yours is still in the form. Save again to replace theirs."
    if name == "review":
        state = REVIEW_STATES[track.review].word
        return (
            f"Somebody else decided meanwhile: the song is {state}. Nothing was saved; press again to decide."
        )
    if name == "rating":
        return f"Somebody else changed the rating meanwhile, to {_stars(track.rating)}. {kept}"
    value, called = getattr(track, name), "general note" if name == "notes" else name
    done = f"changed the {called} meanwhile, to: “{value}”." if value else f"removed the {called} meanwhile."
    return f"Somebody else {done} {kept}"


def _stars(rating: int | None) -> str:
    return "none" if rating is None else f"{rating} of 5"
