"""What a visitor reads when something is not there, not allowed or broken."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from musicgen.urls import urlpatterns as real
from tests.support.clients import session_client
from tests.support.factories import make_staff, make_task
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Task


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret that no page may tell")


urlpatterns = [path("broken/", broken), *real]


def test_not_found_says_so_and_leads_back(staff: Client) -> None:
    page = Page(staff.get("/nowhere/"), status=404)
    assert "There is nothing here" in page.words
    assert any(link["href"] == "/" for link in page.named("a"))


@pytest.mark.django_db
def test_not_found_without_a_login_has_no_menu() -> None:
    page = Page(Client().get("/nowhere/"), status=404)
    assert "New task" not in page.words


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_is_owned_and_gives_nothing_away() -> None:
    page = Page(Client(raise_request_exception=False).get("/broken/"), status=500)
    assert "Something broke on our side" in page.words
    assert "secret" not in page.html


def test_a_wrong_method_is_refused(staff: Client) -> None:
    assert staff.post("/").status_code == 405
    assert staff.delete("/tasks/").status_code == 405


def test_a_form_with_an_unknown_action_gets_a_page_with_a_sentence(staff: Client) -> None:
    for row in (make_task(), make_song()):
        kind = "tasks" if isinstance(row, Task) else "tracks"
        page = Page(staff.post(f"/{kind}/{row.pk}/", {"do": "dance"}), status=400)
        assert "an action that this page does not have, so nothing was changed" in page.words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("operator", "Your role is operator. Ask somebody with the role admin"),
        ("admin", "Your role is admin. Ask a superuser"),
        ("", "Your account has no role yet. Ask somebody with the role admin"),
    ],
)
def test_what_a_role_may_not_is_told_with_the_role_and_whom_to_ask(role: str, told: str) -> None:
    page = Page(session_client(make_staff("ada", role)).get("/admin/autocomplete/"), status=403)
    assert told in page.words


@pytest.mark.django_db
def test_who_has_no_role_is_told_so_and_has_no_menu() -> None:
    page = Page(session_client(make_staff("ada", "")).get("/"), status=403)
    assert "Your account has no role yet." in page.words
    assert [one for one in page.named("nav") if one.get("aria-label") == "Main"] == []
