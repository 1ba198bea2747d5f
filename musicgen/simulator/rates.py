"""The request rate that a provider takes: who asks more often is told when to come back."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque


class Gate:
    """At most so many requests of one provider in any so many seconds, of the real clock; 0 is any number."""

    def __init__(self, requests: int, seconds: float) -> None:
        self._requests = requests
        self._seconds = seconds
        self._taken: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def wait(self, provider: str) -> int:
        """0 for a request that may pass, else the whole seconds until one may again."""
        if not self._requests:
            return 0
        with self._lock:
            taken, now = self._taken[provider], time.monotonic()
            while taken and taken[0] <= now - self._seconds:
                taken.popleft()
            if len(taken) < self._requests:
                taken.append(now)
                return 0
            return max(1, math.ceil(taken[0] + self._seconds - now))
