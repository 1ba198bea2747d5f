"""The numbers on the admin's first page that ask for a person, each with the list behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from callbacks.admin import NOT_UNDERSTOOD
from callbacks.models import CallbackEvent, Outcome
from musicgen.health import WORKER_SILENCE
from tracks.lifecycle import TaskStatus
from tracks.models import Asset, Task, Worker
from tracks.presentation.times import ago
from tracks.presentation.words import BAD, KIND_WORDS, LOST, QUIET, WARN

# Further than this nothing is counted: "1000+" asks for a person as loudly as the exact number.
MOST = 1000
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Number:
    """One card: a figure or a word, what it means, and where its rows are."""

    figure: str
    says: str
    tone: str
    link: str


def numbers(user: Any) -> list[Number]:
    """Those whose rows this user may look at. Every query reads an index and stops at MOST rows."""
    now = timezone.now()
    return [card(now) for permission, card in CARDS if user.has_perm(permission)]


def _failed(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.FAILED), finished_at__gte=now - timedelta(hours=24))
    says = _plural(count, "task failed", "tasks failed") + " in the last 24 hours"
    return Number(_figure(count), says, BAD if count else QUIET, _list("tracks_task", status="failed", finished="24h"))


def _unsure(now: datetime) -> Number:
    count = _newest(Task.objects.filter(status=TaskStatus.UNSURE))
    says = _plural(count, "task was sent and its answer lost: settle it", "tasks were sent and their answers lost: settle them")
    return Number(_figure(count), says, WARN if count else QUIET, _list("tracks_task", status="unsure"))


def _parked(now: datetime) -> Number:
    count = _newest(CallbackEvent.objects.filter(outcome=Outcome.PARKED))
    says = _plural(count, "callback was given up", "callbacks were given up") + " after several tries"
    return Number(_figure(count), says, BAD if count else QUIET, _list("callbacks_callbackevent", outcome="parked"))
