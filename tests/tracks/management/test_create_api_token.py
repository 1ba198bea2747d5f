"""`manage.py create_api_token`: a token that works, for active staff only."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from tests.support.factories import make_staff

pytestmark = pytest.mark.django_db


def issue(username: str, *options: str) -> str:
    out = StringIO()
    call_command("create_api_token", username, *options, stdout=out)
    return out.getvalue().strip()


def test_the_token_opens_the_api() -> None:
    make_staff("ada")
    answer = Client().get("/api/v1/tasks/", headers={"Authorization": f"Token {issue('ada')}"})
    assert answer.status_code == 200


def test_a_scope_makes_a_token_of_less() -> None:
    make_staff("ada", "operator")
    headers = {"Authorization": f"Token {issue('ada', '--scope', 'viewer')}"}
    assert Client().get("/api/v1/tasks/", headers=headers).status_code == 200
    assert Client().post("/api/v1/tasks/", headers=headers).status_code == 403


def test_nobody_of_that_name_is_an_error() -> None:
    with pytest.raises(CommandError, match="There is no user 'grace'"):
        issue("grace")


@pytest.mark.parametrize("over", [{"is_staff": False}, {"is_active": False}])
def test_whoever_may_not_use_the_api_gets_no_token(over: dict[str, bool]) -> None:
    make_staff("ada")
    User.objects.update(**over)
    with pytest.raises(CommandError, match="ada is not an active staff user"):
        issue("ada")
