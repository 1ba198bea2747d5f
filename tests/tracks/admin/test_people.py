"""Users in the admin: nobody gives more than they have, and the last superuser stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.support.admin_rows import change_url, list_url, page
from tests.support.clients import session_client
from tests.support.factories import make_staff, make_superuser

pytestmark = pytest.mark.django_db
FIELDS = ("username", "first_name", "last_name", "email")
JOINED = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}


def form_of(user: User, **over: Any) -> dict[str, Any]:
    """The user's form as the page would send it unchanged; a value of None is a tick that is taken out."""
    ticks = {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)}
    groups = list(user.groups.values_list("pk", flat=True))
    texts = {name: getattr(user, name) for name in FIELDS}
    values = {**texts, **ticks, **JOINED, "groups": groups} | over
    return {name: value for name, value in values.items() if value is not None}


def delete_url(user: User) -> str:
    return reverse("admin:auth_user_delete", args=[user.pk])


def password_url(user: User) -> str:
    return reverse("admin:auth_user_password_change", args=[user.pk])


def delete_all(client: Client, *users: User) -> Any:
    chosen = {"action": "delete_selected", "_selected_action": [user.pk for user in users], "post": "yes"}
    return client.post(list_url("auth_user"), chosen)


@pytest.fixture
def admin_client(db: None) -> Client:
    """Of somebody with the role admin, who is no superuser."""
    return session_client(make_staff("ines", "admin"))


@pytest.fixture
def root(db: None) -> User:
    return make_superuser("root")


@pytest.mark.parametrize("tick", ["is_active", "is_staff", "is_superuser"])
def test_the_last_superuser_cannot_demote_themselves(root: User, tick: str) -> None:
    answer = session_client(root).post(change_url(root), form_of(root, **{tick: None}))
    assert "the last superuser who can log in" in page(answer)
    root.refresh_from_db()
    assert getattr(root, tick)


def test_the_last_superuser_cannot_be_deleted(root: User) -> None:
    client = session_client(root)
    assert "the last superuser who can log in" in page(client.post(delete_url(root), {"post": "yes"}))
    delete_all(client, root)
    assert User.objects.filter(pk=root.pk).exists()


def test_all_superusers_at_once_cannot_be_deleted(root: User) -> None:
    other = make_superuser("other")
    delete_all(session_client(root), root, other)
    assert User.objects.filter(is_superuser=True).count() == 2


def test_the_last_superuser_keeps_a_password(root: User) -> None:
    off = {"usable_password": "false", "unset-password": "1"}
    assert "the last superuser who can log in" in page(session_client(root).post(password_url(root), off))
    root.refresh_from_db()
    assert root.has_usable_password()


