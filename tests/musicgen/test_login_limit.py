"""How many wrong passwords are taken from one address, and who is not locked out by others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.test.utils import override_settings

from tests.support.factories import make_staff

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
# Instead of 30: each wrong password takes its time.
MANY = 13
RIGHT, WRONG = "listen closely", "wrong"


# One for all attempts: a new one loads the middleware anew.
BROWSER = Client()


def attempt(name: str, password: str = WRONG, address: str = "203.0.113.9", forwarded: str = "") -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    login = {"username": name, "password": password}
    BROWSER.cookies.clear()
    return BROWSER.post(LOGIN, login, REMOTE_ADDR=address, headers=headers).status_code


@pytest.fixture(autouse=True)
def lower_limits(settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS = settings.LOGIN_FAILURES_PER_NAME = MANY


def test_the_limits_are_those_of_the_documents() -> None:
    product = import_module("musicgen.settings")
    assert (product.LOGIN_FAILURES_PER_ADDRESS, product.LOGIN_FAILURES_PER_NAME) == (30, 30)


def test_many_names_from_one_address_are_locked() -> None:
    make_staff("ada")
    assert [attempt(f"name{number}") for number in range(MANY)] == [200] * (MANY - 1) + [429]
    assert attempt("another") == 429
    assert attempt("ada", RIGHT) == 429
    assert attempt("ada", RIGHT, "203.0.113.10") == 302


def test_many_browsers_of_one_address_are_one_address() -> None:
    for number in range(MANY):
        login = {"username": f"name{number}", "password": "wrong"}
        last = Client().post(LOGIN, login, headers={"User-Agent": f"browser {number}"})
    assert last.status_code == 429


@pytest.mark.parametrize("name", ["ada", "name{}"])
def test_the_addresses_of_one_ipv6_network_are_one_address(name: str) -> None:
    make_staff("ada")
    for number in range(MANY):
        last = attempt(name.format(number), address=f"2001:db8:0:7:{number:x}::{number:x}")
    assert last == 429
    assert attempt("ada", RIGHT, "2001:db8:0:7::ffff") == 429
    assert attempt("ada", RIGHT, "2001:db8:0:8::1") == 302


def test_ipv4_addresses_in_ipv6_are_not_one_address() -> None:
    make_staff("ada")
    for number in range(MANY):
        attempt(f"name{number}", address="::ffff:203.0.113.9")
    assert attempt("ada", RIGHT, "::ffff:203.0.113.9") == 429
    assert attempt("ada", RIGHT, "203.0.113.9") == 429
    assert attempt("ada", RIGHT, "::ffff:203.0.113.10") == 302


def test_who_came_in_from_there_before_is_not_locked_out_by_others() -> None:
    make_staff("ada")
    make_staff("grace")
    assert attempt("ada", RIGHT) == 302
    for number in range(MANY):
        attempt(f"name{number}")
    assert attempt("ada", RIGHT) == 302
    assert attempt("grace", RIGHT) == 429
    assert [attempt("ada") for _ in range(10)][-1] == 429


@pytest.mark.parametrize("proxy", ["10.0.0.1", "::1"])
def test_failures_behind_a_proxy_that_is_not_trusted_lock_nobody_else_out(proxy: str) -> None:
    make_staff("ada")
    make_staff("grace")
    for number in range(MANY + 5):
        attempt(f"name{number}", address=proxy, forwarded="198.51.100.1")
        attempt("ada", address=proxy, forwarded="198.51.100.1")
    assert attempt("ada", address=proxy, forwarded="198.51.100.1") == 429
    assert attempt("ada", RIGHT, proxy, "198.51.100.2") == 302
    assert attempt("grace", RIGHT, proxy, "203.0.113.77") == 302


@pytest.mark.parametrize("peer", ["100.64.0.1", ""])
def test_nobody_near_guesses_without_end_by_inventing_addresses(peer: str) -> None:
    make_staff("ada")
    make_staff("grace")
    answers = [attempt("ada", address=peer, forwarded=f"198.51.100.{number}") for number in range(MANY + 5)]
    assert answers.count(200) == MANY - 1
    assert attempt("ada", RIGHT, peer, "198.51.100.200") == 429
    assert attempt("ada", RIGHT, peer, "198.51.100.3") == 429
    assert attempt("grace", RIGHT, peer, "198.51.100.200") == 302
    assert attempt("ada", RIGHT, "203.0.113.1") == 302


def test_who_came_in_from_there_before_is_not_locked_out_by_invented_addresses() -> None:
    make_staff("ada")
    assert attempt("ada", RIGHT, "10.0.0.1", "203.0.113.7") == 302
    for number in range(MANY + 10):
        attempt("ada", address="10.0.0.1", forwarded=f"198.51.100.{number}")
    assert attempt("ada", RIGHT, "10.0.0.1", "203.0.113.7") == 302
    assert attempt("ada", RIGHT, "10.0.0.1", "203.0.113.8") == 429
    assert [attempt("ada", address="10.0.0.1", forwarded="203.0.113.7") for _ in range(10)][-1] == 429


@pytest.mark.parametrize("agent", ["Browser", "through 10.0.0.1: Browser", "direct: x", "THROUGH 10.0.0.1:"])
def test_an_invented_address_locks_nobody_who_has_it(agent: str) -> None:
    make_staff("ada")
    login = {"username": "ada", "password": WRONG}
    headers = {"X-Forwarded-For": "203.0.113.7", "User-Agent": agent}
    for _ in range(MANY + 10):
        Client().post(LOGIN, login, REMOTE_ADDR="10.0.0.66", headers=headers)
    assert attempt("ada", RIGHT, "10.0.0.66", "203.0.113.7") == 429
    assert attempt("ada", RIGHT, "10.0.0.1", "203.0.113.7") == 302
    assert attempt("ada", RIGHT, "203.0.113.7") == 302


def test_a_browser_that_calls_itself_a_proxy_is_counted_all_the_same() -> None:
    login = {"username": "ada", "password": WRONG}
    agents = ["through 10.0.0.1: x", "Through x", "direct: x", "", "x" * 300]
    answers = [Client().post(LOGIN, login, headers={"User-Agent": agent}).status_code for agent in agents * 2]
    assert answers == [200] * 9 + [429]


def test_a_proxy_that_names_no_address_locks_only_the_names_that_failed() -> None:
    make_staff("ada")
    for number in range(MANY + 5):
        attempt(f"name{number}", address="10.0.0.1", forwarded="unknown")
    assert attempt("ada", RIGHT, "10.0.0.1", "unknown") == 302


def test_a_header_from_a_public_address_hides_nobody() -> None:
    for number in range(MANY):
        last = attempt(f"name{number}", address="9.9.9.9", forwarded=f"198.51.100.{number}")
    assert last == 429


def test_the_connection_without_an_address_is_not_locked_as_a_whole() -> None:
    make_staff("ada")
    for number in range(MANY + 5):
        attempt(f"name{number}", address="")
    assert attempt("ada", RIGHT, "") == 302


@pytest.mark.parametrize("name", ["x" * 256, "\N{GRINNING FACE}" * 256, "ß" * 5000, "\ufdfa" * 200, "\u202e"])
def test_odd_names_are_refused_and_counted(name: str) -> None:
    assert [attempt(name) for _ in range(10)] == [200] * 9 + [429]


@pytest.mark.parametrize("name", ["", " ", "\0", "ada\0", "\n" * 300])
def test_what_can_be_no_name_is_refused_by_the_form(name: str) -> None:
    make_staff("ada")
    assert [attempt(name) for _ in range(11)] == [200] * 11


def locked_page(name: str = "ada", **headers: str) -> tuple[str, str]:
    answer = Client().post(
        LOGIN, {"username": name, "password": "wrong"}, REMOTE_ADDR="203.0.113.9", headers=headers
    )
    assert answer.status_code == 429
    return answer.content.decode(), answer["Retry-After"]


def test_the_answer_says_until_when() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(9):
            attempt("ada")
        page, seconds = locked_page()
        assert "until 2026-05-01 12:15 UTC" in page
        assert seconds == "900"
        clock.shift(timedelta(minutes=5))
        page, seconds = locked_page()  # what is refused by the lock does not make it longer
        assert "Try again in 10 min." in page
        assert seconds == "600"
        assert '"until": "2026-05-01T12:15:00' in locked_page(**{"X-Requested-With": "XMLHttpRequest"})[0]


def test_after_that_time_the_password_counts_again() -> None:
    make_staff("ada")
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(10):
            attempt("ada")
        clock.shift(timedelta(minutes=14, seconds=59))
        assert attempt("ada", RIGHT) == 429
        clock.shift(timedelta(seconds=2))
        assert attempt("ada", RIGHT) == 302


def test_a_lock_of_an_address_ends_when_enough_of_its_failures_are_old() -> None:
    make_staff("ada")
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(MANY):
            attempt(f"name{number}")
            clock.shift(timedelta(seconds=20))
        page, _ = locked_page("another")
        assert "until 2026-05-01 12:15 UTC" in page
        clock.move_to(NOON + timedelta(minutes=15, seconds=1))
        assert attempt("ada", RIGHT) == 302


@override_settings(BEHIND_PROXY=True)
def test_behind_a_trusted_proxy_the_network_of_the_client_counts() -> None:
    for number in range(MANY):
        last = attempt(f"name{number}", address="10.0.0.1", forwarded=f"::1, 2001:db8::{number:x}")
    assert last == 429


@override_settings(BEHIND_PROXY=True)
def test_behind_a_trusted_proxy_too_one_name_is_not_guessed_without_end() -> None:
    make_staff("ada")
    make_staff("grace")
    proxy = "10.0.0.1"
    assert attempt("ada", RIGHT, proxy, "203.0.113.7") == 302
    answers = [attempt("ada", address=proxy, forwarded=f"198.51.100.{number}") for number in range(MANY + 5)]
    assert answers.count(200) == MANY - 1
    assert attempt("ada", RIGHT, proxy, "198.51.100.200") == 429
    assert attempt("ada", RIGHT, proxy, "203.0.113.7") == 302
    assert attempt("grace", RIGHT, proxy, "198.51.100.3") == 302
