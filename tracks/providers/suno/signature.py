"""The signature of callbacks, where the account has a webhook key.

https://docs.kie.ai/common-api/webhook-verification: base64 of HMAC-SHA256 over the task's id, a dot and the
Unix seconds of ``X-Webhook-Timestamp``. It does not cover the body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

# The page warns of replays and names no limit. A late retry with its first timestamp fails too; the task is
# then polled.
MAX_AGE_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,12}")


def is_genuine(key: str, task_id: str, headers: Mapping[str, str], now: float) -> bool:
    """``headers`` by name in any case; ``now`` in Unix seconds."""
    named = {name.lower(): value for name, value in headers.items()}
    timestamp = named.get("x-webhook-timestamp", "")
    if not task_id or not _is_recent(timestamp, now):
        return False
    given = named.get("x-webhook-signature", "")
    return hmac.compare_digest(sign(key, task_id, timestamp).encode(), given.encode("utf-8", "replace"))


def sign(key: str, task_id: str, timestamp: str) -> str:
    signed = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def _is_recent(timestamp: str, now: float) -> bool:
    return bool(_SECONDS.fullmatch(timestamp)) and abs(now - int(timestamp)) <= MAX_AGE_SECONDS
