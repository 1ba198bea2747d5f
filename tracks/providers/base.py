"""What every provider promises to the rest, and the ways in which talking to one can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from tracks.providers.operations import Operation
from tracks.updates import Fault, TaskUpdate


class NotSent(Exception):
    """The request never reached the provider (no connection): sending again is safe."""


class AnswerLost(Exception):
    """The request may have arrived, the answer did not: it must not be sent again by itself."""


class Refused(Exception):
    """A well-formed refusal. ``retry_after`` in seconds where the provider named it."""

    def __init__(self, fault: Fault, retry_after: float | None = None) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.retry_after = retry_after


class Unreadable(ValueError):
    """Valid JSON that is not a body of this provider."""


@dataclass(frozen=True, slots=True)
class Look:
    """One task to be asked about: its operation, and the ids that the provider knows it by."""

    operation: str
    external_id: str
    track_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    content_type: str
    body: bytes


class Provider(Protocol):
    """One provider. ``batch``: how many ids one query may name. ``retention``: how long files stay.

    ``callbacks_are_hints``: a callback proves no more than that something happened (its signature does not
    cover the body), so the provider is asked instead of believed.
    """

    name: str
    label: str
    batch: int
    retention: timedelta
    callbacks_are_hints: bool
    operations: Mapping[str, Operation]

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        """Sends one task. Raises Refused, NotSent or AnswerLost; never retries."""
        ...

    def query(self, looks: Sequence[Look]) -> list[TaskUpdate]:
        """What the provider says now; at most ``batch`` ids. Raises Refused, NotSent or AnswerLost."""
        ...

    def parse_callback(self, body: Any, asked: Mapping[str, Any]) -> list[TaskUpdate]:
        """Reads a callback's JSON, one update per task or item it speaks of. Raises Unreadable.

        ``asked``: the parameters that the task was submitted with, empty where that is not known.
        """
        ...

    def verify(self, body: Any, headers: Mapping[str, str]) -> bool:
        """False where a signature is wanted and missing or wrong; True where none is wanted."""
        ...

    def acknowledge(self) -> Acknowledgement:
        """The body that tells the provider "received"."""
        ...
