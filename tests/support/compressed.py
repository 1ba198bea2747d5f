"""Compressed bodies, the same bytes in every process of a test run."""

from __future__ import annotations

import gzip
import zlib


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def bare_deflate(body: bytes) -> bytes:
    """What some call "deflate": without the header and checksum of zlib."""
    return zlib.compress(body, wbits=-zlib.MAX_WBITS)
