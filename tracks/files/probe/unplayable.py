"""Why a file is refused. By itself, so that the checking child process loads little else."""

from __future__ import annotations

from enum import StrEnum


class RefusalKind(StrEnum):
    """What a refusal means for the bytes: damaged or unknown, an error message in their place, too long."""

    UNFIT = "unfit"
    MESSAGE = "message"
    TOO_LONG = "too_long"


class Unplayable(ValueError):
    """The file is not what its asset kind requires, or damaged; ``str()`` is a sentence for people."""

    def __init__(self, reason: str, kind: RefusalKind = RefusalKind.UNFIT) -> None:
        super().__init__(reason)
        self.kind = kind
