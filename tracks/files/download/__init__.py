"""Downloads a provider's file: from public addresses only, resumable, counted to the byte."""

from tracks.files.download.connection import USER_AGENT
from tracks.files.download.download import (
    Progress,
    download,
    is_of_other_file,
    must_come_in_one_go,
    whole_part,
)
from tracks.files.download.errors import (
    BlockedAddress,
    FetchError,
    FileTooLarge,
    HostSilent,
    HttpRefused,
    Policy,
    TransferFailed,
)
from tracks.files.download.part import discard, part_size

__all__ = [
    "USER_AGENT",
    "BlockedAddress",
    "FetchError",
    "FileTooLarge",
    "HostSilent",
    "HttpRefused",
    "Policy",
    "Progress",
    "TransferFailed",
    "discard",
    "download",
    "is_of_other_file",
    "must_come_in_one_go",
    "part_size",
    "whole_part",
]
