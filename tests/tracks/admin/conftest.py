"""Clients of the admin: one who may everything, and ones who may only what a test says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.support.factories import make_staff, make_superuser

MayOnly = Callable[..., Client]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def boss(db: None) -> Client:
    return client_of(make_superuser("boss"))


@pytest.fixture
def may_only(db: None) -> MayOnly:
    """Staff with these permissions, named as in ``view_task``."""

    def make(*codenames: str) -> Client:
        user = make_staff("grace")
        permissions = Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=["tracks", "callbacks"]
        )
        assert len(permissions) == len(codenames)
        user.user_permissions.set(permissions)
        return client_of(user)

    return make