@pytest.mark.parametrize("over", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_a_superuser_who_cannot_log_in_does_not_count(root: User, over: dict[str, Any]) -> None:
    User.objects.filter(pk=make_superuser("other").pk).update(**over)
    session_client(root).post(change_url(root), form_of(root, is_superuser=None))
    root.refresh_from_db()
    assert root.is_superuser


def test_of_two_superusers_one_may_go(root: User) -> None:
    other = make_superuser("other")
    client = session_client(root)
    client.post(change_url(other), form_of(other, is_superuser=None))
    assert not User.objects.get(pk=other.pk).is_superuser
    client.post(delete_url(other), {"post": "yes"})
    assert not User.objects.filter(pk=other.pk).exists()


def test_the_last_superuser_may_change_their_name_and_role(root: User) -> None:
    groups = [make_staff("ada", "viewer").groups.get().pk]
    session_client(root).post(change_url(root), form_of(root, first_name="Ada", groups=groups))
    root.refresh_from_db()
    assert (root.first_name, root.groups.count()) == ("Ada", 1)


def test_an_admin_gives_roles(admin_client: Client) -> None:
    ada = make_staff("ada", "")
    role = Group.objects.get(name="curator")
    admin_client.post(change_url(ada), form_of(ada, groups=[role.pk]))
    assert list(ada.groups.all()) == [role]


def test_an_admin_makes_no_superuser(admin_client: Client) -> None:
    ada, ines = make_staff("ada", "viewer"), User.objects.get(username="ines")
    for user in (ada, ines):
        admin_client.post(change_url(user), form_of(user, is_superuser="on"))
        assert not User.objects.get(pk=user.pk).is_superuser


def test_an_admin_gives_no_single_permission(admin_client: Client) -> None:
    ines = User.objects.get(username="ines")
    wanted = Permission.objects.get(codename="change_group")
    admin_client.post(change_url(ines), form_of(ines, user_permissions=[wanted.pk]))
    assert not ines.user_permissions.exists()


def test_an_admin_gives_no_group_that_may_more(admin_client: Client) -> None:
    strong = Group.objects.create(name="strong")
    strong.permissions.add(Permission.objects.get(codename="change_group"))
    ada = make_staff("ada", "viewer")
    answer = admin_client.post(change_url(ada), form_of(ada, groups=[strong.pk]))
    assert answer.status_code == 200
    assert not ada.groups.filter(name="strong").exists()


def test_an_admin_cannot_touch_a_superuser(admin_client: Client, root: User) -> None:
    old = root.password
    new = {"password1": "listen much closer", "password2": "listen much closer", "usable_password": "true"}
    assert admin_client.post(password_url(root), new).status_code == 403
    assert admin_client.post(change_url(root), form_of(root, is_active=None)).status_code == 403
    assert admin_client.post(delete_url(root), {"post": "yes"}).status_code == 403
    delete_all(admin_client, root)
    root.refresh_from_db()
    assert (root.password, root.is_active) == (old, True)


def test_an_admin_cannot_touch_who_may_something_that_they_may_not(admin_client: Client) -> None:
    ada = make_staff("ada", "viewer")
    ada.user_permissions.add(Permission.objects.get(codename="change_group"))
    assert admin_client.post(change_url(ada), form_of(ada, is_active=None)).status_code == 403


def test_an_admin_makes_a_user_and_a_token_for_them(admin_client: Client, root: User) -> None:
    new = {"username": "eve", "password1": "listen much closer", "password2": "listen much closer"}
    admin_client.post(reverse("admin:auth_user_add"), new | {"usable_password": "true"})
    eve = User.objects.get(username="eve")
    admin_client.post(change_url(eve), form_of(eve, is_staff="on"))
    add = reverse("admin:tracks_apitoken_add")
    assert "api-token" in page(admin_client.post(add, {"user": eve.pk, "scope": "viewer"}))
    assert admin_client.post(add, {"user": root.pk, "scope": ""}).context["errors"]


def stronger(name: str, by_group: bool) -> User:
    """A deactivated user who may something that an admin may not."""
    user, more = make_staff(name, "viewer", is_active=False), Permission.objects.get(codename="change_group")
    if by_group:
        group = Group.objects.create(name="strong")
        group.permissions.add(more)
        user.groups.add(group)
    else:
        user.user_permissions.add(more)
    return user


@pytest.mark.parametrize("by_group", [True, False])
def test_an_admin_cannot_take_over_a_deactivated_user_who_may_more(
    admin_client: Client, by_group: bool
) -> None:
    ada = stronger("ada", by_group)
    old = ada.password
    new = {"password1": "listen much closer", "password2": "listen much closer", "usable_password": "true"}
    assert admin_client.post(password_url(ada), new).status_code == 403
    assert admin_client.post(change_url(ada), form_of(ada, is_active="on")).status_code == 403
    assert admin_client.post(delete_url(ada), {"post": "yes"}).status_code == 403
    delete_all(admin_client, ada)
    ada.refresh_from_db()
    assert (ada.password, ada.is_active) == (old, False)


@pytest.mark.parametrize("over", [{}, {"is_staff": False}])
def test_an_admin_activates_who_may_no_more_than_they(admin_client: Client, over: dict[str, bool]) -> None:
    ada = make_staff("ada", "operator", is_active=False)
    User.objects.filter(pk=ada.pk).update(**over)
    ada.refresh_from_db()
    admin_client.post(change_url(ada), form_of(ada, is_active="on"))
    ada.refresh_from_db()
    assert ada.is_active
