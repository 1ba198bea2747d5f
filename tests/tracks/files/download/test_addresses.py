"""Where links may lead: spellings of private addresses, odd URLs, exemptions, rebinding."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.files import download
from tracks.files.download.addresses import is_public_address, read_link, resolve

PRIVATE = re.findall(
    r"\S+",
    """
127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 0 0.0.0.0 127.0.0.1 127。0。0。1 ①②⑦.0.0.1
localhost localhost.
10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 100.100.100.200 169.254.169.254 168.63.129.16 192.0.0.8 192.0.0.192
192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
[::1] [::] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:0:127.0.0.1] [0:0:0:0:0:ffff:a9fe:a9fe]
[64:ff9b::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001::1] [2001:10::1] [2001:20::1]
[2001:db8::1] [3fff::1] [5f00::1] [fec0::1] [fe80::1] [fc00::1] [fd00:ec2::254] [ff02::1] [100::1] [4000::1]
""",
)


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_a_private_address_is_allowed(host: str) -> None:
    with pytest.raises(download.BlockedAddress):
        resolve(read_link(f"http://{host}/a.mp3"), ())


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00::1"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public_address(ip_address(address))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    assert not is_public_address(address) or address.is_global


@given(st.ip_addresses(v=4))
def test_no_public_ipv6_address_contains_an_ipv4_address(address: IPv4Address) -> None:
    number = int(address)
    for prefix in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/96"):
        assert not is_public_address(IPv6Address(int(ip_network(prefix).network_address) + number))
    assert not is_public_address(IPv6Address((0x2002 << 112) + (number << 80)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.mp3",
        "None.mp3",
        "/media/a.mp3",
        "//media.example/a.mp3",
        "file:///etc/passwd",
        "ftp://media.example/a.mp3",
        "gopher://media.example/a",
        "javascript:alert(1)",
        "data:audio/mpeg;base64,AAAA",
        "http://",
        "http:///a.mp3",
        "http://user:secret@media.example/a.mp3",
        "http://media.example\\@127.0.0.1/a.mp3",
        "http://127.0.0.1\\.media.example/a.mp3",
        "http://media.example:0/a.mp3",
        "http://media.example:99999/a.mp3",
        "http://media.example:http/a.mp3",
        "http://media example/a.mp3",
        "http://%31%32%37.0.0.1/a.mp3",
        "http://[::1/a.mp3",
        "http://[fe80::1%25eth0]/a.mp3",
        "http://[::1::]/a.mp3",
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://media.example/a\r\nHost: 127.0.0.1",
        "http://media.example/a\x00.mp3",
        "http://\u2025/a.mp3",  # two dots in one character
        "http://media..example/a.mp3",
    ],
)
def test_a_link_that_is_no_plain_http_link_is_blocked(url: str) -> None:
    with pytest.raises(download.BlockedAddress):
        read_link(url)


@given(st.text())
def test_any_text_is_a_link_or_blocked(text: str) -> None:
    for url in (text, f"https://{text}", f"https://media.example/{text}"):
        try:
            link = read_link(url)
        except download.BlockedAddress:
            continue
        assert link.url.isascii()
        assert " " not in link.url
        assert read_link(link.url) == link


def test_a_signed_query_stays_as_it_is() -> None:
    query = "Expires=1&Signature=a%2fb%2Bc~d+e==&x={1|2}"
    assert read_link(f"https://media.example/a%20b/c.mp3?{query}#top").target == f"/a%20b/c.mp3?{query}"


def test_space_around_a_link_is_ignored() -> None:
    assert read_link(" https://media.example/a.mp3\r\n").url == "https://media.example/a.mp3"


def test_letters_that_no_request_line_can_hold_are_encoded() -> None:
    assert read_link("https://media.example/歌 1.mp3?t=曲").target == "/%E6%AD%8C%201.mp3?t=%E6%9B%B2"


def test_the_identity_leaves_the_signature_out() -> None:
    first, second = (
        read_link("https://Media.example/a.mp3?Signature=1"),
        read_link("https://media.example:443/a.mp3?2"),
    )
    assert first.identity == second.identity == "https://media.example/a.mp3"


def test_an_international_name_is_resolved_and_sent_as_ascii() -> None:
    assert read_link("https://Bücher.example/").netloc == "xn--bcher-kva.example"


@pytest.mark.parametrize("allowed", ["localhost", "LOCALHOST", "localhost:8100"])
def test_an_allowed_host_may_be_private(allowed: str) -> None:
    assert resolve(read_link("http://localhost:8100/a.mp3"), {allowed})


@pytest.mark.parametrize("allowed", ["[::1]", "::1", "[::1]:8100"])
def test_an_allowed_host_may_be_an_ipv6_address(allowed: str) -> None:
    assert resolve(read_link("http://[::1]:8100/a.mp3"), {allowed}) == [("::1", 8100, 0, 0)]


@pytest.mark.parametrize("allowed", ["localhost:8101", "localhost:80", "127.0.0.1", "host", "", "*"])
def test_another_exemption_does_not_help(allowed: str) -> None:
    with pytest.raises(download.BlockedAddress):
        resolve(read_link("http://localhost:8100/a.mp3"), {allowed})


@pytest.mark.parametrize("port", [22, 25, 53, 445])
def test_well_known_ports_of_other_protocols_are_blocked(port: int) -> None:
    with pytest.raises(download.BlockedAddress, match=f"port {port}"):
        resolve(read_link(f"http://8.8.8.8:{port}/"), ())
    assert resolve(read_link(f"http://8.8.8.8:{port}/"), {f"8.8.8.8:{port}"}) == [("8.8.8.8", port)]


@pytest.mark.parametrize("port", [80, 443, 1024, 8443, 9000])
def test_any_other_port_of_a_public_host_is_allowed(port: int) -> None:
    assert resolve(read_link(f"http://8.8.8.8:{port}/"), ()) == [("8.8.8.8", port)]


class Names:
    """A resolver: a list of answers per name, the last one for good. Everything else goes to the real one."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.real = socket.getaddrinfo

    def __call__(self, host: str, port: int, *args: int, **options: int) -> list[object]:
        self.asked.append(host)
        answers = self.answers[host.partition(".")[0]]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [info for address in addresses for info in self.real(address, port, *args, **options)]


def test_one_private_answer_among_public_ones_blocks_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(mixed=[["8.8.8.8", "127.0.0.1"]]))
    with pytest.raises(download.BlockedAddress, match=r"127\.0\.0\.1"):
        resolve(read_link("http://mixed.example/"), ())


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The rebinding attack: the first look-up is public, the next would be our own network."""
    names = Names(rebind=[["8.8.8.8"], ["127.0.0.1"]])
    dialled: list[object] = []

    def connect(_sock: socket.socket, address: object) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket.socket, "connect", connect, raising=False)
    for expected in (download.TransferFailed, download.BlockedAddress):
        with pytest.raises(expected):
            download.download("http://rebind.example/a.mp3", tmp_path / "part", download.Policy())
    assert names.asked == ["rebind.example", "rebind.example"]
    assert dialled == [("8.8.8.8", 80)]


def test_a_name_without_an_address_is_tried_again_later() -> None:
    with pytest.raises(download.TransferFailed, match=r"nowhere\.invalid"):
        resolve(read_link("https://nowhere.invalid/a.mp3?Signature=secret"), ())
