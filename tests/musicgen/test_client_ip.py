"""Whose address a login counts against: a stranger must neither hide nor lock others out."""

from __future__ import annotations

import pytest
from axes.helpers import get_client_ip_address
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from musicgen.client_ip import is_shared, unknown_proxy
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


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:DB8::9", "2001:db8::"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("64:ff9b::203.0.113.9", "203.0.113.9"),
        ("2002:cb00:7109::1", "2002:cb00:7109::"),
        ("::1", "::1"),
    ],
)
def test_of_an_ipv6_address_the_network_counts(address: str, counted: str) -> None:
    assert seen(f"1.2.3.4, {address}") == counted


@pytest.mark.parametrize(
    "forwarded",
    [None, "", " ", "unknown", "203.0.113.9,", "203.0.113.9, x", "999.1.1.1", "fe80::1%eth0", "\u0661"],
)
def test_nonsense_falls_back_to_the_connection(forwarded: str | None) -> None:
    assert seen(forwarded) == PROXY


@pytest.mark.parametrize("peer", ["9.9.9.9", "8.8.8.8", "2606:4700::1"])
def test_from_a_public_address_the_header_counts_for_nothing(peer: str) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR=peer, headers=headers)
    assert get_client_ip_address(request) != "203.0.113.9"


def test_a_near_proxy_that_nobody_told_us_of_is_not_taken_for_its_clients() -> None:
    assert seen("203.0.113.9", proxy=False) == "203.0.113.9"
    assert seen("nonsense", proxy=False) == PROXY


NEAR = [
    "127.0.0.1",
    "10.0.0.1",
    "172.17.0.1",
    "192.168.1.2",
    "100.64.0.1",
    "169.254.0.9",
    "::1",
    "fd00::7",
    "",
]


@pytest.mark.parametrize("peer", NEAR)
@pytest.mark.parametrize("forwarded", ["203.0.113.7", "nonsense"])
def test_every_near_machine_that_forwards_is_an_unknown_proxy(peer: str, forwarded: str) -> None:
    headers = {"X-Forwarded-For": forwarded}
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR=peer, headers=headers)
    assert unknown_proxy(request)
    assert is_shared(request) is (forwarded == "nonsense")
    with override_settings(BEHIND_PROXY=True):
        assert unknown_proxy(request) is None


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
