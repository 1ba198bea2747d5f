"""A staff member's clients of the pages and of the API, and a third provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from tests.support.clients import session_client, token_client
from tests.support.factories import make_staff
from tests.support.http_server import Service, json_reply, serving
from tracks import providers


@pytest.fixture
def ada(db: None) -> User:
    return make_staff("ada")


@pytest.fixture
def staff(ada: User) -> Client:
    return session_client(ada)


@pytest.fixture
def api(ada: User) -> APIClient:
    return token_client(ada)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The toy provider in the registry, and the music box that it talks to: it takes every tune."""
    with serving(lambda request: json_reply({"box": "b7"})) as service:
        monkeypatch.setenv("TOY_URL", service.url)
        monkeypatch.setitem(providers.REGISTRY, "toy", "tests.support.toy.provider")
        providers.forget()
        yield service
        providers.forget()
