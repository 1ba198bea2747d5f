"""The pace of each account: every request takes its turn, over all workers."""

from tracks.services.rate_limit.limiter import NotYet, may, row_of, turn
from tracks.services.rate_limit.window import Lane

__all__ = ["Lane", "NotYet", "may", "row_of", "turn"]
