"""An upgrade keeps what staff could do until then, and makes the roles as groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.upgrade import upgraded_by
from tracks.domain.roles import Role, permissions_of

# In a process of its own, as migrations are made on a database that nobody else has open.
UPGRADE = """
import json, django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.core.management import call_command

executor = MigrationExecutor(connection)
others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in ("tracks", "callbacks")]
old = executor.migrate([*others, ("tracks", "0007_names")]).apps
User = old.get_model("auth", "User")
friends = old.get_model("auth", "Group").objects.create(name="friends")
for name, over in {
    "plain": {"is_staff": False},
    "staff": {"is_staff": True},
    "grouped": {"is_staff": True},
    "gone": {"is_staff": True, "is_active": False},
    "accountant": {"is_staff": True},
    "listener": {"is_staff": False},
    "root": {"is_staff": True, "is_superuser": True},
}.items():
    User.objects.create(username=name, **over)
User.objects.get(username="grouped").groups.add(friends)
before = {"admin": "accountant", "viewer": "listener", "viewer (before roles)": "listener"}
for name, member in before.items():
    User.objects.get(username=member).groups.add(old.get_model("auth", "Group").objects.create(name=name))
staff = User.objects.get(username="staff").pk
old.get_model("tracks", "ApiToken").objects.create(user_id=staff, digest="a" * 64)
call_command("migrate", verbosity=0)
from django.contrib.auth.models import Group, Permission, User
from tracks.models import ApiToken
kinds = Permission.objects
names = lambda rows: sorted(f"{row.content_type.app_label}.{row.codename}" for row in rows)
print(json.dumps({
    "groups": {user.username: sorted(g.name for g in user.groups.all()) for user in User.objects.all()},
    "roles": {group.name: names(group.permissions.all()) for group in Group.objects.all()},
    "scopes": [token.scope for token in ApiToken.objects.all()],
    "named": Permission.objects.get(codename="view_apitoken").name,
    "twice": Permission.objects.count() - len(set(kinds.values_list("content_type", "codename"))),
}))
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return upgraded_by(UPGRADE, tmp_path_factory.mktemp("old"))


def test_staff_become_operators_who_could_do_all_that_before(upgraded: dict[str, Any]) -> None:
    assert upgraded["groups"] == {
        "plain": [],
        "staff": ["operator"],
        "grouped": ["friends", "operator"],
        "gone": ["operator"],
        "accountant": ["admin (before roles)", "operator"],
        "listener": ["viewer (before roles 2)", "viewer (before roles)"],
        "root": [],
    }


def test_each_role_is_a_group_with_its_permissions(upgraded: dict[str, Any]) -> None:
    expected = {role.value: sorted(permissions_of(role)) for role in Role}
    assert {name: upgraded["roles"][name] for name in expected} == expected


def test_a_group_that_had_a_roles_name_gives_no_more_than_before(upgraded: dict[str, Any]) -> None:
    before = ["admin (before roles)", "friends", "viewer (before roles 2)", "viewer (before roles)"]
    others = {name: names for name, names in upgraded["roles"].items() if name not in list(Role)}
    assert others == {name: [] for name in before}


def test_tokens_of_before_may_all_that_their_users_may(upgraded: dict[str, Any]) -> None:
    assert upgraded["scopes"] == [""]


def test_permissions_are_the_ones_that_django_would_have_made(upgraded: dict[str, Any]) -> None:
    assert (upgraded["named"], upgraded["twice"]) == ("Can view API token", 0)
