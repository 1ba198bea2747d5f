"""Why a file is refused, and the check of its length that all readers of audio share.

By itself, so that the checking child process loads little else.
"""

from __future__ import annotations

from enum import StrEnum

# Far more than any song or mix; small files can hold days of silence, which would occupy a worker.
MAX_HOURS = 4


class RefusalKind(StrEnum):
    """What a refusal means for the bytes: damaged or unknown, a file of another sort, too long.

    ``OTHER``: an error message in place of the file, or what cannot be it, such as a picture for a song.
    """

    UNFIT = "unfit"
    OTHER = "other"
    TOO_LONG = "too_long"


class Unplayable(ValueError):
    """The file is not what its asset kind requires, or damaged; ``str()`` is a sentence for people."""

    def __init__(self, reason: str, kind: RefusalKind = RefusalKind.UNFIT) -> None:
        super().__init__(reason)
        self.kind = kind


def check_length(seconds: float) -> None:
    """Raises Unplayable where audio of this length, or of this much so far, is longer than any song."""
    if seconds > MAX_HOURS * 3600:
        reason = (
            f"the audio lasts more than {MAX_HOURS} hours, which no song does, so it was not read any further"
        )
        raise Unplayable(reason, RefusalKind.TOO_LONG)
