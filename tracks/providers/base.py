"""The protocol that every provider follows, and the ways in which a request to one can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from tracks.domain.updates import Fault, TaskUpdate
from tracks.providers.operations import Operation


class NotSent(Exception):
    """The request never reached the provider, such as without a connection: sending it again is safe."""


class NotOffered(Exception):
    """The provider has no such request, as its flags say."""


class AnswerLost(Exception):
    """The request may have arrived, but its answer did not: it must not be sent again automatically.

    ``retry_after``: in seconds, where a gateway before the provider named it.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(Exception):
    """A well-formed refusal. ``retry_after``: in seconds, where the provider named it.

    ``is_full``: the provider runs as many of our tasks as it allows; another fits when one of them ends.
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
    """One task to poll: its operation, and the ids that the provider knows it by."""

    operation: str
    external_id: str
    track_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedWith:
    """What a task was submitted with; blank where that is not known, such as for a task to be adopted."""

    operation: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer to a callback."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account. ``unit``: the provider's word, blank where it gives none."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``requests`` in any ``seconds``, all kinds of requests together."""

    requests: int
    seconds: float


class Provider(Protocol):
    """One provider.

    ``batch``: how many ids one query may name. ``retention``: how long the provider keeps files.
    ``record_retention``: how long it keeps the records of its tasks, which it needs to make more from a song
    by its id; None where it does not say.
    ``callbacks_are_hints``: a callback proves only that something happened (its signature does not cover the
    body), so the task is polled instead. ``account``: identifies the account without showing its key.
    ``fetches_word_timing``, ``has_balance``: whether there is a request for it.
    ``extra_paths``: the paths of these requests, by the names "word timing" and "balance".
    ``left_out``: what the provider offers and we do not, each with a sentence that says why.
    ``callback_schema``: the JSON Schema of a callback's body, for the API's description.

    Each of ``submit``, ``query``, ``word_timing`` and ``balance`` makes exactly one request, so that callers
    can keep the rate limit. They raise Refused, NotSent or AnswerLost, and never retry.
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
    has_balance: bool = False
    record_retention: timedelta | None = None
    extra_paths: Mapping[str, str] = {}
    left_out: Mapping[str, str] = {}
    callback_schema: Mapping[str, Any] = {"type": "object"}

    def submit(self, operation: str, params: Mapping[str, Any], callback_url: str) -> TaskUpdate:
        """Send one task."""
        ...

    def query(self, targets: Sequence[PollTarget]) -> list[TaskUpdate]:
        """The present state of tasks of one operation; at most ``batch`` ids."""
        ...

    def word_timing(self, task_id: str, track_id: str, text: str = "") -> TaskUpdate:
        """The word timing of one track, as an update of its task: the lyrics, or that there are none.

        ``text``: the lyric as it is written, where we know it; it shows where lines and sections end.
        An update whose track states nothing means "not yet". Raises NotOffered, see ``fetches_word_timing``.
        """
        raise NotOffered

    def requested_model(self, reported: str) -> str:
        """The name in requests of the model that a result names; blank where that is not known."""
        return ""

    def model_names(self, name: str) -> frozenset[str]:
        """All names, in requests and in results, of the model that this name names."""
        return frozenset({name})

    def balance(self) -> Balance:
        """What is left on the account. Raises NotOffered unless ``has_balance``."""
        raise NotOffered

    def parse_callback(self, body: Any, submitted: SubmittedWith) -> list[TaskUpdate]:
        """Read a callback's JSON: one update per task or item in it. Raises Unreadable, and nothing else.

        Each update has in ``stage`` which of the operation's callbacks it is, where the body shows it.
        """
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """False where a signature is required and is missing or wrong; True where none is required.

        ``raw``: the bytes of the body, JSON or not. ``headers``: by name in any case.
        """
        ...

    def acknowledge(self) -> Acknowledgement:
        """The answer that the provider takes for "received"."""
        ...
