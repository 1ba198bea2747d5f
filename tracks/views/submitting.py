"""A new task: choose what is to be made, fill in its form, send it once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracks import providers
from tracks.forms import OperationForm
from tracks.models import Task
from tracks.providers.base import Provider
from tracks.providers.operations import Operation
from tracks.services.submit import Idempotency, KeyReused, create_task, fingerprint


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """The cards; with ``provider`` and ``operation`` (or ``like``, an older task's id) the form."""
    provider_name, operation_name, initial = _wanted(request.GET)
    if not operation_name:
        return render(request, "tasks/choose.html", {"providers": providers.every().values()})
    provider, operation = _declared(provider_name, operation_name)
    if request.method == "POST":
        return _send(request, provider, operation)
    return _form(request, provider, operation, OperationForm(operation, initial=initial))


def _wanted(asked: Mapping[str, str]) -> tuple[str, str, Mapping[str, Any]]:
    """Provider and operation, and what to begin with: an older task's parameters, or those in the address."""
    if asked.get("operation") or not asked.get("like"):
        return asked.get("provider", ""), asked.get("operation", ""), asked
    like = asked["like"]
    task = Task.objects.filter(pk=like).first() if like.isdecimal() and len(like) < 19 else None
    if task is None:
        raise Http404("There is no task of that number to begin with.")
    return task.provider, task.operation, task.params


def _declared(provider_name: str, operation_name: str) -> tuple[Provider, Operation]:
    provider = providers.every().get(provider_name)
    operation = provider.operations.get(operation_name) if provider else None
    if provider is None or operation is None:
        raise Http404("No provider here offers that.")
    return provider, operation


def _form(
    request: HttpRequest, provider: Provider, operation: Operation, form: OperationForm, status: int = 200
) -> HttpResponse:
    """``once``: this very form makes one task, however often it is sent."""
    context = {
        "provider": provider,
        "operation": operation,
        "form": form,
        "fields": [(field, form[field.name]) for field in operation.fields],
        "once": uuid.uuid4().hex,
    }
    return render(request, "tasks/new.html", context, status=status)


def _send(request: HttpRequest, provider: Provider, operation: Operation) -> HttpResponse:
    form = OperationForm(operation, request.POST)
    if not form.is_valid():
        return _form(request, provider, operation, form, status=400)
    assert isinstance(request.user, User)
    once = Idempotency(_key(request), fingerprint(provider.name, operation.name, form.params))
    try:
        task, is_new = create_task(provider.name, operation.name, form.params, request.user, once)
    except KeyReused:
        form.add_error(None, "This form made a task before, with other content. Send it again for another.")
        return _form(request, provider, operation, form, status=409)
    messages.success(request, "It is on its way." if is_new else "This was sent already; here is its task.")
    return redirect("task", task.pk)


def _key(request: HttpRequest) -> str:
    """The form's key as we wrote it; what is none of ours promises nothing."""
    key = request.POST.get("once", "")
    return key if key.isalnum() and len(key) <= 64 else ""
