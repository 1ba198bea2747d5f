"""Log lines: JSON in production, readable in development; with ids, never with keys, tokens or bodies."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation

from tracks.lib.redact import redact_log


def redact_line(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blanks keys and tokens in all that the line holds: Django's request logger names paths with tokens."""
    event.update({name: redact_log(value) for name, value in event.items()})
    return event


def _drop_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops the request object that ``django.request`` attaches; the text of the line is enough."""
    event.pop("request", None)
    return event


def _drop_traceback_of_a_refusal(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """What a client may not do, or sends wrongly, is no fault of ours: a line without a traceback says it."""
    error = event.get("exc_info")
    if isinstance(error, tuple) and isinstance(error[1], PermissionDenied | SuspiciousOperation):
        del event["exc_info"]
    return event


def config(as_json: bool) -> dict[str, Any]:
    """The value of Django's LOGGING setting."""
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _drop_traceback_of_a_refusal,
            structlog.processors.format_exc_info,
            _drop_request,
            redact_line,
            last,
        ],
    }
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {"django-q": quiet, "axes": quiet, "urllib3": quiet, "PIL": quiet},
    }
