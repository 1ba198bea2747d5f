"""How one provider is built and spoken to, for the promises that are asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck

from tests.support.http_server import Reply, Request, serving
from tests.support.operation_samples import sample
from tests.support.payloads import check_storable
from tracks.domain.fold import StatementValue, fold
from tracks.domain.updates import ErrorKind, Source, TaskState, TaskUpdate
from tracks.providers.base import (
    AnswerLost,
    PollTarget,
    Provider,
    Refused,
)

KEY = "0123456789-contract-key"
BACK = "https://home.example/callbacks/token/"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

# The same examples are judged under each provider; what one of them found is tried with the others too.
SHARED = HealthCheck.differing_executors


class Described:
    """How one provider is built and spoken to; each of its test classes takes over what it says here.

    ``paths``: by operation, where a submit and a query go, written out once more beside the declaration.
    ``payloads``: bodies of it, to be bent. ``unreadable``: JSON that is no callback of it.
    ``no_id``: answers to a submit that are a success without an id. ``no_task``: the same of a query.
    ``no_balance``: the same of a balance. ``reported_state``: what ``reported`` comes to, and
    ``refusal_kind``: what ``refusal`` comes to.
    ``genuine`` and ``forged``: callbacks as they come in, with their headers.
    """

    paths: ClassVar[Mapping[str, tuple[str, str]]]
    payloads: ClassVar[Sequence[Any]]
    unreadable: ClassVar[Sequence[Any]]
    no_id: ClassVar[Sequence[Any]]
    no_task: ClassVar[Sequence[Any]]
    no_balance: ClassVar[Sequence[Any]] = ()
    authorization: ClassVar[str] = KEY
    query_method: ClassVar[str] = "POST"
    submit_id: ClassVar[str]
    tracks_at_submit: ClassVar[int] = 0
    reported_state: ClassVar[TaskState | None] = TaskState.DONE
    refusal_kind: ClassVar[ErrorKind]
    acknowledged: ClassVar[tuple[str, bytes]]

    # A description has all of these, but `timed` and `balance` only where the provider offers them.
    def build(self, origin: str = "http://x.example", key: str = KEY) -> Provider:
        raise NotImplementedError

    def taken(self) -> Any:
        """The answer to a submit that is taken, under ``submit_id``."""
        raise NotImplementedError

    def reported(self, operation: str, ids: Sequence[str]) -> Any:
        """The answer to a query about these ids."""
        raise NotImplementedError

    def refusal(self, message: str) -> Any:
        raise NotImplementedError

    def not_found(self) -> Any:
        """The answer to a query about an id that the provider does not know."""
        raise NotImplementedError

    def timed(self) -> Any:
        """The answer with a track's word timing, where that is fetched."""
        raise NotImplementedError

    def balance(self) -> Any:
        """The answer with the balance, where the provider has one."""
        raise NotImplementedError

    def genuine(self) -> list[tuple[bytes, dict[str, str]]]:
        raise NotImplementedError

    def forged(self) -> list[tuple[bytes, dict[str, str]]]:
        return []

    # --- How the promises are asked for --------------------------------------------------------------------
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "operation" in metafunc.fixturenames:
            metafunc.parametrize("operation", list(self.paths))
        if "call" in metafunc.fixturenames:
            metafunc.parametrize("call", self.calls())

    def calls(self) -> list[str]:
        provider = self.build()
        offered = {"word_timing": provider.fetches_word_timing, "balance": provider.has_balance}
        return ["submit", "query", *(name for name, is_offered in offered.items() if is_offered)]

    def make(self, call: str, provider: Provider, operation: str = "") -> Any:
        """One call of the protocol; a submit or a query of this operation, or of the first one."""
        operation = operation or next(iter(self.paths))
        calls: dict[str, Callable[[], Any]] = {
            "submit": lambda: provider.submit(operation, sample(provider.operations[operation]), BACK),
            "query": lambda: provider.query([PollTarget(operation, self.submit_id)]),
            "word_timing": lambda: provider.word_timing(self.submit_id, "c1"),
            "balance": provider.balance,
        }
        return calls[call]()

    def success(self, call: str, operation: str = "") -> Any:
        operation = operation or next(iter(self.paths))
        bodies: dict[str, Callable[[], Any]] = {
            "submit": self.taken,
            "query": lambda: self.reported(operation, [self.submit_id]),
            "word_timing": self.timed,
            "balance": self.balance,
        }
        return bodies[call]()

    def requests_of(self, call: str, reply: Reply | None) -> list[Request]:
        with serving(reply) as service:
            with suppress(Refused, AnswerLost):
                self.make(call, self.build(service.url))
            return service.requests

    def error_of(self, call: str, reply: Reply | None) -> Refused | AnswerLost:
        with serving(reply) as service:
            try:
                answer = self.make(call, self.build(service.url))
            except (Refused, AnswerLost) as error:
                return error
        pytest.fail(f"{call} came to {answer}")

    def check_updates(self, updates: Sequence[TaskUpdate]) -> None:
        """They can be stored, name what is declared, and say the same when they come twice."""
        operations = self.build().operations
        for update in updates:
            check_storable(update)
            assert update.operation in {"", *operations}
        once = [StatementValue(Source.CALLBACK, update, NOW, NOW) for update in updates]
        assert fold(once * 2, timedelta(days=1)) == fold(once, timedelta(days=1))
