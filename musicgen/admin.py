"""The admin as a whole: its name, and the queue's own tables, which may be looked at and no more.

A schedule names any Python function to call, and a failed job can be sent again without a permission for it
(django_q/admin.py, 1.11.1), so nobody makes, changes or resubmits them here: `setup_schedules` does.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin

from tracks.admin.facts import FactAdmin

admin.site.site_header = "musicgen"
admin.site.site_title = "musicgen"
admin.site.index_title = "What needs you"
admin.site.empty_value_display = "–"

for name in ("schedule", "success", "failure", "ormq"):
    model = apps.get_model("django_q", name)
    theirs = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    admin.site.register(
        model, type(f"{model.__name__}Facts", (FactAdmin, theirs), {"actions": (), "ordering": None})
    )
