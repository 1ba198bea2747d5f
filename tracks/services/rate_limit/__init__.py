"""The rate limit of each account, over all workers: every request to a provider takes a permit first."""

from tracks.services.rate_limit.limiter import Throttled, account_row, acquire, can_acquire
from tracks.services.rate_limit.window import RequestKind

__all__ = ["RequestKind", "Throttled", "account_row", "acquire", "can_acquire"]
