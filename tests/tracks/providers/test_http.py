"""The HTTP seam: what was answered, what was never sent, what is lost, and where the key goes."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from tests.support.http_server import Reply, Service, json_reply, serving
from tracks.domain.updates import ErrorKind
from tracks.providers.base import AnswerLost, NotSent, Refused
from tracks.providers.http import MAX_ANSWER_BYTES, Api, ProviderAnswer

Conversation = Callable[[socket.socket], None]
KEY = "Tempo-0123456789-3w"


def api(origin: str, key: str = KEY, timeout: float = 5) -> Api:
    return Api("TemPolor", origin, key, "TEMPOLOR", timeout)


@contextmanager
def talking(conversation: Conversation) -> Iterator[str]:
    """A bare socket server for what no HTTP server would do; ``conversation`` gets each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                conversation(connection)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def resetting(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def test_json_comes_back_with_its_status() -> None:
    with serving(json_reply({"status": 200000}, status=201)) as service:
        assert api(service.url).post("/p", {"a": "é"}) == ProviderAnswer(201, {"status": 200000}, None)
    (request,) = service.requests
    assert (request.method, request.path, request.json) == ("POST", "/p", {"a": "é"})
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.headers["Authorization"] == KEY


def test_a_query_is_quoted() -> None:
    with serving(json_reply({})) as service:
        api(service.url).get("/p", {"taskId": "a&b"})
    assert service.requests[0].path == "/p?taskId=a%26b"


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"{", b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_json_is_none(body: bytes) -> None:
    with serving(Reply(body, 502)) as service:
        assert api(service.url).post("/p", {}) == ProviderAnswer(502, None, None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-1", None), ("soon", None), ("1e9", None), ("nan", None)],
)
def test_retry_after_is_seconds(header: str, seconds: float | None) -> None:
    with serving(json_reply({}, 429, Retry_After=header)) as service:
        assert api(service.url).post("/p", {}).retry_after == seconds


def test_a_refused_connection_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent, match="refused the connection"):
        api(f"http://127.0.0.1:{port}").post("/p", {})


def test_an_unknown_name_is_not_sent() -> None:
    with pytest.raises(NotSent, match=r"nowhere\.invalid is not a known name"):
        api("http://nowhere.invalid").post("/p", {})


def test_an_impossible_name_is_not_sent() -> None:
    with pytest.raises(NotSent):
        api(f"http://{'x' * 300}.example").post("/p", {})


def test_a_connection_that_is_not_taken_is_not_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with pytest.raises(NotSent, match="in time"):
            api(f"http://127.0.0.1:{address[1]}", timeout=0.3).post("/p", {})
        for one in waiting:
            one.close()


def test_a_server_without_tls_is_not_sent_anything() -> None:
    with serving(json_reply({})) as service:
        with pytest.raises(NotSent, match="TLS"):
            api(service.url.replace("http:", "https:")).post("/p", {})
        assert service.requests == []


@pytest.mark.parametrize("conversation", [resetting, silent])
def test_a_tls_handshake_that_breaks_is_not_sent(conversation: Conversation) -> None:
    with talking(conversation) as address, pytest.raises(NotSent):
        api(f"https://{address}", timeout=0.3).post("/p", {})


def test_a_reset_after_the_request_is_lost() -> None:
    with talking(resetting) as address, pytest.raises(AnswerLost, match="the connection broke"):
        api(f"http://{address}").post("/p", {})


def test_a_connection_closed_without_an_answer_is_lost() -> None:
    with serving(None) as service, pytest.raises(AnswerLost, match="the connection broke"):
        api(service.url).post("/p", {})


def test_silence_is_lost() -> None:
    with talking(silent) as address, pytest.raises(AnswerLost, match=r"within 0\.2 seconds"):
        api(f"http://{address}", timeout=0.2).post("/p", {})


def test_what_is_no_http_is_lost() -> None:
    def babble(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"220 smtp.example ESMTP\r\n")

    with talking(babble) as address, pytest.raises(AnswerLost):
        api(f"http://{address}").post("/p", {})


def test_an_answer_cut_short_is_lost() -> None:
    body = json.dumps({"status": 200000}).encode()
    with serving(Reply(body, length=len(body) + 5)) as service, pytest.raises(AnswerLost):
        api(service.url).post("/p", {})


