"""Links by which a provider may fetch one archived file of ours for one task. Nothing is stored."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from tracks.models import Asset

# A provider fetches within minutes of the submit; a submit that waits its turn gets a fresh link.
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link names: our ids of the file and of the task that it was made for."""

    asset: int
    task: int


def link(asset: Asset, task_id: int) -> str:
    """The public address of the archived file, good for :data:`LIFETIME`."""
    return f"{settings.PUBLIC_URL}/shared/{_signer().sign(f'{asset.pk}-{task_id}')}/"


def read(token: str) -> Shared | None:
    """What a token of ours names, also under an older key; None for any other and for one that is too old."""
    try:
        asset, task = _signer().unsign(token, max_age=LIFETIME).split("-")
        return Shared(int(asset), int(task))
    except (BadSignature, ValueError):
        return None


def is_public_url(url: str) -> bool:
    """Whether the host of a link looks like one that others can reach: no local name, no private address."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="musicgen.shared", sep=".")
