"""Whose address a login counts against: a stranger must neither hide nor lock others out."""

from __future__ import annotations

import pytest
from axes.helpers import get_client_ip_address
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from tests.support.factories import make_staff

PROXY = "10.0.0.1"


def seen(forwarded: str | None, *, proxy: bool = True) -> str | None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR=PROXY, headers=headers)
    with override_settings(BEHIND_PROXY=proxy):
        return get_client_ip_address(request)


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.9",
        "1.2.3.4, 203.0.113.9",
        "1.2.3.4,203.0.113.9",
        "nonsense,,  203.0.113.9 ",
        "::1, 203.0.113.9",
    ],
)
def test_the_last_address_is_the_one_that_the_proxy_saw(forwarded: str) -> None:
    assert seen(forwarded) == "203.0.113.9"


def test_an_ipv6_address_is_taken() -> None:
    assert seen("1.2.3.4, 2001:DB8::9") == "2001:db8::9"


@pytest.mark.parametrize(
    "forwarded",
    [None, "", " ", "unknown", "203.0.113.9,", "203.0.113.9, x", "999.1.1.1", "fe80::1%eth0", "\u0661"],
)
def test_nonsense_falls_back_to_the_connection(forwarded: str | None) -> None:
    assert seen(forwarded) == PROXY


def test_without_a_proxy_the_header_counts_for_nothing() -> None:
    assert seen("203.0.113.9", proxy=False) == PROXY


@pytest.mark.django_db
@override_settings(BEHIND_PROXY=True)
def test_an_attacker_locks_nobody_else_out() -> None:
    make_staff("ada")

    def attempt(password: str, forwarded: str) -> int:
        login = {"username": "ada", "password": password}
        headers = {"X-Forwarded-For": forwarded}
        return Client().post("/admin/login/", login, REMOTE_ADDR=PROXY, headers=headers).status_code

    spoofed = [f"198.51.100.{number}, 203.0.113.66" for number in range(10)]
    assert [attempt("wrong", address) for address in spoofed][-1] == 429
    assert attempt("listen closely", "203.0.113.66") == 429
    assert attempt("listen closely", "203.0.113.9") == 302
