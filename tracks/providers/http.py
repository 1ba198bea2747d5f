"""HTTP to the providers' APIs: a request is answered, was never sent, or its answer is lost."""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from socket import gaierror
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from tracks.domain.updates import ErrorKind, Fault
from tracks.lib.redact import redact_text
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.providers.json_fields import number

MAX_ANSWER_BYTES = 8 * 1024 * 1024
CONNECT_TIMEOUT = 10.0
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """An HTTP answer: its status, its JSON (None where the body is not JSON), and Retry-After in seconds."""

    status: int
    json: Any
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Api:
    """One provider's API. ``origin``: scheme, host, port. ``prefix``: of its settings, for advice to people.

    ``timeout``: in seconds, for each read; a whole answer may take twice that.
    ``scheme``: the word before the key in Authorization, blank where the provider wants none.
    """

    label: str
    origin: str
    key: str
    prefix: str
    timeout: float
    scheme: str = ""

    @property
    def account(self) -> str:
        """12 hex digits of a hash of origin and key, which identify the account; blank without a key."""
        identity = f"{self.origin} {self.key}".encode()
        return hashlib.sha256(identity).hexdigest()[:12] if self.key else ""

    def post(self, path: str, body: Mapping[str, Any]) -> ProviderAnswer:
        """Raises NotSent, AnswerLost, and Refused where no usable key is set."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return self._exchange("POST", path, headers, data=json.dumps(body).encode())

    def get(self, path: str, query: Mapping[str, str]) -> ProviderAnswer:
        """Raises NotSent, AnswerLost, and Refused where no usable key is set."""
        return self._exchange("GET", path, {}, params=query)

    def hidden(self, sentence: str) -> str:
        """The sentence without our keys and tokens: some services quote the key that they refuse."""
        return redact_text(sentence, self.key)

    def unanswered(self, answer: ProviderAnswer) -> Refused | AnswerLost:
        """The error for an answer that is not in the provider's format, such as a gateway's error page."""
        status = answer.status
        # A plain 4xx comes from before the service, or from its router: no task was made. Not so 408, 409,
        # 425 and 429, which are also given to an accepted request (a time-out, a repeat, a retry). Nor a
        # redirect: it is not followed, since the key goes to this host only, and 303 means "done".
        if not 400 <= status < 500 or status in (408, 409, 425, 429):
            message = f"{self.label} answered HTTP {status}, not in its own format."
            return AnswerLost(message, answer.retry_after)
        kind, advice = self._plain_refusal(status)
        message = f"{self.label} refused the request with HTTP {status} and gave no reason; nothing was made."
        return Refused(Fault(f"HTTP {status}", kind, message, advice), answer.retry_after)

    def _plain_refusal(self, status: int) -> tuple[ErrorKind, str]:
        if status in (401, 403):
            return ErrorKind.AUTH, f"Check {self.prefix}_API_KEY, then send it again."
        if status == 404:
            return ErrorKind.NOT_FOUND, f"Check {self.prefix}_URL, then send it again."
        return ErrorKind.INPUT, "Check the parameters, then send it again."

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], **what: Any) -> ProviderAnswer:
        self._check_key()
        with self._failures(), self._session() as session:
            began = time.monotonic()
            sent = {**headers, "Authorization": f"{self.scheme} {self.key}".strip()}
            timeout = (min(CONNECT_TIMEOUT, self.timeout), self.timeout)
            fixed: dict[str, Any] = {"timeout": timeout, "stream": True, "allow_redirects": False}
            with session.request(method, self.origin + path, headers=sent, **fixed, **what) as response:
                body = self._body(response, began + 2 * self.timeout)
                return ProviderAnswer(response.status_code, _json(body), _retry_after(response))

    def _check_key(self) -> None:
        if not self.key:
            message = f"No API key of {self.label} is set, so nothing was sent."
        elif not (self.key.isascii() and self.key.isprintable()):
            message = f"The API key of {self.label} has characters that no key has, so nothing was sent."
        else:
            return
        advice = f"Set {self.prefix}_API_KEY and restart, then send it again."
        raise Refused(Fault("", ErrorKind.AUTH, message, advice))

    def _session(self) -> requests.Session:
        # A connection for each request: one that stays open may be dead, and then nobody knows what arrived.
        session = requests.Session()
        session.trust_env = False
        # No compression: it would let a small answer become a huge one.
        session.headers.update({"User-Agent": "musicgen", "Accept-Encoding": "identity"})
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter())
        return session

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise AnswerLost(f"{self.label} answered with more than {MAX_ANSWER_BYTES} bytes.")
            if time.monotonic() > deadline:
                raise AnswerLost(f"{self.label} was still answering after {2 * self.timeout:g} seconds.")
        return bytes(body)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        # `from None`: the library's errors carry the request, and with it the key.
        try:
            yield
        except (requests.RequestException, HTTPError, OSError) as error:
            if why := _why_unsent(error):
                host = urlsplit(self.origin).hostname
                raise NotSent(f"{self.label} could not be reached, nothing was sent: {host} {why}.") from None
            late = isinstance(error, requests.Timeout | TimeoutError | urllib3.exceptions.TimeoutError)
            how = f"no answer came within {self.timeout:g} seconds" if late else "the connection broke"
            raise AnswerLost(f"{self.label} was sent the request, but {how}.") from None


class _UnconnectedError(NewConnectionError):
    """There was no connection, or no TLS on it: not a byte of the request was sent."""

    def __init__(self, connection: HTTPConnection, why: str) -> None:
        super().__init__(connection, why)
        self.why = why


@contextmanager
def _connecting(connection: HTTPConnection) -> Iterator[None]:
    """Marks failures before the request was sent; the library mixes them with later ones (TLS, resets)."""
    try:
        yield
    except (HTTPError, OSError, ValueError) as error:
        raise _UnconnectedError(connection, _reason(error.__cause__ or error)) from error


def _reason(error: BaseException) -> str:
    if isinstance(error, gaierror):
        return "is not a known name"
    if isinstance(error, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(error, ssl.SSLError):
        return "could not agree on TLS with us"
    return "did not take the connection in time" if isinstance(error, TimeoutError) else "gave no connection"


def _why_unsent(error: Exception) -> str:
    """The reason why nothing was sent; blank where something may have been sent."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, _UnconnectedError):
        return reason.why
    return "is no valid address" if isinstance(error, requests.exceptions.InvalidURL) else ""


class _Connection(HTTPConnection):
    def connect(self) -> None:
        with _connecting(self):
            super().connect()


class _SecureConnection(HTTPSConnection):
    def connect(self) -> None:
        with _connecting(self):
            super().connect()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _retry_after(response: requests.Response) -> float | None:
    seconds = number(response.headers.get("Retry-After"))
    return seconds if seconds is not None and 0 <= seconds <= 86_400 else None
