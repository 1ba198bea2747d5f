"""Serves media behind signed links that expire, with byte ranges and with the requested faults."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from musicgen.simulator.ledger import Ledger
from musicgen.simulator.music.songbook import Recipe
from musicgen.simulator.steering import Steering

DAY = 24 * 3600
SLOW_BYTES_PER_SECOND = 20_000
RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
SCRAMBLED = bytes(value ^ 0x5A for value in range(256))
TYPES = {
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
}
# What cutting a stream anywhere leaves in front of an MP3: the end of a frame, and padding.
JUNK = b"\xaa" * 417 + bytes(1024)
PAGE = b"<!doctype html><title>Just a moment</title><p>This page is no song.</p>"


@dataclass(frozen=True)
class Reply:
    """What to send. `bytes_per_second`: None for as fast as possible. `is_cut`: the connection ends then."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    bytes_per_second: float | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class MediaItem:
    """One file that can be fetched; it is made when it is first requested.

    `music`: its recipe, where it is audio. `at_first`: another file, for so many GETs.
    """

    make: Callable[[], Path]
    steering: Steering
    music: Recipe | None = None
    at_first: tuple[Callable[[], Path], int] | None = None

    def has_fault(self, word: str, count: int, default: int | None = None) -> bool:
        """Whether this fault was requested and holds for the `count`th GET."""
        return self.steering.among_first(word, count, default)

    def file(self, count: int) -> Path:
        """The file that the `count`th GET receives."""
        other, times = self.at_first or (self.make, 0)
        return other() if count <= times else self.make()


class Media:
    """All links of this run. The key of their signatures is made anew in each process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._key = secrets.token_bytes(32)
        self._items: dict[str, MediaItem] = {}

    def put(self, path: str, item: MediaItem) -> str:
        """Offer a file under /media/<path>; returns the path."""
        self._items[f"/media/{path}"] = item
        return f"/media/{path}"

    def music_behind(self, url: str) -> Recipe | None:
        """The music behind a link of ours; None for any other link."""
        item = self._items.get(_path(url))
        return item.music if item else None

    def is_dead(self, url: str) -> bool:
        """Whether it is a link of ours that has expired."""
        return _path(url) in self._items and not self._allowed(_path(url), urlsplit(url).query)

    def link(self, base: str, path: str, seconds: float) -> str:
        """A link for so many seconds (negative: already expired), signed anew at each call."""
        expires = str(int(time.time() + seconds))
        signature = self._sign(path, expires, secrets.token_hex(4))
        return f"{base}{path}?{urlencode({'expires': expires, 'signature': signature})}"

    def answer(self, path: str, query: str, headers: Mapping[str, str], *, head: bool) -> Reply:
        """The reply to a GET or HEAD."""
        item = self._items.get(path)
        if not self._allowed(path, query):
            return _text(403, "This link is not valid or no longer valid.")
        if item is None:
            return _text(404, "There is no such file.")
        count = self._ledger.seen(path) + 1 if head else self._ledger.count(path)
        return _fault(item, count, head=head) or _file(item, count, headers)

    def _sign(self, path: str, expires: str, nonce: str) -> str:
        text = f"{path}|{expires}|{nonce}".encode()
        return nonce + hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]

    def _allowed(self, path: str, query: str) -> bool:
        given = parse_qs(query)
        expires, signature = given.get("expires", [""])[0], given.get("signature", [""])[0]
        expected = self._sign(path, expires, signature[:8])
        return hmac.compare_digest(signature.encode(), expected.encode()) and int(expires) > time.time()


def _text(status: int, text: str) -> Reply:
    body = f"{text}\n".encode()
    return Reply(status, {"Content-Type": "text/plain", "Content-Length": str(len(body))}, body)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _fault(item: MediaItem, count: int, *, head: bool) -> Reply | None:
    if item.has_fault("flaky", count, 1) and not head:
        return _text(503, "Not ready on this server yet, try again.")
    if "redirect" in item.steering:
        return Reply(302, {"Location": item.steering.text("redirect"), "Content-Length": "0"})
    if item.has_fault("html", count):
        return Reply(200, {"Content-Type": "text/html", "Content-Length": str(len(PAGE))}, PAGE)
    return None


def _file(item: MediaItem, count: int, headers: Mapping[str, str]) -> Reply:
    path = item.file(count)
    content = _damage(path, item, count)
    about = {
        "Content-Type": TYPES[path.suffix],
        "Accept-Ranges": "bytes",
        "ETag": f'"{hashlib.blake2b(content, digest_size=10).hexdigest()}"',
        "Last-Modified": formatdate(path.stat().st_mtime, usegmt=True),
    }
    if item.has_fault("gzip", count):
        return _compressed(content, about)
    reply = _slice(content, about, headers)
    if "slow" in item.steering:
        return replace(reply, bytes_per_second=item.steering.number("slow", SLOW_BYTES_PER_SECOND))
    return _sliced(reply, item, count) if "slice" in item.steering else reply


def _slice(content: bytes, about: dict[str, str], headers: Mapping[str, str]) -> Reply:
    """The part that Range asks for; all of it where If-Range names another version (RFC 9110, 13.1.5)."""
    size = len(content)
    wanted = _wanted(headers.get("Range", ""), size)
    if wanted is None or headers.get("If-Range") not in (None, about["ETag"], about["Last-Modified"]):
        return Reply(200, {**about, "Content-Length": str(size)}, content)
    start, end = wanted
    if start >= end:
        return Reply(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
    about = {**about, "Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return Reply(206, about, content[start:end])


def _compressed(content: bytes, about: dict[str, str]) -> Reply:
    """All of it as a careless proxy sends it: compressed though nobody asked for that, without ranges."""
    body = gzip.compress(content, 1)
    headers = {name: value for name, value in about.items() if name != "Accept-Ranges"}
    return Reply(200, {**headers, "Content-Encoding": "gzip", "Content-Length": str(len(body))}, body)


def _sliced(reply: Reply, item: MediaItem, count: int) -> Reply:
    """The first answers break off at half; the rest comes under 200 though it is a slice."""
    if item.has_fault("slice", count, 1):
        return replace(reply, body=reply.body[: len(reply.body) // 2], is_cut=True)
    return replace(reply, status=200) if reply.status == 206 else reply


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of one byte range; None for a header that a server should ignore."""
    found = RANGE.match(header)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last n bytes
        return max(0, size - int(found[2])), size
    start, end = int(found[1]), int(found[2] or size) + 1
    return None if end <= start < size else (start, min(size, end))


def _damage(path: Path, item: MediaItem, count: int) -> bytes:
    content = path.read_bytes()
    if item.has_fault("empty", count):
        return b""
    if item.has_fault("half", count):
        return content[: len(content) // 2]
    if item.has_fault("junk", count) and path.suffix == ".mp3":
        return JUNK + content
    if item.has_fault("corrupt", count):
        # The first bytes stay, so that only a decoder notices.
        return content[:4] + content[4:].translate(SCRAMBLED)
    return content