def test_a_chunked_answer_is_read() -> None:
    def chunked(connection: socket.socket) -> None:
        connection.recv(65536)
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        connection.sendall(head + b'6\r\n{"a": \r\n2\r\n1}\r\n0\r\n\r\n')

    with talking(chunked) as address:
        assert api(f"http://{address}").post("/p", {}).json == {"a": 1}


def test_an_answer_that_drips_is_given_up() -> None:
    stop = Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            for _ in range(500):
                connection.sendall(b" ")
                if stop.wait(0.02):
                    return

    with talking(drip) as address:
        with pytest.raises(AnswerLost, match="still answering"):
            api(f"http://{address}", timeout=0.2).post("/p", {})
        stop.set()


def test_an_answer_without_end_is_given_up() -> None:
    with (
        serving(Reply(b" " * (MAX_ANSWER_BYTES + 1))) as service,
        pytest.raises(AnswerLost, match="more than"),
    ):
        api(service.url).post("/p", {})


def test_nothing_is_unpacked() -> None:
    with serving(Reply(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})) as service:
        assert api(service.url).post("/p", {}).json is None
    assert service.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status: int) -> None:
    with (
        serving(json_reply({})) as elsewhere,
        serving(Reply(b"", status, {"Location": elsewhere.url})) as service,
    ):
        answer = api(service.url).post("/p", {})
        assert isinstance(api(service.url).unanswered(answer), AnswerLost)
        assert elsewhere.requests == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(json_reply({})) as proxy, serving(json_reply({"here": 1})) as service:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert api(service.url).post("/p", {}).json == {"here": 1}
        assert proxy.requests == []


@pytest.mark.parametrize("key", ["", "key\nInjected: 1", "kéy", "key\x00"])
def test_without_a_usable_key_nothing_is_sent(key: str) -> None:
    with serving(json_reply({})) as service:
        with pytest.raises(Refused) as refusal:
            api(service.url, key=key).post("/p", {})
        assert service.requests == []
    fault = refusal.value.fault
    assert fault.kind is ErrorKind.AUTH
    assert "TEMPOLOR_API_KEY" in fault.advice
    assert not key or key not in str(fault)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INPUT),
        (401, ErrorKind.AUTH),
        (403, ErrorKind.AUTH),
        (404, ErrorKind.NOT_FOUND),
        (405, ErrorKind.INPUT),
        (413, ErrorKind.INPUT),
        (422, ErrorKind.INPUT),
    ],
)
def test_a_plain_refusal_made_nothing(status: int, kind: ErrorKind) -> None:
    answer = api("http://x.example").unanswered(ProviderAnswer(status, None, None))
    assert isinstance(answer, Refused)
    assert (answer.fault.kind, answer.fault.code) == (kind, f"HTTP {status}")


@pytest.mark.parametrize("status", [200, 204, 302, 408, 409, 425, 429, 500, 502, 503, 504])
def test_an_unclear_answer_is_lost(status: int) -> None:
    assert isinstance(api("http://x.example").unanswered(ProviderAnswer(status, None, None)), AnswerLost)


def test_an_unclear_answer_keeps_its_retry_after() -> None:
    lost = api("http://x.example").unanswered(ProviderAnswer(503, None, 20.0))
    assert isinstance(lost, AnswerLost)
    assert lost.retry_after == 20


def test_no_failure_names_the_key() -> None:
    def failures(service: Service) -> Iterator[str]:
        for origin in (service.url, service.url.replace("http:", "https:"), "http://nowhere.invalid"):
            try:
                yield str(api(origin).unanswered(api(origin).post("/p", {})))
            except (NotSent, AnswerLost, Refused) as error:
                yield f"{error!r} {error.__cause__!r}"

    with serving(Reply(KEY.encode(), 500)) as service:
        assert [KEY in failure for failure in failures(service)] == [False, False, False]


def test_a_quoted_key_is_hidden() -> None:
    assert api("http://x.example").hidden(f"key {KEY} is wrong") == "key … is wrong"


@pytest.mark.parametrize("key", ["", "k"])
def test_a_sentence_survives_a_key_that_is_hardly_one(key: str) -> None:
    assert api("http://x.example", key=key).hidden("look at the key") == "look at the key"
