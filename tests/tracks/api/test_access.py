"""Who may ask: staff, by token or session, and nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.clients import token_client
from tests.support.factories import make_task, make_track

pytestmark = pytest.mark.django_db

ADDRESSES = [
    ("get", "tasks/"),
    ("post", "tasks/"),
    ("get", "tasks/1/"),
    ("post", "tasks/1/refresh/"),
    ("post", "tasks/1/settle/"),
    ("get", "tracks/"),
    ("get", "tracks/1/"),
    ("patch", "tracks/1/"),
    ("post", "tracks/1/archive/"),
    ("get", "tracks/1/lyrics.json"),
    ("put", "tracks/1/lyrics/"),
    ("get", "tracks/1/lyrics/lint/"),
    ("post", "tracks/1/lyrics/restore/"),
    ("get", "tracks/1/lyrics/versions/"),
    ("get", "tracks/1/lyrics/versions/1/"),
    ("get", "tracks/1/lyrics.lrc"),
    ("get", "tracks/1/media/audio"),
    ("get", "tracks/1/tagged.mp3"),
    ("head", "tracks/1/media/audio"),
    ("get", "events/"),
    ("get", "schema/"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_who_is_not_logged_in_is_refused(method: str, address: str) -> None:
    answer = APIClient().generic(method.upper(), f"/api/v1/{address}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert method == "head" or refusal(answer, 401)["code"] == "not_authenticated"


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_a_user_who_is_not_staff_is_refused(method: str, address: str) -> None:
    client = token_client(User.objects.create_user("bob", password="x"))
    answer = client.generic(method.upper(), f"/api/v1/{address}")
    assert answer.status_code == 403
    assert method == "head" or refusal(answer, 403)["code"] == "permission_denied"


@pytest.mark.parametrize("header", ["Token nonsense", "Token", "Token a b", "token \x00", "Token é"])
def test_a_token_that_is_none_is_refused(header: str) -> None:
    answer = APIClient().get("/api/v1/tasks/", HTTP_AUTHORIZATION=header)
    assert refusal(answer, 401)["code"] == "authentication_failed"


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer x", "\x00", "é"])
def test_another_scheme_is_no_login(header: str) -> None:
    answer = APIClient().get("/api/v1/tasks/", HTTP_AUTHORIZATION=header)
    assert refusal(answer, 401)["code"] == "not_authenticated"


def test_the_token_of_a_deactivated_user_is_refused(api: APIClient, ada: User) -> None:
    ada.is_active = False
    ada.save()
    refusal(api.get("/api/v1/tasks/"), 401)


def test_the_token_of_a_user_who_left_the_staff_is_refused(api: APIClient, ada: User) -> None:
    ada.is_staff = False
    ada.save()
    refusal(api.get("/api/v1/tasks/"), 403)


def test_a_staff_session_reads(ada: User) -> None:
    client = APIClient()
    client.force_login(ada)
    assert client.get("/api/v1/tasks/").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_session_writes_only_with_a_csrf_token(ada: User, method: str) -> None:
    address = f"/api/v1/tracks/{make_track().pk}/" + ("archive/" if method == "POST" else "")
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ada)
    refusal(client.generic(method, address, "{}", "application/json"), 403)
    client.get("/admin/")
    token = client.get("/admin/password_change/").cookies["csrftoken"].value
    answer = client.generic(method, address, "{}", "application/json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code in (200, 202)


def test_a_token_needs_no_csrf_token(ada: User) -> None:
    client = token_client(ada)
    client.handler.enforce_csrf_checks = True
    task = make_task()
    assert client.post(f"/api/v1/tasks/{task.pk}/refresh/").status_code == 202


def test_a_malformed_form_in_a_session_is_refused(ada: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ada)
    client.get("/admin/password_change/")
    kind = "multipart/form-data; boundary=x"
    refusal(client.generic("POST", "/api/v1/tasks/", "--x\r\n", kind), 415)
