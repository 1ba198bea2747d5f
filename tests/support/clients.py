"""Clients that are logged in: one way for pages, one for the API."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from tracks.models import ApiToken

# Makes the client of a staff member who has these permissions only, named as in ``view_task``.
MayOnly = Callable[..., Client]


def session_client(user: User) -> Client:
    """A browser without scripts, with this user's session."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def token_client(user: User, scope: str = "") -> APIClient:
    """A program with a token of this user, of this scope; it sends JSON."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.issue(user.pk, scope)}")
    client.default_format = "json"
    return client
