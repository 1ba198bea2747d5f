"""Hosts that give no answer: one accepts connections and stays silent, one refuses them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

# An address of this machine that a whole installation may fetch from, whatever the port.
SILENT_ADDRESS = "127.0.0.2"


@contextmanager
def silent_host(address: str = "127.0.0.1") -> Iterator[str]:
    """``host:port`` of a server that accepts connections (the system does) and never says anything."""
    with socket.create_server((address, 0), backlog=128) as server:
        yield f"{address}:{server.getsockname()[1]}"


@contextmanager
def dead_host() -> Iterator[str]:
    """``host:port`` where nothing listens, held so that nothing else takes the port meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"
