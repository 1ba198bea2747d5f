"""The groups of the roles, for migrations: they call this when a role gets new permissions."""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed

from tracks.domain.roles import Role, permissions_of


def write_role_groups(apps: Any) -> None:
    """Makes missing groups, and adds missing permissions of models that exist; takes none away.

    ``apps``: the registry of a migration, or Django's own.
    """
    groups = apps.get_model("auth", "Group").objects
    for role in Role:
        group, _ = groups.get_or_create(name=role.value)
        found = [_permission(apps, name) for name in sorted(permissions_of(role))]
        group.permissions.add(*[permission for permission in found if permission])


def _permission(apps: Any, name: str) -> Any:
    """The row of ``app.verb_model``, made if it is not there: Django makes them after all migrations."""
    app, codename = name.split(".")
    verb, model = codename.split("_", 1)
    try:
        label = installed.get_model(app, model)._meta.verbose_name_raw
    except LookupError:
        return None
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {verb} {label}"}
    )
    return permission
