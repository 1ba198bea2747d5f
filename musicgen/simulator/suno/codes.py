"""The fake Suno API's numbers and sentences, for docs.sunoapi.org and its twin kie.ai.

https://docs.sunoapi.org/suno-api/get-remaining-credits , https://docs.kie.ai/suno-api/separate-vocals and, in
callbacks, https://docs.kie.ai/cn/suno-api/generate-music-callbacks
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musicgen.simulator.answers import Answer, as_json

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
    """What the same refusal is called on one of the two hosts."""

    name: str
    bad_field: int
    too_long: int
    too_often: int
    credits: str


SUNOAPI = Dialect("sunoapi", bad_field=400, too_long=413, too_often=430, credits="generate/credit")
KIE = Dialect("kie", bad_field=422, too_long=422, too_often=429, credits="chat/credit")
DIALECTS = {dialect.name: dialect for dialect in (SUNOAPI, KIE)}


def message(code: int) -> str:
    """The sentence that comes with a code."""
    return MESSAGES.get(code, "error")


def envelope(
    code: int,
    data: Any = None,
    says: str = "",
    *,
    http_status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer for a code; errors come with HTTP 200 too, as only the body's code is documented."""
    return as_json({"code": code, "msg": says or message(code), "data": data}, http_status, headers)
