"""The login: it lets people in, and locks after ten wrong passwords."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from tests.support.admin_rows import page
from tests.support.factories import make_staff

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def attempt(client: Client, password: str, name: str = "ada") -> int:
    return client.post(LOGIN, {"username": name, "password": password}).status_code


def test_the_right_password_opens_the_admin() -> None:
    make_staff("ada")
    response = Client().post(f"{LOGIN}?next=/admin/", {"username": "ada", "password": "listen closely"})
    assert response.status_code == 302
    assert response["Location"] == "/admin/"


def test_a_wrong_password_is_refused_with_a_reason() -> None:
    make_staff("ada")
    response = Client().post(LOGIN, {"username": "ada", "password": "wrong"})
    assert "Please enter the correct username and password" in page(response)


def test_ten_wrong_passwords_lock_and_the_right_one_does_not_help() -> None:
    make_staff("ada")
    client = Client()
    assert [attempt(client, "wrong") for _ in range(10)] == [200] * 9 + [429]
    assert attempt(client, "listen closely") == 429


def test_others_are_not_locked_out() -> None:
    make_staff("ada")
    make_staff("grace")
    client = Client()
    for _ in range(10):
        attempt(client, "wrong")
    assert attempt(client, "listen closely", "grace") == 302


def test_the_locked_page_explains_what_to_do(settings: Any) -> None:
    settings.AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
    client = Client()
    for _ in range(10):
        response = client.post(LOGIN, {"username": "ada", "password": "wrong"})
    assert response.status_code == 429
    assert "Try again in 15 min." in response.content.decode()


def test_no_password_is_stored(boss: Client) -> None:
    attempt(Client(), "my-secret-password")
    stored = str(list(AccessAttempt.objects.values()))
    assert "my-secret-password" not in stored
    assert "my-secret-password" not in page(boss.get("/admin/axes/accessattempt/"))


def test_only_the_right_password_tells_that_an_account_has_no_access() -> None:
    User.objects.create_user("eve", password="listen closely")
    told, client = "this account has no access here. Ask somebody with the role admin", Client()
    assert told in page(client.post(LOGIN, {"username": "eve", "password": "listen closely"}))
    assert "_auth_user_id" not in client.session
    wrong = [client.post(LOGIN, {"username": name, "password": "wrong"}) for name in ("eve", "nobody")]
    assert all("Please enter the correct username and password" in page(answer) for answer in wrong)
    assert all(told not in page(answer) for answer in wrong)
