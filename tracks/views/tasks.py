"""The list of tasks, and one task with its request, results, history and actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tracks import providers
from tracks.domain.roles import Action
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import TrackKind
from tracks.forms.filters import ResolveForm, TaskFilter
from tracks.models import Task, Track
from tracks.presentation import labels
from tracks.presentation.history import history
from tracks.presentation.song_rows import song_rows
from tracks.presentation.task_names import task_name
from tracks.presentation.task_songs import task_song
from tracks.presentation.times import duration_text
from tracks.providers.operations import Field
from tracks.queries.access import allowed_to, demand
from tracks.queries.refusals import last_refusals
from tracks.services import resolve
from tracks.views.actions import unknown_action
from tracks.views.pagination import requested_page

MAX_EVENTS = 500
POLLABLE = (TaskStatus.RUNNING, TaskStatus.OVERDUE, TaskStatus.PARTIAL)
REPEATABLE = (TaskStatus.FAILED, TaskStatus.PARTIAL)


@allowed_to(Action.LOOK)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The newest tasks first, a page at a time."""
    task_filter = TaskFilter(request.GET)
    results = Track.objects.only("task", "provider", "kind", "title", "status", "position", "hue")
    results = results.prefetch_related("assets").order_by("position")
    wanted = Task.objects.prefetch_related(Prefetch("tracks", results))
    # Only the name of the source track is shown.
    unused = [f"source_track__{text}" for text in ("search_text", "lyrics_text", "prompt")]
    shown = task_filter.filtered(wanted.select_related("source_track__task").defer(*unused))
    page = requested_page(request, shown)
    context = {
        "filter": task_filter,
        "active_filters": task_filter.active(),
        "page": page,
        "rows": _rows(page.rows),
    }
    return render(request, "tasks/list.html", context)


def _rows(found: list[Task]) -> list[dict[str, Any]]:
    refused, now = last_refusals(found), timezone.now()
    return [_row(task, now, refused.get(task.pk, "")) for task in found]


def _row(task: Task, now: datetime, refusal: str) -> dict[str, Any]:
    begun = task.submitted_at or task.created_at
    return {
        "task": task,
        "operation": labels.operation_label(task.provider, task.operation),
        "provider": labels.provider_label(task.provider),
        "text": task_name(task, task.tracks.all()),
        "song": task_song(task.tracks.all()),
        "state": labels.task_state(task, now, refusal),
        "took": duration_text(task.finished_at - begun)
        if task.finished_at and task.finished_at >= begun
        else "",
        "is_open": not task.is_finished,
    }


@allowed_to(Action.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; its forms post to it, with the action's name in ``do``."""
    if request.method != "POST":
        return render(request, "tasks/task.html", _context(pk))
    get_object_or_404(Task, pk=pk)
    change = _CHANGES.get(request.POST.get("do", ""))
    if change is None:
        return unknown_action(request)
    demand(request, Action.RESOLVE)
    try:
        return change(request, pk)
    except resolve.InvalidState as reason:
        messages.error(request, str(reason))
        return redirect("task", pk)


def _context(pk: int, form: ResolveForm | None = None) -> dict[str, Any]:
    results = Prefetch("tracks", Track.objects.order_by("position").prefetch_related("assets"))
    known = Task.objects.select_related("created_by", "source_track").prefetch_related(results)
    found = get_object_or_404(known, pk=pk)
    events = found.events.select_related("track", "asset").order_by("-id")[:MAX_EVENTS]
    tracks = list(found.tracks.all())
    songs = [track.pk for track in tracks if track.kind == TrackKind.SONG]
    created = found.events.filter(kind="task.created").order_by("id").first()
    return {
        **_rows([found])[0],
        "form": form or ResolveForm(),
        "rows": song_rows(tracks, timezone.now(), {}),
        "history": history(list(events)[::-1], with_titles=len(tracks) > 1),
        "params": _params(found),
        "pair": songs[:2] if len(songs) > 1 else [],
        "warnings": created.data.get("warnings", []) if created else [],
        "advice": labels.advice(found),
        "is_unsure": found.status == TaskStatus.UNSURE,
        "is_resolvable": found.status == TaskStatus.UNSURE or resolve.has_unconfirmed_id(found),
        "can_poll": found.status in POLLABLE and bool(found.external_id),
        "can_repeat": found.status in REPEATABLE and _is_declared(found),
    }


def _is_declared(task: Task) -> bool:
    return (
        task.provider in providers.registered() and task.operation in providers.get(task.provider).operations
    )


def _params(task: Task) -> list[dict[str, Any]]:
    """The request's parameters with the form's labels and words, in the form's order."""
    declared = providers.get(task.provider).operations[task.operation].fields if _is_declared(task) else ()
    fields = {field.name: field for field in declared}
    # A null is sent as one, and requests nothing.
    given = {name: value for name, value in task.params.items() if value is not None}
    undeclared = {name: Field(name, str, name) for name in given if name not in fields}
    return [
        {"label": field.label, "name": name, "value": field.in_words(given[name])}
        for name, field in (fields | undeclared).items()
        if name in given
    ]


def _poll_now(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.poll_now(pk, request.user.get_username())
    messages.success(request, "The provider is being polled. What it reports appears in the history below.")
    return redirect("task", pk)


def _set_external_id(request: HttpRequest, pk: int) -> HttpResponse:
    form = ResolveForm(request.POST)
    if not form.is_valid():
        return render(request, "tasks/task.html", _context(pk, form), status=400)
    resolve.set_external_id(pk, form.cleaned_data["external_id"], request.user.get_username())
    messages.success(request, "Thank you. The task continues with this id, and the provider is being polled.")
    return redirect("task", pk)


def _resend(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.resend(pk, request.user.get_username())
    messages.success(request, "It will be sent again as soon as a worker is free.")
    return redirect("task", pk)


def _abandon(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.abandon(pk, request.user.get_username())
    messages.success(request, "The task is given up. Results that still arrive are accepted.")
    return redirect("task", pk)


_CHANGES: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {
    "poll": _poll_now,
    "set-id": _set_external_id,
    "resend": _resend,
    "abandon": _abandon,
}
