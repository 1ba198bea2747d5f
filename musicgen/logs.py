"""Log lines: JSON in production, readable in development; ids yes, keys, tokens and bodies never."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Django's own request logger names the path, and the path of a callback or a shared file holds its token.
_TOKEN_IN_PATH = re.compile(r"(/(?:callbacks/+[^/\s]+|shared)/+)[^/\s]+", re.IGNORECASE)


def mask_tokens(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces what stands where a token stands in a path, in every text of the line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _TOKEN_IN_PATH.sub(r"\1…", value)
    return event


def _drop_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """``django.request`` attaches the whole request object; its text says enough."""
    event.pop("request", None)
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
            structlog.processors.format_exc_info,
            _drop_request,
            mask_tokens,
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
