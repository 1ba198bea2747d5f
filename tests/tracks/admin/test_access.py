"""API tokens in the admin: made, shown once, revoked."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support.admin_rows import change_url, list_url, page
from tests.support.clients import MayOnly, session_client
from tests.support.factories import make_staff, make_superuser
from tracks.models import ApiToken

pytestmark = pytest.mark.django_db
ADD = reverse("admin:tracks_apitoken_add")


@pytest.fixture
def admin_client(db: None) -> Client:
    """Of somebody with the role admin, who is no superuser."""
    return session_client(make_staff("ines", "admin"))


def made(text: str) -> str:
    found = re.search(r'<b id="api-token">([\w-]{40,})</b>', text)
    assert found
    return found[1]


def test_a_new_token_is_shown_once_and_works(boss: Client) -> None:
    ada = make_staff("ada")
    token = made(page(boss.post(ADD, {"user": ada.pk})))
    answer = Client().get("/api/v1/tasks/", headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 200
    for address in (list_url("tracks_apitoken"), change_url(ApiToken.objects.get()), "/admin/"):
        assert token not in page(boss.get(address))


def test_the_token_itself_is_in_no_cookie_and_no_row(boss: Client) -> None:
    response = boss.post(ADD, {"user": make_staff("ada").pk})
    token = made(page(response))
    assert not any(token in cookie.value for cookie in boss.cookies.values())
    assert token not in str(list(ApiToken.objects.values()))
    assert not any(token in str(session.get_decoded()) for session in Session.objects.all())


def test_the_page_with_the_token_is_not_kept_by_the_browser(boss: Client) -> None:
    response = boss.post(ADD, {"user": make_staff("ada").pk})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("over", [{"is_staff": False}, {"is_active": False}])
def test_a_token_is_for_active_staff_only(boss: Client, over: dict[str, bool]) -> None:
    user = make_staff("ada")
    type(user).objects.filter(pk=user.pk).update(**over)
    assert boss.post(ADD, {"user": user.pk}).context["errors"]
    assert not ApiToken.objects.exists()


def test_only_a_superuser_makes_a_token_in_anothers_name(may_only: MayOnly) -> None:
    client = may_only("add_apitoken", "view_apitoken")
    assert client.post(ADD, {"user": make_superuser("root").pk}).context["errors"]
    own = client.get(ADD).context["adminform"].form["user"].initial
    assert made(page(client.post(ADD, {"user": own})))


def test_the_list_says_whose_and_since_when(boss: Client) -> None:
    ApiToken.issue(make_staff("ada").pk)
    text = page(boss.get(list_url("tracks_apitoken")))
    assert "ada" in text
    assert "just now" in text


def test_the_hash_is_on_no_page(boss: Client) -> None:
    ApiToken.issue(make_staff("ada").pk)
    token = ApiToken.objects.get()
    assert token.digest not in page(boss.get(change_url(token)))


def test_deleting_revokes(boss: Client) -> None:
    text = ApiToken.issue(make_staff("ada").pk)
    row = ApiToken.objects.get()
    boss.post(reverse("admin:tracks_apitoken_delete", args=[row.pk]), {"post": "yes"})
    assert not ApiToken.objects.exists()
    answer = Client().get("/api/v1/tasks/", headers={"Authorization": f"Token {text}"})
    assert answer.status_code == 401


def test_an_admin_revokes_no_token_of_who_may_more(admin_client: Client) -> None:
    more = make_staff("ada", "viewer", is_active=False)
    more.user_permissions.add(Permission.objects.get(codename="change_group"))
    for owner in (make_superuser("root"), more):
        ApiToken.issue(owner.pk)
    rows = [row.pk for row in ApiToken.objects.all()]
    for row in rows:
        answer = admin_client.post(reverse("admin:tracks_apitoken_delete", args=[row]), {"post": "yes"})
        assert answer.status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
    admin_client.post(list_url("tracks_apitoken"), chosen)
    assert ApiToken.objects.count() == 2


def test_an_admin_revokes_the_tokens_of_others(admin_client: Client) -> None:
    ApiToken.issue(make_staff("ada", "admin").pk)
    row = ApiToken.objects.get()
    admin_client.post(reverse("admin:tracks_apitoken_delete", args=[row.pk]), {"post": "yes"})
    assert not ApiToken.objects.exists()


def test_the_form_asks_as_often_for_many_users_as_for_few(admin_client: Client) -> None:
    make_staff("ada")
    with CaptureQueriesContext(connection) as few:
        page(admin_client.get(ADD))
    for number in range(20):
        make_staff(f"user{number}", ["viewer", "operator", "admin"][number % 3])
    with CaptureQueriesContext(connection) as many:
        text = page(admin_client.get(ADD))
    assert "user19" in text
    assert len(many) == len(few)


def test_a_token_cannot_change_hands(boss: Client) -> None:
    ApiToken.issue(make_staff("ada").pk)
    row = ApiToken.objects.get()
    assert boss.post(change_url(row), {"user": make_staff("eve").pk}).status_code == 403
