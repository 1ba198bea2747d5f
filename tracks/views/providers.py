"""The page of the providers: whether they answer, their balance, how reliably they call back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracks.domain.roles import Action
from tracks.presentation.providers import provider_cards, provider_needs
from tracks.queries.access import allowed_to


@allowed_to(Action.LOOK)
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    cards = provider_cards(timezone.now())
    return render(request, "providers/list.html", {"cards": cards, "needs": provider_needs(cards)})
