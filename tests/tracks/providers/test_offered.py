"""Every declared operation has its form, is taken by the API, and is known to the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from musicgen.simulator.server import Options, Server
from tracks import providers
from tracks.api.bodies import NewTask
from tracks.forms.operation import OperationForm
from tracks.providers.operations import Operation

DECLARED = [
    (provider.name, operation)
    for provider in providers.registered().values()
    for operation in provider.operations.values()
]
EXTRA_PATHS = [path for provider in providers.registered().values() for path in provider.extra_paths.values()]
every_operation = pytest.mark.parametrize(
    ("provider", "operation"), DECLARED, ids=[f"{provider}-{one.name}" for provider, one in DECLARED]
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with Server("127.0.0.1", 0, folder, Options()) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def is_known(simulator: Server, path: str) -> bool:
    """Whether one method is not answered 404; an empty request is refused there, and makes nothing."""
    return any(status(simulator, method, path) != 404 for method in ("POST", "GET"))


def status(simulator: Server, method: str, path: str) -> int:
    host, port = simulator.server_address[:2]
    connection = HTTPConnection(str(host), port, timeout=30)
    try:
        headers = {"Authorization": "Bearer simulator", "Content-Type": "application/json"}
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def is_taken(provider: str, operation: str) -> bool:
    """Whether ``POST tasks/`` knows it: without parameters nothing but them is wrong."""
    body = NewTask(data={"provider": provider, "operation": operation, "params": {}})
    return body.is_valid() or not body.errors.keys() & {"provider", "operation"}


@every_operation
def test_its_form_has_every_field(provider: str, operation: Operation) -> None:
    assert {field.name for field in operation.fields} <= set(OperationForm(provider, operation).fields)


@pytest.mark.django_db
@every_operation
def test_the_api_takes_it(provider: str, operation: Operation) -> None:
    assert is_taken(provider, operation.name)


@every_operation
def test_the_simulator_knows_its_paths(simulator: Server, provider: str, operation: Operation) -> None:
    assert is_known(simulator, operation.submit)
    assert is_known(simulator, operation.query)


@pytest.mark.parametrize("path", EXTRA_PATHS)
def test_the_simulator_knows_the_paths_beside_tasks(simulator: Server, path: str) -> None:
    assert is_known(simulator, path)


@pytest.mark.django_db
def test_what_is_not_declared_is_unknown(simulator: Server) -> None:
    assert not is_known(simulator, "/open-apis/v1/song/whistle")
    assert not is_taken("tempolor", "whistle")
