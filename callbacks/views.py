"""The door: store, commit, answer. Thinking, asking and fetching are the worker's."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from callbacks.models import CallbackEvent, Outcome
from tracks import providers, signed_urls
from tracks.lib.redact import without_known
from tracks.models import Task
from tracks.providers import UnknownProvider
from tracks.providers.base import Provider

log = logging.getLogger(__name__)

# TemPolor's stems page shows our own key as a header of its callback, so only these are kept.
KEPT_HEADERS = ("Content-Type", "Content-Length", "User-Agent", "X-Webhook-Timestamp")
# A repeat of these is news: nothing was made of the body yet.
UNFINISHED = (Outcome.RECEIVED, Outcome.PARKED)


class Refusal(Exception):
    """An answer other than "received"; nothing of the request is stored."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.response = JsonResponse({"error": words}, status=status)


@csrf_exempt
def receive(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Takes one callback (CONTRACT: ``POST /callbacks/<provider>/<token>/``)."""
    try:
        return _receive(request, provider, token)
    except Refusal as refusal:
        return refusal.response
    except (DatabaseError, InterfaceError):
        # Away, read-only after a failover, a full disk: whatever it is, a repeat finds it mended or not.
        log.exception("callback could not be stored")
        return JsonResponse({"error": "The database could not store it; send it again."}, status=503)


def _receive(request: HttpRequest, name: str, token: str) -> HttpResponse:
    provider = _provider(name)
    if request.method != "POST":
        response = JsonResponse({"error": "Only POST is answered here."}, status=405)
        response["Allow"] = "POST"
        return response
    task, nonce = _whose(name, token)
    raw = _raw_body(request)
    body, error = _decoded(raw)
    outcome = _outcome(provider, request, body, error)
    kept = without_known(raw, token)
    _store(
        CallbackEvent(
            provider=name,
            task=task,
            nonce=nonce,
            body=kept,
            sha256=hashlib.sha256(kept).hexdigest(),
            headers={key: request.headers[key][:200] for key in KEPT_HEADERS if key in request.headers},
            outcome=outcome,
            error=error,
            due_at=timezone.now(),
        )
    )
    return _answer(provider, outcome, error)


def _provider(name: str) -> Provider:
    try:
        return providers.get(name)
    except UnknownProvider:
        raise Refusal(404, "There is no such provider.") from None


def _whose(provider: str, token: str) -> tuple[Task | None, str]:
    """The task whose own token this is, or none and the nonce of one that is not here any more."""
    if signed_urls.is_callback_token_setting(token):
        return None, ""
    nonce = signed_urls.nonce_of(provider, token)
    if nonce is None:
        raise Refusal(403, "The token is missing, unknown or for another provider.")
    task = Task.objects.only("pk", "nonce").filter(nonce=nonce, provider=provider).first()
    return task, "" if task else nonce


def _raw_body(request: HttpRequest) -> bytes:
    limit = settings.CALLBACK_MAX_BYTES
    too_large = Refusal(413, f"The body is larger than {limit} bytes; nothing was stored.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise too_large
    broken_off = Refusal(400, "The body broke off; nothing was stored, send it again.")
    try:
        raw = _reader(request)(limit + 1)
    except (UnreadablePostError, OSError):
        raise broken_off from None
    if len(raw) > limit:
        raise too_large
    if len(raw) < int(length):  # granian hands over what came and says nothing
        raise broken_off
    return raw


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    """Reads up to so many bytes. Django takes a body without a declared length (chunked, HTTP/2) for empty;
    a server that sets ``wsgi.input_terminated``, as granian does, ends the stream where the body ends.
    """
    chunked = not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated")
    read: Callable[[int], bytes] = request.META["wsgi.input"].read if chunked else request.read
    return read


def _decoded(raw: bytes) -> tuple[Any, str]:
    """The JSON, or why it is none. What is JSON but beyond us (its depth, its digits) is read as null."""
    try:
        return json.loads(raw), ""
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        return None, f"Not JSON: {error}"[:500]
    except (ValueError, RecursionError):
        return None, ""


def _outcome(provider: Provider, request: HttpRequest, body: Any, error: str) -> Outcome:
    if error:
        return Outcome.UNREADABLE
    return Outcome.RECEIVED if provider.verify(body, request.headers) else Outcome.UNVERIFIED


def _store(event: CallbackEvent) -> None:
    """One insert in the usual case; a repeat is counted, and due again if nothing was made of it.

    A task that was deleted since it was looked up leaves its nonce, as if it had been gone before.

    No transaction is opened around it: the insert commits by itself, before the answer, in one round trip.
    """
    try:
        event.save(force_insert=True)
    except IntegrityError:
        if _count(event):
            return
        if event.task is None:
            raise
        event.nonce = event.task.nonce
        event.task = None
        _store(event)


def _count(event: CallbackEvent) -> bool:
    """Counts a repeat of a stored body; False when there is none. A verified one lifts an unverified one."""
    same = CallbackEvent.objects.filter(
        provider=event.provider, task=event.task_id, nonce=event.nonce, sha256=event.sha256
    )
    now = timezone.now()
    known = same.update(deliveries=F("deliveries") + 1, last_received_at=now)
    news = Q(due_at__isnull=True, outcome__in=UNFINISHED)
    if event.outcome == Outcome.RECEIVED:
        news |= Q(outcome=Outcome.UNVERIFIED)
    same.filter(news).update(due_at=now, claims=0, outcome=Outcome.RECEIVED, error="")
    return bool(known)


def _answer(provider: Provider, outcome: Outcome, error: str) -> HttpResponse:
    if outcome is Outcome.UNREADABLE:
        return JsonResponse({"error": error}, status=400)
    if outcome is Outcome.UNVERIFIED:
        return JsonResponse({"error": "The signature is missing or wrong."}, status=401)
    received = provider.acknowledge()
    return HttpResponse(received.body, content_type=received.content_type)
