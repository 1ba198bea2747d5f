"""The API's schema as it is served."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.support.clients import token_client
from tests.support.factories import make_staff


@pytest.fixture
def schema(db: None) -> dict[str, Any]:
    """For reading only: one answer serves all tests of a process, for it takes longer than most of them."""
    return served()


@cache
def served() -> dict[str, Any]:
    return dict(token_client(make_staff("reader")).get("/api/v1/schema/").json())
