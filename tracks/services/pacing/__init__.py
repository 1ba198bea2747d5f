"""The pace of each account: every request takes its turn, over all workers."""

from tracks.services.pacing.admission import Lane
from tracks.services.pacing.turns import NotYet, may, row_of, turn

__all__ = ["Lane", "NotYet", "may", "row_of", "turn"]
