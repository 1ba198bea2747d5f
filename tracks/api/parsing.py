"""Strict parsing of JSON bodies, so that every value can be stored, compared and sent on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# One more than the largest integer of the database.
TOO_LARGE = 2**63


class StrictJSONParser(JSONParser):
    """UTF-8 only, whatever charset the header names; no NaN, no infinity, no lone surrogates.

    PostgreSQL cannot store these, while Python's ``json`` accepts them.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return _read(stream.read())
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except UnicodeError as error:
            raise ParseError("The body is not UTF-8 text.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON for this API: {error}") from error


def _read(body: bytes) -> Any:
    data = json.loads(
        body.decode(), parse_int=_whole_number, parse_float=_number, parse_constant=_no_such_number
    )
    json.dumps(data, ensure_ascii=False).encode()
    return data


def _whole_number(digits: str) -> int:
    number = int(digits)
    if abs(number) >= TOO_LARGE:
        raise ValueError("a number is too large")
    return number


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_such_number(word: str) -> float:
    raise ValueError(f"{word} is not a JSON number")
