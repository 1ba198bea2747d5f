"""A new task: choose what is to be made, fill in its form, send it once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks import providers
from tracks.forms.operation import OperationForm
from tracks.models import Task, Track
from tracks.presentation import offers
from tracks.presentation.song_rows import song_row
from tracks.providers.base import Provider
from tracks.providers.operations import Operation
from tracks.services.submission import sources
from tracks.services.submission.submit import Idempotency, KeyReused, create_task, fingerprint


@dataclass(frozen=True, slots=True)
class OrderForm:
    """What the address asks for. ``source``: the track that it is to be made from."""

    provider: Provider
    operation: Operation
    initial: Mapping[str, Any]
    source: Track | None

    @property
    def names(self) -> tuple[str, Operation]:
        return self.provider.name, self.operation

    @property
    def address(self) -> str:
        """The query of the form's own address."""
        said = {"provider": self.provider.name, "operation": self.operation.name}
        return urlencode(said | ({"source": str(self.source.pk)} if self.source else {}))


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """The cards; with ``provider`` and ``operation`` (or ``like``, an older task's id) the form.

    With ``source``, a track's id, the form is about that track.
    """
    if not (request.GET.get("operation") or request.GET.get("like")):
        return render(request, "tasks/choose.html", {"groups": offers.groups()})
    order = _order(request.GET)
    if request.method == "POST":
        return _send(request, order)
    initial = {**_from_source(order), **order.initial}
    return _form(
        request, order, OperationForm(order.provider.name, order.operation, None, initial, order.source)
    )


def _order(asked: Mapping[str, str]) -> OrderForm:
    """From the address alone, or from an older task, whose parameters and source it begins with."""
    if asked.get("operation"):
        source = _source(asked["source"]) if asked.get("source") else None
        return OrderForm(*_declared(asked.get("provider", ""), asked["operation"]), asked, source)
    like = Task.objects.select_related("source_track__task").filter(pk=_number(asked["like"])).first()
    if like is None:
        raise Http404("There is no task of that number to begin with.")
    return OrderForm(*_declared(like.provider, like.operation), like.params, like.source_track)


def _declared(provider_name: str, operation_name: str) -> tuple[Provider, Operation]:
    provider = providers.registered().get(provider_name)
    operation = provider.operations.get(operation_name) if provider else None
    if provider is None or operation is None:
        raise Http404("No provider here offers that.")
    return provider, operation


def _source(number: str) -> Track:
    track = Track.objects.select_related("task").filter(pk=_number(number)).first()
    if track is None:
        raise Http404("There is no track of that number to make something from.")
    return track


def _number(text: str) -> int:
    """What cannot be an id is 0, which none is."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _from_source(order: OrderForm) -> dict[str, Any]:
    """The source's own model, where the provider goes on with one of its songs: some want the same."""
    if order.source is None or order.source.provider != order.provider.name:
        return {}
    return sources.same_model(order.operation, order.source)


def _form(request: HttpRequest, order: OrderForm, form: OperationForm, status: int = 200) -> HttpResponse:
    """``once``: this very form makes one task, however often it is sent."""
    context = {
        "provider": order.provider,
        "operation": order.operation,
        "address": order.address,
        "source": song_row(order.source, timezone.now()) if order.source else None,
        "form": form,
        "rows": form.rows(),
        "complaints": form.complaints() if form.is_bound else [],
        "once": uuid.uuid4().hex,
    }
    return render(request, "tasks/new.html", context, status=status)


def _send(request: HttpRequest, order: OrderForm) -> HttpResponse:
    form = OperationForm(*order.names, request.POST, source=order.source)
    if not form.is_valid():
        return _form(request, order, form, status=400)
    assert isinstance(request.user, User)
    assert form.prepared is not None
    ready, names = form.prepared, (order.provider.name, order.operation.name)
    chosen = ready.source.pk if ready.source else None
    once = Idempotency(_key(request), fingerprint(*names, ready.params, chosen))
    try:
        task, is_new = create_task(
            *names, ready.params, request.user, once, source=ready.source, warnings=ready.warnings
        )
    except KeyReused:
        form.add_error(None, "This form made a task before, with other content. Send it again for another.")
        return _form(request, order, form, status=409)
    messages.success(request, "It is on its way." if is_new else "This was sent already; here is its task.")
    return redirect("task", task.pk)


def _key(request: HttpRequest) -> str:
    """The form's key as we wrote it; what is none of ours promises nothing."""
    key = request.POST.get("once", "")
    return key if key.isalnum() and len(key) <= 64 else ""
