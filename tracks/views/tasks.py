"""Tasks: the list, and one task with its story and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tracks import providers
from tracks.domain.statuses import TaskStatus
from tracks.domain.updates import TrackKind
from tracks.forms.filters import SettleForm, TaskFilter
from tracks.models import Task, Track
from tracks.presentation import labels as words
from tracks.presentation.history import story
from tracks.presentation.song_rows import song_rows
from tracks.presentation.times import span
from tracks.services import resolve
from tracks.views.turning import page_asked_for

HISTORY_AT_MOST = 500
CAN_BE_LOOKED_AT = (TaskStatus.RUNNING, TaskStatus.OVERDUE, TaskStatus.PARTIAL)
CAN_BE_SENT_ANEW = (TaskStatus.FAILED, TaskStatus.PARTIAL)


@staff_member_required
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The newest tasks first, a page at a time."""
    narrowing = TaskFilter(request.GET)
    results = Track.objects.only("task", "provider", "kind", "title", "status", "position")
    wanted = Task.objects.prefetch_related(Prefetch("tracks", results.order_by("position")))
    # Of the track that it is made from only the name is shown.
    heavy = [f"source_track__{text}" for text in ("search_text", "lyrics_text", "prompt")]
    shown = narrowing.narrowed(wanted.select_related("source_track__task").defer(*heavy))
    page = page_asked_for(request, shown)
    context = {
        "filter": narrowing,
        "asked": narrowing.asked(),
        "page": page,
        "rows": [_row(task) for task in page.rows],
    }
    return render(request, "tasks/list.html", context)


def _row(task: Task) -> dict[str, Any]:
    begun = task.submitted_at or task.created_at
    return {
        "task": task,
        "what": words.operation_label(task.provider, task.operation),
        "provider": words.provider_label(task.provider),
        "asked": words.asked_for(task),
        "state": words.task_state(task),
        "took": span(task.finished_at - begun) if task.finished_at and task.finished_at >= begun else "",
    }


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; what its forms post is done here too, named by ``do``."""
    if request.method != "POST":
        return render(request, "tasks/task.html", _context(pk))
    get_object_or_404(Task, pk=pk)
    action = _ACTIONS.get(request.POST.get("do", ""))
    if action is None:
        return HttpResponseBadRequest("Nothing of that name can be done here.")
    try:
        return action(request, pk)
    except resolve.InvalidState as reason:
        messages.error(request, str(reason))
        return redirect("task", pk)


def _context(pk: int, form: SettleForm | None = None) -> dict[str, Any]:
    found = get_object_or_404(Task.objects.select_related("created_by", "source_track"), pk=pk)
    events = found.events.select_related("track", "asset").order_by("-id")[:HISTORY_AT_MOST]
    results = list(found.tracks.order_by("position").prefetch_related("assets"))
    songs = [track.pk for track in results if track.kind == TrackKind.SONG]
    created = found.events.filter(kind="task.created").order_by("id").first()
    return {
        **_row(found),
        "form": form or SettleForm(),
        "rows": song_rows(results, timezone.now(), {}),
        "story": story(list(events)[::-1], with_titles=len(results) > 1),
        "params": _params(found),
        "pair": songs[:2] if len(songs) > 1 else [],
        "warnings": created.data.get("warnings", []) if created else [],
        "advice": words.advice(found),
        "is_unsure": found.status == TaskStatus.UNSURE,
        "can_look": found.status in CAN_BE_LOOKED_AT and bool(found.external_id),
        "can_send_anew": found.status in CAN_BE_SENT_ANEW and _is_declared(found),
        "is_open": not found.is_finished,
    }


def _is_declared(task: Task) -> bool:
    return (
        task.provider in providers.registered() and task.operation in providers.get(task.provider).operations
    )


def _params(task: Task) -> list[dict[str, Any]]:
    """What was asked, under the form's labels, in the form's order."""
    fields = providers.get(task.provider).operations[task.operation].fields if _is_declared(task) else ()
    labels = {field.name: field.label for field in fields}
    # A null is sent as one, and asks for nothing.
    asked = {name: value for name, value in task.params.items() if value is not None}
    names = [name for name in labels if name in asked] + [name for name in asked if name not in labels]
    return [
        {"label": labels.get(name, name), "name": name, "value": _readable(asked[name])} for name in names
    ]


def _readable(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _look(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.poll_now(pk, request.user.get_username())
    messages.success(request, "The provider is asked now. What it says appears in the story below.")
    return redirect("task", pk)


def _name_id(request: HttpRequest, pk: int) -> HttpResponse:
    form = SettleForm(request.POST)
    if not form.is_valid():
        return render(request, "tasks/task.html", _context(pk, form), status=400)
    resolve.set_external_id(pk, form.cleaned_data["external_id"], request.user.get_username())
    messages.success(request, "Thank you. The task goes on under that id, and the provider is asked now.")
    return redirect("task", pk)


def _resend(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.resend(pk, request.user.get_username())
    messages.success(request, "It is sent once more, as soon as a worker is free.")
    return redirect("task", pk)


def _abandon(request: HttpRequest, pk: int) -> HttpResponse:
    resolve.abandon(pk, request.user.get_username())
    messages.success(request, "Given up. What still arrives is taken all the same.")
    return redirect("task", pk)


_ACTIONS: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {
    "look": _look,
    "name": _name_id,
    "resend": _resend,
    "abandon": _abandon,
}
