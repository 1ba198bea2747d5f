"""A form that was posted after the session ended comes back after the login, and goes nowhere by itself."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from musicgen import kept_form
from tests.support.clients import session_client
from tests.support.factories import make_staff
from tests.support.html import Page
from tests.support.songs import make_song
from tracks.models import Task, Track

pytestmark = pytest.mark.django_db
NOTES = 'a "typed" note\r\nwith <b>two</b> lines'
LOGIN = {"username": "ada", "password": "listen closely"}
ORDER = "/tasks/new/?provider=tempolor&operation=generate"


@pytest.fixture
def browser() -> Client:
    """Checks CSRF as a real one is checked, and has the cookie for it."""
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    return client


def token(client: Client) -> str:
    return client.cookies["csrftoken"].value


def post(client: Client, path: str, data: dict[str, Any], **headers: str) -> Any:
    return client.post(path, {**data, "csrfmiddlewaretoken": token(client)}, headers=headers)


def hidden(page: Page) -> dict[str, str]:
    return {
        one["name"] or "": one.get("value") or "" for one in page.named("input") if one["type"] == "hidden"
    }


def log_in_again(client: Client, page: Page, **over: str) -> Any:
    return client.post("/log-in-again/", {**hidden(page), **LOGIN, **over})


def target(page: Page) -> str:
    """Where the page's own form goes; those of the frame end a login, judge a song or close the keys."""
    posted = [form for form in page.named("form") if form.get("action") and "data-judge" not in form]
    [action] = [form["action"] or "" for form in posted if form["action"] != "/admin/logout/"]
    return action


def test_a_review_comes_back_after_the_login_and_is_saved_by_its_button(browser: Client) -> None:
    make_staff("ada")
    song = make_song()
    address = f"/tracks/{song.pk}/"
    typed = {"do": "review", "initial-notes": "", "notes": NOTES, "rating": "4"}
    asked = Page(post(browser, address, typed), status=403)
    given = Page(log_in_again(browser, asked))
    assert "Here is what you had typed" in given.words
    assert 'a "typed" note with <b>two</b> lines' in given.words
    assert Track.objects.get().notes == ""
    assert target(given) == address
    assert browser.post(address, hidden(given)).status_code == 302
    song.refresh_from_db()
    assert (song.notes, song.rating) == (NOTES.replace("\r\n", "\n"), 4)


def test_an_order_comes_back_whole_and_makes_one_task(browser: Client) -> None:
    make_staff("ada")
    typed = {"once": "a1", "p-prompt": "a harbour", "p-model": "TemPolor v4.5", "p-lyrics": "[Verse]\r\nSea"}
    given = Page(log_in_again(browser, Page(post(browser, ORDER, typed), status=403)))
    assert target(given) == ORDER
    for _ in range(2):
        browser.post(target(given), hidden(given))
    assert Task.objects.get().params["lyrics"] == "[Verse]\nSea"


def test_a_wrong_password_keeps_it_and_one_without_access_is_told_so(browser: Client) -> None:
    make_staff("ada")
    User.objects.create_user("eve", password="listen closely")
    asked = Page(post(browser, ORDER, {"p-prompt": "a harbour"}), status=403)
    wrong = Page(log_in_again(browser, asked, password="wrong"))
    assert hidden(wrong)["kept"] == hidden(asked)["kept"]
    assert "this account has no access here" in Page(log_in_again(browser, wrong, username="eve")).words
    assert "a harbour" in Page(log_in_again(browser, wrong)).words


def test_a_form_of_an_older_login_comes_back_at_once() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("ada"), backend="django.contrib.auth.backends.ModelBackend")
    client.get(ORDER)
    stale = {"p-prompt": "a harbour", "csrfmiddlewaretoken": "x" * 64}
    given = Page(client.post(ORDER, stale, headers={"Origin": "http://testserver"}), status=403)
    assert hidden(given)["p-prompt"] == "a harbour"
    assert hidden(given)["csrfmiddlewaretoken"] != "x" * 64
    assert target(given) == ORDER
    for elsewhere in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
        answer = client.post(ORDER, stale, headers=elsewhere)
        assert answer.status_code == 403
        assert "a harbour" not in answer.content.decode()


def test_a_form_of_an_older_login_asks_for_a_login_where_that_ended(browser: Client) -> None:
    stale = {"p-prompt": "a harbour", "csrfmiddlewaretoken": "x" * 64}
    asked = Page(browser.post(ORDER, stale, headers={"Origin": "http://testserver"}), status=403)
    assert "You were logged out" in asked.words
    assert "kept" in hidden(asked)


def test_only_what_our_pages_were_sent_is_kept() -> None:
    anonymous = Client()
    assert anonymous.get(ORDER).status_code == 302
    assert anonymous.post("/tasks/new/", {}).status_code == 302
    assert anonymous.post(ORDER, {"p-prompt": "x" * (kept_form.MAX_SIZE + 1)}).status_code == 302
    for path in ("/admin/login/", "/admin/tracks/track/1/change/", "/admin/logout/", "/log-in-again/"):
        assert "kept" not in hidden_of(anonymous.post(path, {"notes": "typed"}))


def hidden_of(answer: Any) -> dict[str, str]:
    values = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in values if value}


def test_passwords_and_tokens_are_not_kept() -> None:
    secret = {"p-prompt": "a harbour", "password": "hush", "New-Password": "hush", "csrfmiddlewaretoken": "t"}
    kept = kept_form.read(hidden_of(Client().post(ORDER, secret))["kept"])
    assert kept == kept_form.KeptForm(ORDER, [("p-prompt", "a harbour")])


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/tasks/new/",
    "/\\evil.example/",
    "/admin/login/",
    "/shared/x/",
    "/api/v1/tasks/",
    "/nowhere/",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_signed_text_that_leads_elsewhere_is_refused(path: str) -> None:
    assert kept_form.read(signing.dumps([path, [["a", "b"]]], salt=kept_form.SALT)) is None


@given(st.text())
def test_a_text_that_we_did_not_sign_is_refused(text: str) -> None:
    assert kept_form.read(text) is None


def test_a_login_with_a_text_that_is_not_ours_leads_to_the_songs(browser: Client) -> None:
    make_staff("ada")
    asked = Page(post(browser, ORDER, {"p-prompt": "a harbour"}), status=403)
    assert log_in_again(browser, asked, kept="forged").headers["Location"] == "/"
    assert browser.get("/log-in-again/").headers["Location"] == "/admin/login/"


@pytest.mark.parametrize("headers", [{"X-Requested-With": "fetch"}, {"Accept": "application/json"}])
def test_a_script_is_told_in_json(browser: Client, headers: dict[str, str]) -> None:
    for answer in (browser.get("/", headers=headers), post(browser, ORDER, {"p-prompt": "x"}, **headers)):
        assert answer.status_code == 401
        assert answer.json()["code"] == "logged_out"
        assert answer.json()["login"].startswith("/admin/login/?next=/")
    viewer = session_client(make_staff("vera", "viewer"))
    refused = viewer.post(ORDER, {}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_ten_wrong_passwords_lock_here_too(browser: Client) -> None:
    make_staff("ada")
    asked = Page(post(browser, ORDER, {"p-prompt": "a harbour"}), status=403)
    answers = [log_in_again(browser, asked, password="wrong").status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]
    assert log_in_again(browser, asked).status_code == 429
