"""The rate limit of a simulated provider."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque


class RateLimit:
    """At most so many requests to one provider in any so many seconds of real time; 0 is no limit."""

    def __init__(self, requests: int, seconds: float) -> None:
        self._requests = requests
        self._seconds = seconds
        self._times: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def wait(self, provider: str) -> int:
        """0 for a request that is allowed, and counted; else the whole seconds until one will be."""
        if not self._requests:
            return 0
        with self._lock:
            times, now = self._times[provider], time.monotonic()
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) < self._requests:
                times.append(now)
                return 0
            return max(1, math.ceil(times[0] + self._seconds - now))
