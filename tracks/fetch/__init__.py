"""Fetching a provider's file: from public addresses only, resumably, counted to the byte."""

from tracks.fetch.download import Progress, download
from tracks.fetch.part import discard
from tracks.fetch.terms import Blocked, Broken, FetchError, Policy, Refused, TooLarge
from tracks.fetch.wire import USER_AGENT

__all__ = [
    "USER_AGENT",
    "Blocked",
    "Broken",
    "FetchError",
    "Policy",
    "Progress",
    "Refused",
    "TooLarge",
    "discard",
    "download",
]
