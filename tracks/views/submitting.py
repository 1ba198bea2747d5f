"""A new task: choose an operation, fill in its form, submit it exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracks import providers
from tracks.domain.roles import Action
from tracks.forms.operation import OperationForm
from tracks.models import Task, Track
from tracks.presentation import offers
from tracks.presentation.labels import track_name
from tracks.presentation.media import asset_url
from tracks.presentation.providers import order_side
from tracks.presentation.song_rows import SongRow, song_row
from tracks.presentation.source_span import source_span
from tracks.providers.base import Provider
from tracks.providers.operations import Operation
from tracks.queries.access import allowed_to
from tracks.services.submission import sources
from tracks.services.submission.submit import Idempotency, KeyReused, create_task, fingerprint


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request as the URL describes it. ``initial``: parameters; ``source``: the track to make it from."""

    provider: Provider
    operation: Operation
    initial: Mapping[str, Any]
    source: Track | None

    @property
    def names(self) -> tuple[str, Operation]:
        return self.provider.name, self.operation

    @property
    def address(self) -> str:
        """The query of the form's own URL."""
        query = {"provider": self.provider.name, "operation": self.operation.name}
        return urlencode(query | ({"source": str(self.source.pk)} if self.source else {}))


@allowed_to(Action.ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """The cards of all operations; with ``provider`` and ``operation`` the form of one.

    ``source``: the id of the track to make it from. ``words``: the id of a track whose lyrics are to be sung.
    ``like``: the id of a task whose request fills the form.
    """
    if not (request.GET.get("operation") or request.GET.get("like")):
        return render(request, "tasks/choose.html", {"groups": offers.offer_groups()})
    draft = _draft(request.GET.dict())
    if request.method == "POST":
        return _send(request, draft)
    initial = {**_from_source(draft), **_from_words(draft), **draft.initial}
    return _form(
        request, draft, OperationForm(draft.provider.name, draft.operation, None, initial, draft.source)
    )


def _draft(query: Mapping[str, str]) -> RequestDraft:
    """From the query alone, or from the task that ``like`` names, with its parameters and source."""
    if query.get("operation"):
        source = _source(query["source"]) if query.get("source") else None
        return RequestDraft(*_declared(query.get("provider", ""), query["operation"]), query, source)
    like = Task.objects.select_related("source_track__task").filter(pk=_number(query["like"])).first()
    if like is None:
        raise Http404("There is no task with that number to start from.")
    return RequestDraft(*_declared(like.provider, like.operation), like.params, like.source_track)


def _declared(provider_name: str, operation_name: str) -> tuple[Provider, Operation]:
    provider = providers.registered().get(provider_name)
    operation = provider.operations.get(operation_name) if provider else None
    if provider is None or operation is None:
        raise Http404("No provider offers this operation.")
    return provider, operation


def _source(number: str) -> Track:
    track = Track.objects.select_related("task").filter(pk=_number(number)).first()
    if track is None:
        raise Http404("There is no track with that number to make something from.")
    return track


def _number(text: str) -> int:
    """0, which is no id, for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _from_source(draft: RequestDraft) -> dict[str, Any]:
    """What the operation says of sources, else the model of a source of the same provider; of a song of which
    a part is made anew, also its title and style."""
    if draft.source is None:
        return {}
    is_same = draft.source.provider == draft.provider.name
    model = sources.same_model(draft.operation, draft.source) if is_same else {}
    return {**model, **_of_the_song(draft.operation, draft.source), **draft.operation.from_source}


def _of_the_song(operation: Operation, source: Track) -> dict[str, Any]:
    if operation.span is None:
        return {}
    named = {operation.title_field: source.title, operation.style_field: source.style}
    return {field: text for field, text in named.items() if field}


def _from_words(draft: RequestDraft) -> dict[str, Any]:
    """The lyrics and the title of the track that the query names, in the operation's fields for them."""
    if not draft.initial.get("words") or not draft.operation.words_field:
        return {}
    sung = _source(draft.initial["words"])
    title = {draft.operation.title_field: sung.title} if draft.operation.title_field else {}
    return {draft.operation.words_field: sung.lyrics_text, **title}


def _form(request: HttpRequest, draft: RequestDraft, form: OperationForm, status: int = 200) -> HttpResponse:
    """``once`` in the context: the form's own idempotency key, so that it makes one task only."""
    now = timezone.now()
    source = song_row(draft.source, now) if draft.source else None
    span = source_span(source, draft.operation.span) if source and draft.operation.span else None
    context = {
        "provider": draft.provider,
        "operation": draft.operation,
        "address": draft.address,
        "source": source,
        "span": span,
        "words_id": f"id_p-{draft.operation.words_field}" if draft.operation.words_field else "",
        "dock": _dock(source, is_small=span is not None) if source and source.audio else None,
        "form": form,
        "parts": form.parts(with_span=span is not None),
        "complaints": form.complaints() if form.is_bound else [],
        "side": order_side(draft.provider.name, now),
        "once": uuid.uuid4().hex,
    }
    return render(request, "tasks/new.html", context, status=status)


def _dock(source: SongRow, *, is_small: bool) -> dict[str, Any]:
    """The song that it is made from, which is played there to find a place in it. ``is_small``: the page
    shows its waveform itself."""
    assert source.audio
    return {
        "id": source.track.pk,
        "is_small": is_small,
        "hue": source.hue,
        "url": reverse("track", args=[source.track.pk]),
        "cover": source.large_cover_url,
        "title": track_name(source.track),
        "style": source.track.style,
        "audio": asset_url(source.audio),
    }


def _send(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    form = OperationForm(*draft.names, request.POST, source=draft.source)
    if not form.is_valid():
        return _form(request, draft, form, status=400)
    assert isinstance(request.user, User)
    assert form.prepared is not None
    ready, names = form.prepared, (draft.provider.name, draft.operation.name)
    chosen = ready.source.pk if ready.source else None
    once = Idempotency(_key(request), fingerprint(*names, ready.params, chosen))
    try:
        task, is_new = create_task(
            *names, ready.params, request.user, once, source=ready.source, warnings=ready.warnings
        )
    except KeyReused:
        form.add_error(
            None, "This form was already sent with other content. Send it again to create another task."
        )
        return _form(request, draft, form, status=409)
    messages.success(
        request,
        "Task created." if is_new else "This was already sent; this is its task.",
    )
    return redirect("task", task.pk)


def _key(request: HttpRequest) -> str:
    """The form's idempotency key; blank where it is not one that we made."""
    key = request.POST.get("once", "")
    return key if key.isalnum() and len(key) <= 64 else ""
