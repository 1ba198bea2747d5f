"""Asks each place of the product whether it has an operation: the form, the API, the simulator."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

from musicgen.simulator.server import Options, Server
from tracks.api.bodies import NewTask
from tracks.forms.operation import OperationForm
from tracks.providers.operations import Operation
from tracks.providers.table import Places


@contextmanager
def places() -> Iterator[Places]:
    """The places, with a simulator that lives as long as they are asked."""
    with _simulator() as simulator:
        yield Places(form=_has_form, rest=_is_taken, simulator=lambda path: _answers(simulator, path))


def _has_form(provider: str, operation: Operation) -> bool:
    """Whether a field of the form stands for each parameter."""
    return {field.name for field in operation.fields} <= set(OperationForm(provider, operation).fields)


def _is_taken(provider: str, operation: Operation) -> bool:
    """Whether ``POST tasks/`` knows it: without parameters it complains about nothing but them."""
    body = NewTask(data={"provider": provider, "operation": operation.name, "params": {}})
    return body.is_valid() or not body.errors.keys() & {"provider", "operation"}


@contextmanager
def _simulator() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, Server("127.0.0.1", 0, Path(folder), Options()) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _answers(simulator: Server, path: str) -> bool:
    """Whether the address is known by one method; an empty question is refused there, and makes nothing."""
    return any(_status(simulator, method, path) != 404 for method in ("POST", "GET"))


def _status(simulator: Server, method: str, path: str) -> int:
    host, port = simulator.server_address[:2]
    connection = HTTPConnection(str(host), port, timeout=30)
    try:
        headers = {"Authorization": "Bearer simulator", "Content-Type": "application/json"}
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
