"""The pace of each account: every request takes its turn, over all workers."""

from tracks.services.rate_limit.limiter import Throttled, account_row, acquire, can_acquire
from tracks.services.rate_limit.window import RequestKind

__all__ = ["RequestKind", "Throttled", "account_row", "acquire", "can_acquire"]
