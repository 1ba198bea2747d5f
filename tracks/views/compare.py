"""The compare page: two takes under one transport, and which of them is kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks.domain.roles import Action
from tracks.models import Track
from tracks.presentation.compare import comparison, lane_names
from tracks.presentation.hue import hue_of
from tracks.queries.access import allowed_to, demand
from tracks.queries.compare import extension
from tracks.services import review
from tracks.views.actions import unknown_action

REVIEWS = frozenset({"new", "approved", "rejected"})


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """A track compared with itself redirects to the track. A form posts the one that is kept."""
    if request.method == "POST":
        demand(request, Action.REVIEW)
    if pk == other:
        return redirect("track", pk)
    one, two = _track(pk), _track(other)
    if request.method == "POST":
        return _keep(request, one, two)
    context = {
        "comparison": comparison(one, two, timezone.now()),
        "same_task": one.task_id == two.task_id,
        "has_one_title": one.task_id == two.task_id and one.title == two.title,
        "extension": extension(one, two),
        "another_won": review.ANOTHER_WON,
        "hue": hue_of(one),
        "track": one,
        "other": two,
    }
    return render(request, "tracks/compare.html", context)


def _track(pk: int) -> Track:
    rows = Track.objects.select_related("task").prefetch_related("assets", "lines").defer("search_text")
    return get_object_or_404(rows, pk=pk)


def _keep(request: HttpRequest, one: Track, two: Track) -> HttpResponse:
    ids = {str(track.pk): track.pk for track in (one, two)}
    kept = ids.pop(request.POST.get("keep", ""), None)
    if request.POST.get("do") != "keep" or kept is None:
        return unknown_action(request)
    [rejected] = ids.values()
    seen = {pk: request.POST.get(f"was-{pk}", "") for pk in (kept, rejected)}
    shown = {pk: was for pk, was in seen.items() if was in REVIEWS}
    try:
        review.keep_take(kept, rejected, request.user.get_username(), shown)
    except review.ChangedMeanwhile as conflict:
        messages.error(request, str(conflict))
    else:
        name = lane_names(one, two)[kept == two.pk]
        messages.success(request, f"{name} is approved; the other is rejected: {review.ANOTHER_WON}.")
    return redirect("compare", one.pk, two.pk)
