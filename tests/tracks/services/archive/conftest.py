"""A server whose files the archive may fetch, although it is on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings

from tests.support.file_server import FileServer, file_server


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as running, override_settings(FETCH_ALLOW_HOSTS=frozenset({running.host})):
        yield running
