"""Suno API's error codes as faults: a number's meaning depends on channel, host and stage.

Codes of callbacks https://docs.kie.ai/suno-api/generate-music-callbacks and
https://docs.api.box/suno-api/generate-music-callbacks (the stage ``failed``), of answers
https://docs.sunoapi.org/suno-api/get-remaining-credits and https://docs.kie.ai/suno-api/separate-vocals
(read 2026-11).
"""

from __future__ import annotations

from typing import NamedTuple

from tracks.domain.updates import ErrorKind, Fault
from tracks.providers.json_fields import sentence


class Meaning(NamedTuple):
    kind: ErrorKind
    message: str
    advice: str


_KEY = Meaning(
    ErrorKind.AUTH, "The provider did not accept the API key.", "Check SUNO_API_KEY, then send it again."
)
_CREDIT = Meaning(
    ErrorKind.CREDIT, "The account has too few credits.", "Top up the account, then send it again."
)
_TOO_LONG = Meaning(
    ErrorKind.INPUT,
    "A text is too long: the prompt, the style or the title.",
    "Shorten it, then send it again.",
)
_INPUT = Meaning(
    ErrorKind.INPUT, "A parameter is wrong or missing.", "Correct the parameters, then send it again."
)
_BUSY = Meaning(
    ErrorKind.BUSY,
    "The provider is down for maintenance.",
    "It is sent again by itself; nothing to do.",
)
_RATE = Meaning(
    ErrorKind.RATE,
    "The provider was asked too often in a short time.",
    "It is sent again by itself; nothing to do.",
)
_FAILED = Meaning(
    ErrorKind.UPSTREAM,
    "The provider had a fault of its own; nothing was made.",
    "Send it again.",
)
_UNKNOWN = Meaning(
    ErrorKind.UNKNOWN,
    "The provider gave a code that we do not know.",
    "Look the code up in the provider's documentation before sending it again.",
)
NO_CODE = Meaning(ErrorKind.UPSTREAM, "The provider could not make it and gave no reason.", "Send it again.")
SENSITIVE = Meaning(
    ErrorKind.CONTENT,
    "The provider found words that it does not allow.",
    "Change the lyrics or the description, then send it again.",
)

_EXISTS = Meaning(
    ErrorKind.INPUT,
    "The provider made this already.",
    "Use the result of the older task instead of sending it again.",
)

# The sentences are part of stored statements: reworded, the same callback would state something new.
# Codes with the same meaning in callbacks and answers, on both hosts.
_COMMON: dict[int, Meaning] = {
    401: _KEY,
    402: _CREDIT,
    404: Meaning(
        ErrorKind.NOT_FOUND,
        "The provider does not have this task, or no such function.",
        "Check SUNO_URL and that the task belongs to this account.",
    ),
    408: Meaning(ErrorKind.UPSTREAM, "The provider ran out of time.", "Send it again."),
    409: _EXISTS,
    422: _INPUT,
    451: Meaning(
        ErrorKind.UPSTREAM,
        "The provider could not load the audio that this is made from.",
        "Check that its link opens from the internet, then send it again.",
    ),
    500: _FAILED,
    501: Meaning(
        ErrorKind.UPSTREAM,
        "The provider tried and failed to make it.",
        "Send it again; if it fails again, change what is asked for.",
    ),
    505: Meaning(
        ErrorKind.INPUT,
        "The provider has switched this function off.",
        "Choose another model or another operation.",
    ),
    531: Meaning(
        ErrorKind.UPSTREAM,
        "The provider failed to make it.",
        "The credits came back; send it again.",
    ),
}

_ANSWERS: dict[str, dict[int, Meaning]] = {
    "sunoapi": {
        **_COMMON,
        400: _INPUT,
        405: _RATE,
        413: _TOO_LONG,
        429: _CREDIT._replace(
            advice="api.sunoapi.org means by 429: not enough credits. Top up the account, then send it again."
        ),
        430: _RATE,
        455: _BUSY,
    },
    "kie": {
        **_COMMON,
        400: _INPUT,
        413: _TOO_LONG,
        429: _RATE._replace(advice="kie.ai means by 429: too many requests. It is sent again by itself."),
        455: _BUSY,
    },
}

# A task that failed is not sent again automatically, whatever the reason.
_LATE_RATE = _RATE._replace(advice="Wait a minute, then send it again.")
_CALLBACKS: dict[int, Meaning] = {
    **_COMMON,
    400: Meaning(
        ErrorKind.CONTENT,
        "The provider refused it: copyrighted lyrics, or content that it does not allow.",
        "Change the words, or take another song or recording, then send it again.",
    ),
    405: _LATE_RATE,
    413: Meaning(
        ErrorKind.COPYRIGHT,
        "The uploaded audio matches an existing work.",
        "The upload matches an existing work; use another recording.",
    ),
    429: _CREDIT,
    430: _LATE_RATE,
    455: _BUSY._replace(advice="Wait until the maintenance is over, then send it again."),
}
_KIE_CALLBACKS = {**_CALLBACKS, 429: _LATE_RATE}
# The stage `failed` comes from another host (docs.api.box), where 413 means what it means in an answer.
_AT_FAILED = {413: _TOO_LONG}


def of_answer(code: int, message: object, dialect: str, older_task: str = "") -> Fault:
    """The fault of a refused request. ``dialect``: sunoapi or kie.

    ``older_task``: the id that a refused submit names; that task made the same before.
    """
    meaning = _ANSWERS[dialect].get(code, _UNKNOWN)
    # Cover pictures have 400 instead of 409 for it: https://docs.sunoapi.org/suno-api/cover-suno
    if older_task and code in (400, 409):
        meaning = _EXISTS._replace(advice=f"{_EXISTS.advice} The older task is {older_task}.")
    return of_meaning(meaning, str(code), message)


def of_task(code: int | None, message: object, dialect: str, stage: str = "") -> Fault:
    """The fault of a task that failed after it was accepted, as a callback or a poll reports it."""
    if code is None:
        return of_meaning(NO_CODE, "", message)
    table = _KIE_CALLBACKS if dialect == "kie" else _CALLBACKS
    meaning = (_AT_FAILED if stage == "failed" else {}).get(code) or table.get(code, _UNKNOWN)
    return of_meaning(meaning, str(code), message)


def of_meaning(meaning: Meaning, code: str, message: object) -> Fault:
    return Fault(code, meaning.kind, sentence(message) or meaning.message, meaning.advice)
