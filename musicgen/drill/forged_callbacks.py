"""Forged callbacks: how each must be answered, and what may be stored of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from callbacks.models import CallbackEvent, Outcome
from musicgen.drill.installation import Site
from musicgen.drill.scenarios import forged_body

OTHER = {"suno": "tempolor", "tempolor": "suno"}


@dataclass(frozen=True, slots=True)
class Forgery:
    """``status``: of the answer. ``outcome``: that it is stored with, blank where nothing may be stored."""

    name: str
    url: str
    body: bytes
    status: int
    outcome: str = ""


def forgeries(site: Site, provider: str, callback_url: str) -> list[Forgery]:
    """``callback_url``: the task's own, which the provider was given."""
    body, other = forged_body(provider), OTHER[provider]
    own = callback_url.rstrip("/").rpartition("/")[2]
    return [
        Forgery("an invented token", f"{site.base}/callbacks/{provider}/{'x' * 40}/", body + b" ", 403),
        Forgery("a changed token", f"{site.base}/callbacks/{provider}/{own[:-2]}00/", body + b"  ", 403),
        Forgery("another provider's endpoint", f"{site.base}/callbacks/{other}/{own}/", body + b"   ", 403),
        Forgery("another task's id", callback_url, body, 200, Outcome.MISMATCH),
        Forgery("not JSON", callback_url, b"not json", 400, Outcome.UNREADABLE),
    ]


def post_forgeries(site: Site, forged: list[Forgery]) -> list[str]:
    """Send them all; returns a problem for each wrong answer."""
    answers = [(forgery, site.deliver(forgery.url, forgery.body)) for forgery in forged]
    return [f"{forgery.name}: HTTP {status}" for forgery, status in answers if status != forgery.status]


def stored_wrongly(forged: list[Forgery]) -> list[str]:
    """A problem for each that is stored otherwise than it should be, once all callbacks are processed."""
    stored = [(forgery, _stored_outcome(forgery)) for forgery in forged]
    return [
        f"{forgery.name}: stored as {outcome or 'nothing'}"
        for forgery, outcome in stored
        if outcome != forgery.outcome
    ]


def _stored_outcome(forged: Forgery) -> str:
    digest = hashlib.sha256(forged.body).hexdigest()
    provider = forged.url.partition("/callbacks/")[2].partition("/")[0]
    rows = CallbackEvent.objects.filter(provider=provider, sha256=digest)
    return ",".join(rows.values_list("outcome", flat=True))
