"""TemPolor's error codes as faults. https://tempolorapi.apifox.cn/6665895m0 (read 2026-11)."""

from __future__ import annotations

from typing import NamedTuple

from tracks.domain.updates import ErrorKind, Fault
from tracks.providers.json_fields import sentence


class Meaning(NamedTuple):
    kind: ErrorKind
    message: str
    advice: str


_MEANINGS: dict[int, Meaning] = {
    400001: Meaning(
        ErrorKind.UPSTREAM,
        "TemPolor had a fault of its own; nothing was made.",
        "Send it again in a few minutes.",
    ),
    400002: Meaning(
        ErrorKind.AUTH,
        "TemPolor did not accept the API key.",
        "Check TEMPOLOR_API_KEY, then send it again.",
    ),
    400003: Meaning(
        ErrorKind.INPUT,
        "TemPolor found a parameter wrong or missing.",
        "Correct the parameters, then send it again.",
    ),
    400004: Meaning(
        ErrorKind.CONTENT,
        "TemPolor does not allow this content.",
        "Change the description, the lyrics or the recording, then send it again.",
    ),
    400005: Meaning(
        ErrorKind.CREDIT,
        "The TemPolor balance is too low.",
        "Top up the TemPolor account, then send it again.",
    ),
    400006: Meaning(
        ErrorKind.BUSY,
        "TemPolor is busy.",
        "It is sent again by itself; nothing to do.",
    ),
    400007: Meaning(
        ErrorKind.BUSY,
        "TemPolor's queue is full: too many of our tasks are being made at once.",
        "It is sent again by itself as places become free; nothing to do.",
    ),
    400008: Meaning(
        ErrorKind.NOT_FOUND,
        "TemPolor does not have this work.",
        "Check that the id belongs to this account and that TEMPOLOR_URL is the right service.",
    ),
    400009: Meaning(
        ErrorKind.UPSTREAM,
        "TemPolor holds this work in an abnormal state.",
        "Make it anew: send the task again.",
    ),
    # 400010 and 400011 are missing in the documented table; integrators met them in 2026.
    400010: Meaning(
        ErrorKind.INPUT,
        "The chosen model cannot do this.",
        "Choose another model, then send it again.",
    ),
    400011: Meaning(
        ErrorKind.INPUT,
        "TemPolor cannot extend this work.",
        "Choose another song to extend.",
    ),
}
# "Queue full: too many parallel tasks": another fits when one of ours ends.
QUEUE_FULL = 400007
_UNKNOWN = Meaning(
    ErrorKind.UNKNOWN,
    "TemPolor gave a code that we do not know.",
    "Look the code up in TemPolor's documentation before sending it again.",
)


def of_answer(code: int, message: object) -> Fault:
    """The fault of a refused request, with the provider's sentence, or ours where it has none."""
    meaning = _MEANINGS.get(code, _UNKNOWN)
    return Fault(str(code), meaning.kind, sentence(message) or meaning.message, meaning.advice)


def of_failed_song(message: object) -> Fault:
    """The fault of a song with status ``failed``; such songs have no code, and are not billed."""
    return _of_failed(message, "make this song", "It was not billed. Send it again.")


def of_failed_lyrics(message: object) -> Fault:
    return _of_failed(message, "write these lyrics", "Send it again.")


def of_failed_stems(message: object) -> Fault:
    advice = "Check that the link is public and the file at most 50 MB, then send it again."
    return _of_failed(message, "take this recording apart", advice)


def _of_failed(message: object, what: str, advice: str) -> Fault:
    reason = sentence(message) or f"TemPolor could not {what}."
    return Fault("", ErrorKind.UPSTREAM, reason, advice)
