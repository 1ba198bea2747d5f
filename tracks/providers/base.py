"""What every provider promises to the rest, and the ways in which talking to one can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from tracks.domain.updates import Fault, TaskUpdate
from tracks.providers.operations import Operation


class NotSent(Exception):
    """The request never reached the provider (no connection): sending again is safe."""


class NotOffered(Exception):
    """The provider has no such call; its flags say so before."""


class AnswerLost(Exception):
    """The request may have arrived, the answer did not: it must not be sent again by itself.

    ``retry_after``: in seconds, where a gateway before the provider named it.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(Exception):
    """A well-formed refusal. ``retry_after`` in seconds where the provider named it.

    ``is_full``: it makes as many of our tasks at once as it will; another fits when one of them ends.
    """

    def __init__(self, fault: Fault, retry_after: float | None = None, *, is_full: bool = False) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.retry_after = retry_after
        self.is_full = is_full


class Unreadable(ValueError):
    """Valid JSON that is not a body of this provider."""


@dataclass(frozen=True, slots=True)
class PollTarget:
    """One task to be asked about: its operation, and the ids that the provider knows it by."""

    operation: str
    external_id: str
    track_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedWith:
    """What the task that a callback came for was submitted with; blank where that is not known."""

    operation: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account. ``unit``: the provider's word, blank where it says none."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``requests`` in any ``seconds``, all kinds of requests together."""

    requests: int
    seconds: float


class Provider(Protocol):
    """One provider. ``batch``: how many ids one query may name. ``retention``: how long files stay.

    ``callbacks_are_hints``: a callback proves no more than that something happened (its signature does not
    cover the body), so the provider is asked instead of believed. ``account``: tells accounts apart without
    showing the key. ``fetches_word_timing``: word timing is fetched by a request of its own;
    ``tells_balance``: so is the balance.
    ``beside``: the paths of what is asked for beside tasks, by name ("word timing", "balance").
    ``left_out``: what the provider offers and we do not, each with the sentence that says why.

    Each of ``submit``, ``query``, ``words`` and ``balance`` makes exactly one request, so that who calls can
    keep the rate. They raise Refused, NotSent or AnswerLost, and never retry.
    """

    name: str
    label: str
    batch: int
    retention: timedelta
    callbacks_are_hints: bool
    operations: Mapping[str, Operation]
    account: str
    rate: Rate
    fetches_word_timing: bool = False
    tells_balance: bool = False
    beside: Mapping[str, str] = {}
    left_out: Mapping[str, str] = {}

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        """Sends one task."""
        ...

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        """What the provider says now of tasks of one operation; at most ``batch`` ids."""
        ...

    def words(self, task_id: str, track_id: str, text: str = "") -> TaskUpdate:
        """The word timing of one track, as an update of its task: the lyrics, or that there are none.

        ``text``: the lyric as it is written, where we know it; it says where lines and sections end.

        An update whose track says nothing means "not yet". Raises NotOffered unless ``fetches_word_timing``.
        """
        raise NotOffered

    def balance(self) -> Balance:
        """What is left on the account. Only where ``tells_balance``, else NotOffered."""
        raise NotOffered

    def parse_callback(self, body: Any, asked: SubmittedWith) -> list[TaskUpdate]:
        """Reads a callback's JSON, one update per task or item it speaks of. Raises Unreadable.

        Each update says in ``stage`` which of the operation's callbacks it is, where the body tells.
        """
        ...

    def verify(self, body: Any, headers: Mapping[str, str]) -> bool:
        """False where a signature is wanted and missing or wrong; True where none is wanted."""
        ...

    def acknowledge(self) -> Acknowledgement:
        """The body that tells the provider "received"."""
        ...
