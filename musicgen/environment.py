"""Typed reading of the environment: a wrong value stops the start with a sentence that names the variable."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

T = TypeVar("T")
# A little more than a year: more is a typing error, and far more would overflow dates.
MAX_SECONDS = 400 * 86_400.0
MAX_REQUESTS = 10_000


class Environment:
    """The process environment, then a ``.env`` file. Every reader raises ImproperlyConfigured."""

    def __init__(self, base_dir: Path) -> None:
        self._env = Env()
        self._env.read_env(str(base_dir / ".env"), recurse=False)

    def text(self, name: str, default: str = "") -> str:
        return str(self._env.str(name, default)).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        return self._read(name, lambda: self._env.bool(name, default), "0 or 1")

    def number(self, name: str, default: float, minimum: float = 0, maximum: float = MAX_SECONDS) -> float:
        value = self._read(name, lambda: self._env.float(name, default), "a number")
        if value > maximum and value != inf:
            raise ImproperlyConfigured(f"{name} is {value}; it must be at most {maximum:g}.")
        return self._not_below(name, value, minimum)

    def whole(self, name: str, default: int, minimum: int = 0) -> int:
        value = self._read(name, lambda: self._env.int(name, default), "a whole number")
        return int(self._not_below(name, value, minimum))

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def words_like(self, name: str, pattern: str, wanted: str) -> list[str]:
        """Comma-separated words that each match the pattern. ``wanted``: what they are, for the error."""
        words = self.words(name)
        for word in words:
            if not re.fullmatch(pattern, word):
                raise ImproperlyConfigured(f"{name} holds a word that is no {wanted}.")
        return words

    def numbers(self, name: str, default: str) -> list[float]:
        """Comma-separated numbers of seconds, at least one."""

        def read() -> list[float]:
            values = [float(word) for word in self.words(name, default)]
            if not values or not all(0 <= value <= MAX_SECONDS for value in values):
                raise ValueError
            return values

        return self._read(name, read, "numbers of at least 0 with commas between them")

    def rate(self, name: str, default: str) -> tuple[int, float]:
        """``requests/seconds``, both above 0; at most MAX_REQUESTS, since a window stores each one."""

        def read() -> tuple[int, float]:
            requests, seconds = (self.text(name, default) or default).split("/")
            if not 1 <= int(requests) <= MAX_REQUESTS or not 0 < float(seconds) <= MAX_SECONDS:
                raise ValueError
            return int(requests), float(seconds)

        return self._read(name, read, "requests/seconds, such as 20/10")

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default) or default
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")
        return value

    def origin(self, name: str, default: str) -> str:
        """``scheme://host[:port]`` without a path."""
        value = self.url(name, default)
        if urlsplit(value).path:
            raise ImproperlyConfigured(f"{name} is {value!r}; it must be an origin without a path.")
        return value

    def url(self, name: str, default: str) -> str:
        """An http or https URL, with its scheme and host in lower case and without a slash at the end."""
        value = (self.text(name, default) or default).rstrip("/")
        try:
            parts = urlsplit(value)
            if parts.username is not None:  # its password must not be shown
                raise ImproperlyConfigured(f"{name} must not hold a user: https://host or http://host:port.")
            sound = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
        except ValueError:
            sound = False
        if not sound or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"{name} is {value!r}; it must look like https://host or http://host:port."
            )
        return urlunsplit(parts._replace(netloc=parts.netloc.lower()))

    def _read(self, name: str, reader: Callable[[], T], wanted: str) -> T:
        try:
            return reader()
        except (EnvError, ValueError) as error:
            raise ImproperlyConfigured(f"{name} is {self.text(name)!r}; it must be {wanted}.") from error

    @staticmethod
    def _not_below(name: str, value: float, minimum: float) -> float:
        if not minimum <= value < inf:
            raise ImproperlyConfigured(f"{name} is {value}; it must be at least {minimum:g}.")
        return value


def _is_host(name: str) -> bool:
    """A host name, or an address without its brackets."""
    return re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", name) is not None


def stored_secret(folder: Path) -> str:
    """The secret key of an installation on one machine: made once, readable by its owner alone."""
    try:
        return _stored_secret(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ImproperlyConfigured(
            f"DATA_DIR is '{folder}'; it must be a folder that we may write: {reason}."
        ) from error


def _stored_secret(folder: Path) -> str:
    # Of two processes that start together, one creates the link, and both read that file.
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
