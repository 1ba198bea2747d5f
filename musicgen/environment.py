"""Typed reading of the environment: nonsense stops the start with a sentence that names the variable."""

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
# A year and a bit, in seconds: beyond it stands a slip of the finger, and far beyond no date can be reckoned.
LONGEST = 400 * 86_400.0
MOST_REQUESTS = 10_000


class Environment:
    """The process environment over a ``.env`` file; every reader raises ImproperlyConfigured in words."""

    def __init__(self, base_dir: Path) -> None:
        self._env = Env()
        self._env.read_env(str(base_dir / ".env"), recurse=False)

    def text(self, name: str, default: str = "") -> str:
        return str(self._env.str(name, default)).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        return self._read(name, lambda: self._env.bool(name, default), "0 or 1")

    def number(self, name: str, default: float, least: float = 0, most: float = LONGEST) -> float:
        value = self._read(name, lambda: self._env.float(name, default), "a number")
        if value > most and value != inf:
            raise ImproperlyConfigured(f"{name} is {value}; it must be at most {most:g}.")
        return self._at_least(name, value, least)

    def whole(self, name: str, default: int, least: int = 0) -> int:
        value = self._read(name, lambda: self._env.int(name, default), "a whole number")
        return int(self._at_least(name, value, least))

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def words_like(self, name: str, pattern: str, wanted: str) -> list[str]:
        """Comma-separated words that each look as they should."""
        words = self.words(name)
        for word in words:
            if not re.fullmatch(pattern, word):
                raise ImproperlyConfigured(f"{name} holds a word that is no {wanted}.")
        return words

    def numbers(self, name: str, default: str) -> list[float]:
        """At least one, each in seconds."""

        def read() -> list[float]:
            values = [float(word) for word in self.words(name, default)]
            if not values or not all(0 <= value <= LONGEST for value in values):
                raise ValueError
            return values

        return self._read(name, read, "numbers of at least 0 with commas between them")

    def rate(self, name: str, default: str) -> tuple[int, float]:
        """``requests/seconds``, both above 0. The requests of a window are kept, so they are not endless."""

        def read() -> tuple[int, float]:
            requests, seconds = (self.text(name, default) or default).split("/")
            if not 1 <= int(requests) <= MOST_REQUESTS or not 0 < float(seconds) <= LONGEST:
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
        """With its scheme and host in lower case and without a slash at the end."""
        value = (self.text(name, default) or default).rstrip("/")
        try:
            parts = urlsplit(value)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"{name} is {value!r}; it must look like https://host or http://host:port."
            )
        before, at, host = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=before + at + host.lower()))

    def _read(self, name: str, reader: Callable[[], T], wanted: str) -> T:
        try:
            return reader()
        except (EnvError, ValueError) as error:
            raise ImproperlyConfigured(f"{name} is {self.text(name)!r}; it must be {wanted}.") from error

    @staticmethod
    def _at_least(name: str, value: float, least: float) -> float:
        if not least <= value < inf:
            raise ImproperlyConfigured(f"{name} is {value}; it must be at least {least:g}.")
        return value


def kept_secret(folder: Path) -> str:
    """The secret key of a one-machine installation: made once, readable by its owner alone."""
    try:
        return _kept_secret(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ImproperlyConfigured(
            f"DATA_DIR is '{folder}'; it must be a folder that we may write: {reason}."
        ) from error


def _kept_secret(folder: Path) -> str:
    """Two processes that start together agree: the loser of the exclusive link reads the winner's."""
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
