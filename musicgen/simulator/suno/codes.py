"""The simulated Suno API's codes and messages, as docs.sunoapi.org and as kie.ai has them.

https://docs.sunoapi.org/suno-api/get-remaining-credits , https://docs.kie.ai/suno-api/separate-vocals and, in
callbacks, https://docs.kie.ai/cn/suno-api/generate-music-callbacks
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musicgen.simulator.answers import HttpAnswer, as_json

MESSAGES = {
    200: "success",
    400: "Validation Error - Lyrics contained copyrighted material.",
    401: "You do not have access permissions.",
    402: "Insufficient credits.",
    404: "Not found.",
    405: "Rate limit exceeded.",
    408: "Rate Limited - Timeout.",
    409: "The record already exists.",
    413: "Conflict - Uploaded audio matches existing work of art.",
    422: "Validation Error.",
    429: "Insufficient credits.",
    430: "Your call frequency is too high. Please try again later.",
    451: "Could not download the files.",
    455: "System is under maintenance. Please try again later.",
    500: "Server Error - An unexpected error occurred while processing the request.",
    501: "Audio generation failed.",
    505: "The feature is disabled.",
    531: "Server Error - The generation failed. Your credits have been refunded. Please try again.",
}


@dataclass(frozen=True)
class Dialect:
    """The codes of the same refusals on one of the two hosts, and the path of the credits."""

    name: str
    bad_field: int
    too_long: int
    rate_limited: int
    credits: str


SUNOAPI = Dialect("sunoapi", bad_field=400, too_long=413, rate_limited=430, credits="generate/credit")
KIE = Dialect("kie", bad_field=422, too_long=422, rate_limited=429, credits="chat/credit")
DIALECTS = {dialect.name: dialect for dialect in (SUNOAPI, KIE)}


def message(code: int) -> str:
    return MESSAGES.get(code, "error")


def envelope(
    code: int,
    data: Any = None,
    text: str = "",
    *,
    http_status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """The answer for a code; errors have HTTP 200 too, as only the body's code is documented."""
    return as_json({"code": code, "msg": text or message(code), "data": data}, http_status, headers)
