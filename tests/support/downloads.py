"""A file to download, and how."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from tracks.files import download

BODY = random.Random(7).randbytes(3_000_000)
POLICY = download.Policy(allow_hosts=frozenset({"127.0.0.1"}), read_seconds=5)
# How a file is served that a later request may go on with.
TAGGED: dict[str, Any] = {"headers": {"ETag": '"v1"', "Accept-Ranges": "bytes"}}


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
