"""The roles as groups; staff of before become operators, and API tokens get a scope."""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.db import migrations, models


def _all(verbs: str, app: str, names: str) -> list[str]:
    return [f"{app}.{verb}_{name}" for name in names.split() for verb in verbs.split()]


# What tracks/domain/roles.py said when this was written: a migration does the same whatever changes later.
# Each role also has the permissions of those before it.
ADDED = {
    "viewer": _all("view", "tracks", "track task asset lyricline event account catalogueentry"),
    "curator": ["tracks.change_track"],
    "operator": [
        *_all("change", "tracks", "task asset account"),
        "tracks.add_task",
        *_all("add change delete", "tracks", "catalogueentry"),
        *_all("view", "tracks", "statement worker"),
        *_all("view change", "callbacks", "callbackevent"),
    ],
    "admin": [
        *_all("view add change delete", "auth", "user"),
        "auth.view_group",
        *_all("view add delete", "tracks", "apitoken"),
        *_all("view", "django_q", "schedule success failure ormq"),
        *_all("view", "axes", "accesslog accessfailurelog accessattempt"),
        "axes.delete_accessattempt",
    ],
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects
    names: list[str] = []
    for role, added in ADDED.items():
        names += added
        _step_aside(groups, role)
        group = groups.create(name=role)
        group.permissions.add(*filter(None, [_permission(apps, name) for name in names]))
    # Until now pages and API asked for a login only: each of these ordered, edited and archived. Whoever is
    # inactive could too, and may be activated again.
    staff = apps.get_model("auth", "User").objects.filter(is_staff=True, is_superuser=False)
    groups.get(name="operator").user_set.add(*staff)


def _step_aside(groups: Any, role: str) -> None:
    """Renames a group that already has the role's name: its members were never meant to get the role."""
    taken = set(groups.values_list("name", flat=True))
    names = (f"{role} (before roles{number})" for number in ("", *(f" {n}" for n in range(2, len(taken) + 3))))
    groups.filter(name=role).update(name=next(name for name in names if name not in taken))


def _permission(apps: Any, name: str) -> Any:
    """The row of ``app.verb_model``, made if it is not there: Django makes them after all migrations."""
    app, codename = name.split(".")
    verb, model = codename.split("_", 1)
    label = _label(apps, app, model)
    if label is None:
        return None
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {verb} {label}"}
    )
    return permission


def _label(apps: Any, app: str, model: str) -> str | None:
    """What the model is called, here or in a library whose migrations this one does not wait for."""
    for registry in (apps, installed):
        try:
            return str(registry.get_model(app, model)._meta.verbose_name_raw)
        except LookupError:
            continue
    return None


class Migration(migrations.Migration):
    dependencies = [
        ("tracks", "0010_name_hosts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(
                blank=True,
                choices=[
                    ("viewer", "viewer"),
                    ("curator", "curator"),
                    ("operator", "operator"),
                    ("admin", "admin"),
                ],
                help_text="It may do what this role may, as far as its user may; blank: all that the user may.",
                max_length=16,
            ),
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop, elidable=False),
    ]
