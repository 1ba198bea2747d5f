"""A staff member's client, and what a page says to eyes and to machines."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.factories import make_staff


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
    return client
