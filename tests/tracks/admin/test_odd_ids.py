"""No id ends in a fault of ours anywhere in the admin, in an address or in a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django_q.models import Success

from tests.support.admin_rows import list_url, make_whole_song, messages_of
from tests.support.factories import make_staff, make_task
from tracks.admin.offered import may_be_key
from tracks.models import Event, Task

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
# What one of the two databases refuses, or Python; the others are tried without asking a page.
ODD = ["", "abc", "\0", "9" * 30, "é" * 300]
NO_NUMBERS = [*ODD, " ", "1\0", "9" * 5000, "-" + "9" * 30, "_5F", "1.5", "1e3", "NaN"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_no_column_of_numbers_holds_is_no_id(text: str) -> None:
    assert not may_be_key(Task._meta.pk, text)


@pytest.mark.parametrize(
    ("text", "may"), [("a" * 32, True), ("a" * 33, False), ("a\0", False), ("abc", True)]
)
def test_an_id_of_text_is_as_long_as_its_column(text: str, may: bool) -> None:
    assert may_be_key(Success._meta.pk, text) is may


def answered(client: Client, method: str, address: str, body: dict[str, Any] | None = None) -> Any:
    # On PostgreSQL a statement that fails ends the transaction, and a test is one.
    with transaction.atomic():
        answer = getattr(client, method)(address, body or {})
        transaction.set_rollback(True)
    assert answer.status_code < 500, (method, address[:80], body)
    return answer


def name_of(model: type[models.Model]) -> str:
    return model._meta.label_lower.replace(".", "_")


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_any_id_in_an_address_is_answered(boss: Client, model: type[models.Model]) -> None:
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False).pk
    for odd in map(quote, ODD):
        for place in ("change/", "change/?_to_field=id", "history/", "delete/"):
            answered(boss, "get", f"{list_url(name_of(model))}{odd}/{place}")
        answered(boss, "get", f"/admin/r/{kind}/{odd}/")


def test_any_id_of_a_user_or_a_kind_is_answered(boss: Client) -> None:
    for odd in map(quote, ODD):
        answered(boss, "get", f"/admin/auth/user/{odd}/password/")
        answered(boss, "get", f"/admin/r/{odd}/1/")


def actions_of(client: Client, model: type[models.Model]) -> list[str]:
    form = client.get(list_url(name_of(model))).context["action_form"]
    return [name for name, _ in form.fields["action"].choices if name] if form else []


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_any_selection_is_answered(boss: Client, model: type[models.Model]) -> None:
    make_whole_song()
    for action in ["", "nothing", *actions_of(boss, model)]:
        for odd in ["", "abc", "\0", "9" * 30, ODD]:
            chosen = {"action": action, "_selected_action": odd, "index": "0"}
            answered(boss, "post", list_url(name_of(model)), chosen)
        answered(boss, "post", list_url(name_of(model)), {"action": action, "_selected_action": ODD})


def test_what_is_no_id_is_left_out_of_a_selection(boss: Client) -> None:
    task = make_task(status="running")
    chosen = {"action": "poll_now", "_selected_action": ["abc", str(task.pk), "9" * 30], "index": "0"}
    boss.post(list_url("tracks_task"), chosen)
    assert Event.objects.filter(task=task).count() == 1


def test_a_selection_of_nothing_that_is_an_id_says_that_nothing_happened(boss: Client) -> None:
    chosen = {"action": "poll_now", "_selected_action": ["abc"], "index": "0"}
    assert "No items have been changed" in " ".join(messages_of(boss.post(list_url("tracks_task"), chosen)))


@pytest.mark.parametrize("field", ["groups", "user_permissions"])
def test_any_choice_in_a_users_form_is_answered(boss: Client, field: str) -> None:
    ada = make_staff("ada")
    address = reverse("admin:auth_user_change", args=[ada.pk])
    for odd in ODD:
        joined = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
        answered(boss, "post", address, {"username": "ada", field: [odd], **joined})
    assert User.objects.filter(username="ada").exists()


@pytest.mark.parametrize("field", ["user", "scope"])
def test_any_choice_in_a_tokens_form_is_answered(boss: Client, field: str) -> None:
    for odd in ODD:
        answered(boss, "post", reverse("admin:tracks_apitoken_add"), {field: odd})


@pytest.mark.parametrize("term", ["", "a", "%00", "a%00"])
def test_the_search_of_forms_that_none_has_is_refused(boss: Client, term: str) -> None:
    form = "app_label=tracks&model_name=track&field_name=task"
    assert answered(boss, "get", f"/admin/autocomplete/?{form}&term={term}").status_code == 403
