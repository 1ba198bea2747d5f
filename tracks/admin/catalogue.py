"""Models and voices in the admin: staff may correct and extend the default list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from tracks import providers
from tracks.admin.base import LargeTableAdmin
from tracks.admin.filters import ProviderFilter, by_value
from tracks.domain.vocabulary import Vocabulary
from tracks.models import CatalogueEntry
from tracks.models.choices import choices
from tracks.presentation.labels import operation_label
from tracks.services import catalogue


def _operations() -> list[tuple[str, str]]:
    """Each with the words of all providers that offer it."""
    words: dict[str, set[str]] = {}
    for provider in providers.registered().values():
        for name, operation in provider.operations.items():
            words.setdefault(name, set()).add(operation.label)
    return sorted(
        ((name, " or ".join(sorted(all_of))) for name, all_of in words.items()), key=lambda one: one[1]
    )


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
        help_text="Operations that accept it. None ticked means all that have such a field.",
    )

    class Meta:
        model = CatalogueEntry
        fields = ("provider", "kind", "name", "label", "operations", "position", "is_listed", "is_edited")

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        cleaned = {**(super().clean() or {})}
        if cleaned.get("provider"):
            provider = providers.get(cleaned["provider"])
            if unknown := [name for name in cleaned.get("operations", []) if name not in provider.operations]:
                text = f"{provider.label} does not offer: {', '.join(unknown)}."
                self.add_error("operations", ValidationError(text))
        return cleaned


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(LargeTableAdmin):
    form = EntryForm
    list_display = ("name", "label", "provider", "kind", "used_by", "is_listed", "is_default", "is_edited")
    list_filter = (ProviderFilter, by_value("kind", "kind", choices(Vocabulary)))
    ordering = ("provider",)
    search_fields = ("name", "label")
    actions = ("refresh",)
    readonly_fields = ("is_default",)

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> tuple[str, ...]:
        return ("is_default",) if obj else ("is_default", "is_edited")

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        """Default entries cannot be deleted: they would return at the next start. Unlist them instead."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_default)

    def save_model(self, request: HttpRequest, obj: CatalogueEntry, form: AnyForm, change: bool) -> None:
        """A changed entry is no longer refreshed from the default list, until "is edited" is unticked."""
        if change and set(form.changed_data) - {"is_edited"}:
            obj.is_edited = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Refresh from the default list", permissions=["operate"])
    def refresh(self, request: HttpRequest, queryset: QuerySet[CatalogueEntry]) -> None:
        """Refreshes all entries of the providers of the selected rows."""
        for name in sorted(set(queryset.values_list("provider", flat=True)) & set(providers.REGISTRY)):
            messages.success(request, f"{providers.get(name).label}: {catalogue.refresh(name)}.")

    @admin.display(description="for")
    def used_by(self, entry: CatalogueEntry) -> str:
        return ", ".join(operation_label(entry.provider, name) for name in entry.operations) or "all"
