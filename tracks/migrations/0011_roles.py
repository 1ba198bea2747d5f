"""The roles as groups; staff of before become operators, and API tokens get a scope."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from tracks.services.role_groups import write_role_groups


def make_roles(apps: Any, schema_editor: Any) -> None:
    write_role_groups(apps)
    # Until now pages and API asked for a login only: each of these ordered, edited and archived.
    staff = apps.get_model("auth", "User").objects.filter(
        is_active=True, is_staff=True, is_superuser=False
    )
    apps.get_model("auth", "Group").objects.get(name="operator").user_set.add(*staff)


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
