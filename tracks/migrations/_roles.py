"""What migrations give to roles."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Each role may do what those before it may, and viewers may look: see tracks/domain/roles.py.
ROLES = ("viewer", "curator", "operator", "admin")


def let_roles_look(*models: str) -> migrations.RunPython:
    """Lets every role look at rows of these new models, named as ``playlist``.

    Django makes the permissions of new models after all migrations, so they are made here if they lack.
    """

    def allow(apps: Any, schema_editor: Any) -> None:
        for name in models:
            _allow(apps, name)

    return migrations.RunPython(allow, migrations.RunPython.noop, elidable=False)


def _allow(apps: Any, name: str) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="tracks", model=name
    )
    label = apps.get_model("tracks", name)._meta.verbose_name_raw
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=f"view_{name}", defaults={"name": f"Can view {label}"}
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(permission)
