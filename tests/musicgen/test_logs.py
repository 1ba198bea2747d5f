"""What a log line holds."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.exceptions import DisallowedRedirect, PermissionDenied

from musicgen import logs


def line_of(error: Exception) -> dict[str, Any]:
    """What the product writes of an error that ended a request."""
    options = dict(logs.config(as_json=True)["formatters"]["line"])
    formatter = options.pop("()")(**options)
    raised = (type(error), error, None)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Refused: %s", ("/a",), raised)
    return dict(json.loads(formatter.format(record)))


@pytest.mark.parametrize("error", [PermissionDenied("no"), DisallowedRedirect("no")])
def test_what_a_client_may_not_do_is_one_line_without_a_traceback(error: Exception) -> None:
    line = line_of(error)
    assert line["event"] == "Refused: /a"
    assert "exception" not in line
    assert "exc_info" not in line


def test_a_fault_of_ours_has_its_traceback() -> None:
    assert "ValueError: no" in line_of(ValueError("no"))["exception"]
