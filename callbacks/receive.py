"""Decides what becomes of a callback: check, store, commit, answer. Processing is the worker's."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import F, Q
from django.utils import timezone

from callbacks.models import CallbackEvent, Outcome
from tracks import providers, signed_urls
from tracks.lib import content_coding
from tracks.lib.redact import redact_bytes, redact_text
from tracks.models import Task
from tracks.providers.base import Provider

log = logging.getLogger(__name__)

# TemPolor's stems page shows our own key as a header of its callback, so only these are stored.
STORED_HEADERS = ("Content-Type", "Content-Encoding", "Content-Length", "User-Agent", "X-Webhook-Timestamp")
# A repeat of these is news: nothing was made of the body yet.
UNFINISHED = (Outcome.RECEIVED, Outcome.PARKED)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whatever server gives it."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def error(status: int, sentence: str, **headers: str) -> Answer:
    return Answer(status, json.dumps({"error": sentence}).encode(), headers=headers)


class Refusal(Exception):
    """Nothing of the request is stored; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def only_post() -> Refusal:
    return Refusal(error(405, "Only POST is answered here.", Allow="POST"))


def cut_off() -> Refusal:
    return Refusal(error(400, "The body broke off; nothing was stored, send it again."))


def too_large() -> Refusal:
    sentence = f"The body is larger than {settings.CALLBACK_MAX_BYTES} bytes; nothing was stored."
    return Refusal(error(413, sentence))


def receive(provider: str, token: str, headers: Mapping[str, str], raw: bytes) -> Answer:
    """Stores one POSTed callback and says what to answer; see docs/architecture.md for all answers.

    ``headers``: by name in any case, as ``django.http.HttpHeaders``. ``raw``: the body, whole or at least
    one byte more than CALLBACK_MAX_BYTES; compressed where ``Content-Encoding`` says so. The row is
    committed before this returns, a new one in two queries; neither queue nor provider is called. It raises
    nothing, so that any server can stand before it.
    """
    try:
        return _receive(find_provider(provider), token, headers, raw)
    except Refusal as refusal:
        return refusal.answer
    except (DatabaseError, InterfaceError):
        # Away, read-only after a failover, a full disk: whatever it is, a repeat finds it mended or not.
        log.exception("callback could not be stored")
        return error(503, "The database could not store it; send it again.")


def find_provider(name: str) -> Provider:
    """Raises Refusal with 404."""
    try:
        return providers.get(name)
    except providers.UnknownProvider:
        raise Refusal(error(404, "There is no such provider.")) from None


def check_token(provider: str, token: str) -> str:
    """The nonce of a task's own token, blank for CALLBACK_TOKEN; no query. Raises Refusal with 403."""
    if signed_urls.is_callback_token_setting(token):
        return ""
    nonce = signed_urls.nonce_of(provider, token)
    if nonce is None:
        raise Refusal(error(403, "The token is missing, unknown or for another provider."))
    return nonce


def _receive(provider: Provider, token: str, headers: Mapping[str, str], raw: bytes) -> Answer:
    nonce = check_token(provider.name, token)
    if len(raw) > settings.CALLBACK_MAX_BYTES:
        raise too_large()
    raw = _without_coding(headers, raw)
    outcome, reason = _judge(provider, headers, raw)
    task = _task(provider.name, nonce)
    body = redact_bytes(raw, token)
    _store(
        CallbackEvent(
            provider=provider.name,
            task=task,
            nonce="" if task else nonce,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            headers={
                name: redact_text(headers[name], token)[:200] for name in STORED_HEADERS if name in headers
            },
            outcome=outcome,
            error=reason,
            due_at=timezone.now(),
        )
    )
    return _answer(provider, outcome, reason)


def _without_coding(headers: Mapping[str, str], raw: bytes) -> bytes:
    """The body as its sender wrote it, which is what is judged, blanked and stored. Raises Refusal with 413.

    What cannot be undone stays as it came: it is no JSON, so it is stored as unreadable and the task is
    polled.
    """
    try:
        return content_coding.decoded(headers.get("Content-Encoding", ""), raw, settings.CALLBACK_MAX_BYTES)
    except content_coding.TooLong:
        raise too_large() from None
    except content_coding.Unsound:
        return raw


def _task(provider: str, nonce: str) -> Task | None:
    """The task whose token it is; none for CALLBACK_TOKEN, and where the task is gone."""
    return Task.objects.only("pk", "nonce").filter(nonce=nonce, provider=provider).first() if nonce else None


def _judge(provider: Provider, headers: Mapping[str, str], raw: bytes) -> tuple[Outcome, str]:
    """Whether it is JSON and, where the account signs, genuine; and the reason if it is not JSON."""
    try:
        json.loads(raw, parse_int=str)  # however long
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        return Outcome.UNREADABLE, f"Not JSON: {fault}"[:500]
    except (ValueError, RecursionError):
        pass  # nested too deeply to tell: stored as it is
    return (Outcome.RECEIVED if provider.verify(raw, headers) else Outcome.UNVERIFIED), ""


def _store(event: CallbackEvent) -> None:
    """One insert in the usual case; a repeat is counted, and due again if nothing was made of it.

    No transaction is opened around it: the insert commits by itself, before the answer, in one round trip.
    """
    try:
        event.save(force_insert=True)
    except IntegrityError:
        if _count(event):
            return
        if event.task is None:
            raise
        # The task was deleted since it was looked up: as if it had been gone before.
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


def _answer(provider: Provider, outcome: Outcome, reason: str) -> Answer:
    if outcome is Outcome.UNREADABLE:
        return error(400, reason)
    if outcome is Outcome.UNVERIFIED:
        return error(401, "The signature is missing or wrong.")
    received = provider.acknowledge()
    return Answer(200, received.body, received.content_type)
