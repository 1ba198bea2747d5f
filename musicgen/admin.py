"""The admin as a whole: its name, and the tables of libraries; those of the queue are read-only.

A schedule names any Python function to call, and a failed job can be sent again without a permission for it
(django_q/admin.py, 1.11.1), so nobody adds, changes or resubmits them here: `setup_schedules` does.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.utils.safestring import SafeString

from musicgen.login_form import StaffLogin
from tracks.admin import formatting
from tracks.admin.base import ReadOnlyAdmin
from tracks.admin.offered import OfferedLookups
from tracks.presentation.labels import BAD, OK, QUIET, WARN, StateLabel
from tracks.presentation.times import duration_text

admin.site.site_header = "musicgen"
admin.site.site_title = "musicgen"
admin.site.index_title = "What needs your attention"
admin.site.empty_value_display = formatting.NOTHING
admin.site.login_form = StaffLogin


@admin.display(description="state")
def attempt_state(attempt: Any) -> SafeString:
    """Of an AccessAttempt: whether its name can log in from there."""
    left = settings.AXES_FAILURE_LIMIT - attempt.failures_since_start
    if left <= 0:
        return formatting.state(StateLabel("locked", BAD, "Until its last wrong password is old enough."))
    return formatting.state(StateLabel(f"{left} tries left", WARN if left <= 3 else QUIET))


@admin.display(description="last run")
def last_run(schedule: Any) -> SafeString | str:
    """Of a Schedule, with its job as a link."""
    if schedule.task_name is None:
        return formatting.NOTHING
    model = "django_q_success" if schedule.task_success else "django_q_failure"
    return formatting.row_link(model, schedule.task_id, schedule.task_name)


@admin.display(description="state")
def schedule_state(schedule: Any) -> SafeString:
    if schedule.task_name is None:
        return formatting.state(StateLabel("not run yet", QUIET))
    label = StateLabel("done", OK) if schedule.task_success else StateLabel("failed", BAD)
    return formatting.state(label)


@admin.display(description="took")
def took(job: Any) -> str:
    return duration_text(job.stopped - job.started)


LISTS: dict[str, tuple[Any, ...]] = {
    "accessattempt": ("username", attempt_state, "ip_address", "attempt_time", "path_info", "user_agent"),
    "accesslog": ("username", "attempt_time", "logout_time", "ip_address", "path_info", "user_agent"),
    "accessfailurelog": ("username", "attempt_time", "ip_address", "path_info", "user_agent"),
    "schedule": ("id", "name", schedule_state, last_run, "next_run", "schedule_type", "func"),
    "success": ("name", "func", "started", took, "group", "cluster"),
    "failure": ("name", "short_result", "func", "started", took, "group"),
    "ormq": ("id", "name", "func", "group", "lock"),
}

for name in ("accessattempt", "accesslog", "accessfailurelog"):
    model = apps.get_model("axes", name)
    original = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    # Its one action fails whenever it is called (axes/admin.py, 8.3.1); the next wrong password deletes the
    # expired attempts anyway.
    options: dict[str, Any] = {"actions": (), "list_display": LISTS[name]}
    admin.site.register(model, type(f"{model.__name__}Offered", (OfferedLookups, original), options))

for name in ("schedule", "success", "failure", "ormq"):
    model = apps.get_model("django_q", name)
    original = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    options = {"actions": (), "ordering": None, "list_display": LISTS[name]}
    admin.site.register(model, type(f"{model.__name__}ReadOnly", (ReadOnlyAdmin, original), options))
