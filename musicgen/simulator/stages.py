"""Takes a task through its stages in time, and sends the callback of each."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

from musicgen.simulator.answers import encode
from musicgen.simulator.ledger import Callback, SimulatedTask, Try

# Documented in minutes (1, 5 and 15; see README, "Callbacks"); a simulator counts them in seconds.
RETRY_AFTER = (1.0, 5.0, 15.0)
# https://docs.sunoapi.org/suno-api/generate-music-callbacks: 15 seconds, whatever our own speed.
TIMEOUT = 15.0

Accepts = Callable[[requests.Response], bool]


@dataclass(frozen=True)
class Stage:
    """`enter` changes the task and returns the callback's body; `after` is in seconds at speed 1."""

    name: str
    after: float
    enter: Callable[[], dict[str, Any]]


class Timeline:
    """Runs short jobs later, one after another; all delays are divided by the speed."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="timeline", daemon=True).start()

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        """Run a job, which must not block, after so many seconds at speed 1."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds / self.speed, next(self._order), job))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            job = self._next()
            try:
                job()
            except Exception:  # noqa: BLE001  (one broken task must not stop all others)
                traceback.print_exc()

    def _next(self) -> Callable[[], None]:
        with self._changed:
            while not self._due or self._due[0][0] > time.monotonic():
                self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
            return heapq.heappop(self._due)[2]


class Caller:
    """Runs a task's stages and delivers its callbacks.

    `accepts`: which answer counts as delivered. `gave_up`: called after the last try failed.
    `headers`: what is sent beside the body.
    """

    def __init__(
        self,
        timeline: Timeline,
        accepts: Accepts,
        gave_up: Callable[[SimulatedTask, Callback], None],
        headers: Callable[[SimulatedTask], dict[str, str]],
    ) -> None:
        self._timeline = timeline
        self._accepts = accepts
        self._gave_up = gave_up
        self._headers = headers

    def play(self, task: SimulatedTask, stages: list[Stage]) -> None:
        """Enter each stage at its time, and send callbacks as the task's steering words demand."""
        held: list[Callback] = []
        late = task.steering.number("delay", 30) if "delay" in task.steering else 0
        for stage in stages:
            is_last = stage is stages[-1]
            self._timeline.later(stage.after + late, partial(self._reach, task, stage, held, is_last))

    def _reach(self, task: SimulatedTask, stage: Stage, held: list[Callback], is_last: bool) -> None:
        callback = Callback(stage.name, encode(stage.enter()))
        task.is_finished = task.is_finished or is_last
        if "silent" not in task.steering and task.steering.text("skip") != stage.name:
            held.append(callback)
        if "shuffle" not in task.steering:
            self._send_all(task, held)
        elif is_last:
            self._send_all(task, _another_order(held))

    def _send_all(self, task: SimulatedTask, held: list[Callback]) -> None:
        for callback in held:
            self._send(task, callback)
        held.clear()

    def _send(self, task: SimulatedTask, callback: Callback) -> None:
        """Send it in a thread per copy, since receivers may be slow."""
        # The first tries of a task do not overtake each other.
        earlier = list(task.callbacks)
        copies = 3 if "duplicate" in task.steering else 1
        for _ in range(copies):
            copy = Callback(callback.stage, callback.body)
            task.callbacks.append(copy)
            _in_background(self._try, task, copy, earlier)

    def _try(self, task: SimulatedTask, callback: Callback, earlier: Iterable[Callback] = ()) -> None:
        for before in earlier:
            before.tried.wait(TIMEOUT)
        headers = {"Content-Type": "application/json", **self._headers(task)}
        if self._post(task.callback_url, callback, headers):
            callback.state = "delivered"
        elif len(callback.tries) <= len(RETRY_AFTER):
            again = partial(_in_background, self._try, task, callback)
            self._timeline.later(RETRY_AFTER[len(callback.tries) - 1], again)
        else:
            callback.state = "given up"
            self._gave_up(task, callback)
        callback.tried.set()

    def _post(self, url: str, callback: Callback, headers: dict[str, str]) -> bool:
        at = time.time()
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy between two processes of one machine
                answer = session.post(
                    url,
                    data=callback.body,
                    headers=headers,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            callback.tries.append(Try(None, type(error).__name__, at))
            return False
        callback.tries.append(Try(answer.status_code, answer.text[:200], at))
        return self._accepts(answer)


def _in_background(work: Callable[..., None], *given: object) -> None:
    threading.Thread(target=work, args=given, daemon=True).start()


def _another_order(reached: list[Callback]) -> list[Callback]:
    """Any order but the given one, where there is another."""
    orders = list(itertools.permutations(reached))[1:]
    return list(random.choice(orders)) if orders else list(reached)  # noqa: S311
