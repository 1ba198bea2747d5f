"""A client with a staff user's token."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.support.factories import make_staff
from tracks.models import ApiToken


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.issue(user.pk)}")
    client.default_format = "json"
    return client


@pytest.fixture
def ada() -> User:
    return make_staff("ada")


@pytest.fixture
def api(ada: User) -> APIClient:
    return client_of(ada)
