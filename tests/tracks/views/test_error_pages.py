"""What a visitor reads when something is not there, not allowed or broken."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from musicgen.urls import urlpatterns as real
from tests.support.html import Page


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
