"""The record of all requests, tasks and callbacks, shown at /_simulator/tasks and /_simulator/requests."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from musicgen.simulator.steering import Steering

MAX_REQUESTS = 50_000


@dataclass
class Request:
    """One request to a provider's API. `about`: the ids in it; `refused`: it was over the rate limit."""

    provider: str
    method: str
    path: str
    about: list[str]
    at: float
    refused: bool


@dataclass
class Try:
    """One POST of a callback: its answer's HTTP status (None: none came in time) and first characters."""

    status: int | None
    answer: str
    at: float


@dataclass
class Callback:
    """One callback, sent with the same bytes at every try."""

    stage: str
    body: bytes
    tries: list[Try] = field(default_factory=list)
    state: str = "waiting"
    tried: threading.Event = field(default_factory=threading.Event)


@dataclass(kw_only=True)
class SimulatedTask:
    """An accepted submit: a Suno task, a TemPolor item. `base`: our address, as the client wrote it."""

    provider: str
    operation: str
    id: str
    body: dict[str, Any]
    callback_url: str
    base: str
    steering: Steering
    status: str
    submitted_at: float = field(default_factory=time.time)
    is_finished: bool = False
    callbacks: list[Callback] = field(default_factory=list)


class Ledger:
    """All tasks of this run. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[tuple[str, str], SimulatedTask] = {}
        self._refused: list[dict[str, Any]] = []
        self._seen: Counter[str] = Counter()
        self._requests: deque[Request] = deque(maxlen=MAX_REQUESTS)

    def accept(self, task: SimulatedTask) -> None:
        """Record a new task."""
        with self._lock:
            self._tasks[task.provider, task.id] = task

    def find(self, provider: str, task_id: str) -> SimulatedTask | None:
        """The task a provider knows under this id."""
        return self._tasks.get((provider, task_id))

    def refuse(self, provider: str, operation: str, body: Any, answer: int) -> None:
        """Record a submit that was not accepted."""
        row = {"provider": provider, "operation": operation, "body": body, "answer": answer}
        with self._lock:
            self._refused.append(row)

    def count(self, what: str) -> int:
        """Count this once more; returns how often it was counted."""
        with self._lock:
            self._seen[what] += 1
            return self._seen[what]

    def seen(self, what: str) -> int:
        """How often this was counted so far."""
        return self._seen[what]

    def running(self, provider: str) -> int:
        """How many tasks of a provider are not finished yet."""
        with self._lock:
            return sum(task.provider == provider and not task.is_finished for task in self._tasks.values())

    def submits(self, provider: str) -> int:
        """How many tasks of a provider were accepted."""
        with self._lock:
            return sum(task.provider == provider for task in self._tasks.values())

    def request(self, row: Request) -> None:
        """Record a request to a provider's API, whatever the answer."""
        with self._lock:
            self._requests.append(row)

    def requests(self) -> list[dict[str, Any]]:
        """The newest requests to the providers' APIs, oldest first."""
        with self._lock:
            return [vars(row) for row in self._requests]

    def report(self) -> dict[str, Any]:
        """Everything as JSON, oldest first."""
        with self._lock:
            return {"tasks": [_row(task) for task in self._tasks.values()], "refused": list(self._refused)}


def _row(task: SimulatedTask) -> dict[str, Any]:
    return {
        "provider": task.provider,
        "operation": task.operation,
        "id": task.id,
        "status": task.status,
        "finished": task.is_finished,
        "callback_url": task.callback_url,
        "body": task.body,
        "submitted_at": task.submitted_at,
        "callbacks_sent": sum(len(callback.tries) for callback in task.callbacks),
        "callbacks": [
            {
                "stage": callback.stage,
                "state": callback.state,
                "tries": [vars(attempt) for attempt in callback.tries],
            }
            for callback in task.callbacks
        ],
    }
