"""TLS: the connection goes to the vetted address, the certificate is asked for the URL's name."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.file_server import FileServer, file_server
from tracks.files import download as fetch

# Made for these tests alone, with a name that can't exist:
# openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=media.test
#   -addext subjectAltName=DNS:media.test
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBqDCCAU6gAwIBAgIUdhyhriGSwfCoz0/87O+WKdSjqeEwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKbWVkaWEudGVzdDAgFw0yNjExMjAxNjI5MzBaGA8yMTI2MTAy
NzE2MjkzMFowFTETMBEGA1UEAwwKbWVkaWEudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABCy9741zAe0wDOa/Len4P+HbJh27dje0TqYMKwWaDYQC21V0NjAK
Dlp4DjnTiQDcx1YAl1QYPrrrAfFxbu8AFsWjejB4MB0GA1UdDgQWBBQREiIwaZtC
1bg8IgH6HKZVKymg2DAfBgNVHSMEGDAWgBQREiIwaZtC1bg8IgH6HKZVKymg2DAV
BgNVHREEDjAMggptZWRpYS50ZXN0MA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/
BAQDAgKEMAoGCCqGSM49BAMCA0gAMEUCIQCv5F9FFqpimintORwjdKxBj05xlB7T
esTeyiO600U7sgIgU8lE1EsEDzJw6X3X1CAnwXW2D729UtIoSIvTmEOAwxA=
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf5iuUhPMzBIw1rpu
fHDGNnqNkXTuNB4vP9fHKIdmP+ShRANCAAQsve+NcwHtMAzmvy3p+D/h2yYdu3Y3
tE6mDCsFmg2EAttVdDYwCg5aeA4504kA3MdWAJdUGD666wHxcW7vABbF
-----END PRIVATE KEY-----
"""
BODY = b"x" * 100_000


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "media.test.pem"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def names_asked() -> list[str | None]:
    return []


@pytest.fixture
def server(certificate: Path, names_asked: list[str | None]) -> Iterator[FileServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names_asked.append(name)
    with file_server() as running:
        running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
        running.serve("/a.mp3", BODY)
        yield running


@pytest.fixture(autouse=True)
def every_name_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *args, **how: real("127.0.0.1", *args, **how))


def download(server: FileServer, host: str, part: Path) -> fetch.Progress:
    policy = fetch.Policy(frozenset({host}))
    return fetch.download(f"https://{host}:{server.server_port}/a.mp3?Signature=secret", part, policy)


def test_the_certificate_is_checked_for_the_name_in_the_link(
    server: FileServer,
    certificate: Path,
    names_asked: list[str | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert download(server, "media.test", tmp_path / "part").size == len(BODY)
    assert names_asked == ["media.test"]
    assert server.asked[0][1]["Host"] == f"media.test:{server.server_port}"


def test_a_pause_under_tls_is_waited_for(
    server: FileServer, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = server.serve("/a.mp3", BODY, pause_at=50_000).replace("http://127.0.0.1", "https://media.test")

    def on_progress(size: int) -> None:
        if size == 50_000:
            server.files["/a.mp3"].go.set()

    policy = fetch.Policy(frozenset({"media.test"}))
    assert fetch.download(url, tmp_path / "part", policy, on_progress=on_progress).size == len(BODY)


def test_a_certificate_for_another_name_is_refused(
    server: FileServer, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(fetch.TransferFailed, match="Hostname mismatch") as broken:
        download(server, "other.test", tmp_path / "part")
    assert "secret" not in str(broken.value)


def test_a_certificate_without_an_authority_is_refused(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(fetch.TransferFailed, match="self-signed"):
        download(server, "media.test", tmp_path / "part")
    assert server.asked == []
