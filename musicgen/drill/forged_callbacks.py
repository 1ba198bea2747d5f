"""Callbacks that nobody but the provider should send: what each is answered, and what is kept of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from callbacks.models import CallbackEvent, Outcome
from musicgen.drill.installation import Site
from musicgen.drill.scenarios import forged_body

OTHER = {"suno": "tempolor", "tempolor": "suno"}


@dataclass(frozen=True, slots=True)
class Forgery:
    """``kept``: the outcome it is stored with, blank where nothing may be stored."""

    name: str
    url: str
    body: bytes
    status: int
    kept: str = ""


def forgeries(site: Site, provider: str, callback_url: str) -> list[Forgery]:
    """``callback_url``: the task's own, which the provider was given."""
    news, other = forged_body(provider), OTHER[provider]
    own = callback_url.rstrip("/").rpartition("/")[2]
    return [
        Forgery("an invented token", f"{site.base}/callbacks/{provider}/{'x' * 40}/", news + b" ", 403),
        Forgery("a bent token", f"{site.base}/callbacks/{provider}/{own[:-2]}00/", news + b"  ", 403),
        Forgery("another provider's door", f"{site.base}/callbacks/{other}/{own}/", news + b"   ", 403),
        Forgery("another task's id", callback_url, news, 200, Outcome.MISMATCH),
        Forgery("no JSON", callback_url, b"not json", 400, Outcome.UNREADABLE),
    ]


def post(site: Site, forged: list[Forgery]) -> list[str]:
    """What was answered wrongly."""
    answers = [(one, site.deliver(one.url, one.body)) for one in forged]
    return [f"{one.name}: HTTP {status}" for one, status in answers if status != one.status]


def kept_wrongly(forged: list[Forgery]) -> list[str]:
    """What is stored otherwise than it should be, once all callbacks are read."""
    return [f"{one.name}: kept as {_kept(one) or 'nothing'}" for one in forged if _kept(one) != one.kept]


def _kept(forged: Forgery) -> str:
    digest = hashlib.sha256(forged.body).hexdigest()
    provider = forged.url.partition("/callbacks/")[2].partition("/")[0]
    rows = CallbackEvent.objects.filter(provider=provider, sha256=digest)
    return ",".join(rows.values_list("outcome", flat=True))
