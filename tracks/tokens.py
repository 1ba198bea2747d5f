"""Callback tokens: a signature over a task's id and nonce, for its provider only. Nothing is stored."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare

from tracks.models import Task


def callback_url(task: Task) -> str:
    return f"{settings.PUBLIC_URL}/callbacks/{task.provider}/{issue(task)}/"


def issue(task: Task) -> str:
    return _signer(task.provider).sign(f"{task.pk}-{task.nonce}")


def read(provider: str, token: str) -> str | None:
    """The nonce of a token that we issued for this provider, also under an older key; else None.

    The row is found by it: ids begin anew in a restored database.
    """
    try:
        _task_id, nonce = _signer(provider).unsign(token).split("-", 1)
    except (BadSignature, ValueError):
        return None
    return nonce


def is_shared(token: str) -> bool:
    """Whether it is one of ``CALLBACK_TOKEN``; compares against all, in constant time each."""
    matches = [constant_time_compare(token, known) for known in settings.CALLBACK_TOKENS]
    return any(matches)


def _signer(provider: str) -> Signer:
    return Signer(salt=f"musicgen.callback.{provider}", sep=".")
