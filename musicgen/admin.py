"""The admin as a whole: its name, and the tables of libraries; those of the queue are read-only.

A schedule names any Python function to call, and a failed job can be sent again without a permission for it
(django_q/admin.py, 1.11.1), so nobody adds, changes or resubmits them here: `setup_schedules` does.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin

from musicgen.login_form import StaffLogin
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.offered import OfferedLookups

admin.site.site_header = "musicgen"
admin.site.site_title = "musicgen"
admin.site.index_title = "What needs your attention"
admin.site.empty_value_display = "–"
admin.site.login_form = StaffLogin

for name in ("accessattempt", "accesslog", "accessfailurelog"):
    model = apps.get_model("axes", name)
    original = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    # Its one action fails whenever it is called (axes/admin.py, 8.3.1); the next wrong password deletes the
    # expired attempts anyway.
    admin.site.register(model, type(f"{model.__name__}Offered", (OfferedLookups, original), {"actions": ()}))

for name in ("schedule", "success", "failure", "ormq"):
    model = apps.get_model("django_q", name)
    original = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    admin.site.register(
        model, type(f"{model.__name__}ReadOnly", (ReadOnlyAdmin, original), {"actions": (), "ordering": None})
    )
