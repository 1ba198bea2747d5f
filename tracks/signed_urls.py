"""The URLs that we sign: callback addresses of tasks, and links to one archived file. Nothing is stored."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare

from tracks.models import Asset, Task

# A provider fetches within minutes of the submit; a submit that waits its turn gets a fresh link.
FILE_LINK_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FileLink:
    """What a link to a file names: our ids of the asset and of the task that it was made for."""

    asset: int
    task: int


def callback_url(task: Task) -> str:
    """The address that the provider calls back, with the task's own token."""
    return f"{settings.PUBLIC_URL}/callbacks/{task.provider}/{callback_token(task)}/"


def callback_token(task: Task) -> str:
    """A signature over the task's id and the nonce of its row, good for its provider only."""
    return _callback_signer(task.provider).sign(f"{task.pk}-{task.nonce}")


def nonce_of(provider: str, token: str) -> str | None:
    """The nonce in a token that we signed for this provider, also with an older key; else None.

    The row is found by its nonce, because ids begin anew in a restored database.
    """
    try:
        _task_id, nonce = _callback_signer(provider).unsign(token).split("-", 1)
    except (BadSignature, ValueError):
        return None
    return nonce


def is_callback_token_setting(token: str) -> bool:
    """Whether it is one of ``CALLBACK_TOKEN``; compares with all of them, in constant time each."""
    sent = token.encode(errors="replace")
    matches = [constant_time_compare(sent, known) for known in settings.CALLBACK_TOKENS]
    return any(matches)


def file_link(asset: Asset, task_id: int) -> str:
    """The public URL of the archived file for that task, good for :data:`FILE_LINK_LIFETIME`."""
    return f"{settings.PUBLIC_URL}/shared/{_file_signer().sign(f'{asset.pk}-{task_id}')}/"


def read_file_link(token: str) -> FileLink | None:
    """What the token of a file link names, also with an older key; None if it is not ours or too old."""
    try:
        asset, task = _file_signer().unsign(token, max_age=FILE_LINK_LIFETIME).split("-")
        return FileLink(int(asset), int(task))
    except (BadSignature, ValueError):
        return None


def is_public_url(url: str) -> bool:
    """Whether the host looks like one that others can reach: no local name, no private address."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def _callback_signer(provider: str) -> Signer:
    return Signer(salt=f"musicgen.callback.{provider}", sep=".")


def _file_signer() -> TimestampSigner:
    return TimestampSigner(salt="musicgen.shared", sep=".")
