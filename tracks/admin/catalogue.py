"""Models and voices in the admin: a person may correct the list that we bring, and add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from tracks import providers
from tracks.admin.facts import QuickAdmin
from tracks.admin.filters import by_provider, by_word
from tracks.domain.vocabulary import Vocabulary
from tracks.models import CatalogueEntry
from tracks.models.choices import choices
from tracks.services import catalogue


def _operations() -> list[tuple[str, str]]:
    every = [name for provider in providers.registered().values() for name in provider.operations]
    return [(name, name) for name in sorted(set(every))]


if TYPE_CHECKING:
    AnyForm = forms.ModelForm[CatalogueEntry]
else:
    AnyForm = forms.ModelForm


def _providers() -> list[tuple[str, str]]:
    return [(name, provider.label) for name, provider in providers.registered().items()]


class EntryForm(AnyForm):
    provider = forms.ChoiceField(choices=_providers)
    operations = forms.MultipleChoiceField(
        choices=_operations,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Operations that take it; none ticked: all that have such a field.",
    )

    class Meta:
        model = CatalogueEntry
        fields = ("provider", "kind", "name", "label", "operations", "position", "is_listed", "is_edited")

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        said = {**(super().clean() or {})}
        if said.get("provider"):
            known = providers.get(said["provider"]).operations
            if strange := [name for name in said.get("operations", []) if name not in known]:
                words = f"{providers.get(said['provider']).label} does not offer: {', '.join(strange)}."
                self.add_error("operations", ValidationError(words))
        return said


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(QuickAdmin):
    form = EntryForm
    list_display = ("name", "label", "provider", "kind", "for_what", "is_listed", "is_default", "is_edited")
    list_filter = (by_provider(), by_word("kind", "kind", choices(Vocabulary)))
    ordering = ("provider",)
    search_fields = ("name", "label")
    actions = ("refresh",)
    readonly_fields = ("is_default",)

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> tuple[str, ...]:
        return ("is_default",) if obj else ("is_default", "is_edited")

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        """A default one would come back at the next start; it is taken off the list instead."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_default)

    def save_model(self, request: HttpRequest, obj: CatalogueEntry, form: AnyForm, change: bool) -> None:
        """Who changes a default one keeps it from being refreshed; unticking "is edited" gives it back."""
        if change and set(form.changed_data) - {"is_edited"}:
            obj.is_edited = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Refresh from the default list", permissions=["operate"])
    def refresh(self, request: HttpRequest, queryset: QuerySet[CatalogueEntry]) -> None:
        """Of the providers of the chosen rows, all their entries."""
        for name in sorted(set(queryset.values_list("provider", flat=True)) & set(providers.REGISTRY)):
            messages.success(request, f"{providers.get(name).label}: {catalogue.refresh(name)}.")

    @admin.display(description="for")
    def for_what(self, entry: CatalogueEntry) -> str:
        return ", ".join(entry.operations) or "all"
