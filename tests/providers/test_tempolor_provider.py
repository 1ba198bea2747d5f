"""TemPolor over real HTTP: what is sent where, and what each answer comes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.providers.payloads import load
from tests.providers.server import Reply, Request, Service, said, serving
from tracks import providers
from tracks.providers.base import AnswerLost, Look, NotSent, Refused
from tracks.providers.http import Api
from tracks.providers.tempolor.client import Client
from tracks.providers.tempolor.provider import TemPolor
from tracks.updates import ErrorKind, TaskState, TaskUpdate

KEY = "Tempo-0123456789-3w"
BACK = "https://home.example/callbacks/tempolor/token/"
PARAMS = {"prompt": "calm harbour", "model": "TemPolor v4.5"}


def provider(origin: str, key: str = KEY) -> TemPolor:
    return TemPolor(Client(Api("TemPolor", origin, key, "TEMPOLOR", 5)))


def submit(reply: Reply | None) -> TaskUpdate:
    with serving(reply) as service:
        return provider(service.url).submit("generate", PARAMS, BACK)


@pytest.mark.parametrize(
    ("operation", "path"),
    [("generate", "/open-apis/v1/song/generate"), ("instrumental", "/open-apis/v1/instrumental/generate")],
)
def test_a_submit_goes_to_its_path_with_the_raw_key(operation: str, path: str) -> None:
    with serving(said(load("tempolor/submit-answer.json"))) as service:
        update = provider(service.url).submit(operation, PARAMS, BACK)
    (request,) = service.requests
    assert (request.method, request.path, request.headers["Authorization"]) == ("POST", path, KEY)
    assert request.json == {**PARAMS, "callback_url": BACK}
    assert (update.external_id, update.state, len(update.tracks)) == ("9001", TaskState.RUNNING, 1)


@pytest.mark.parametrize("http", [200, 400, 429, 500, 503])
def test_a_refusal_is_read_from_the_body_at_any_http_status(http: int) -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"status": 400007, "message": "queue full"}, http, Retry_After="9"))
    assert refusal.value.fault.kind is ErrorKind.BUSY
    assert refusal.value.fault.message == "queue full"
    assert refusal.value.retry_after == 9


def test_a_code_in_quotes_is_a_code() -> None:
    with pytest.raises(Refused):
        submit(said({"status": "400005"}))


@pytest.mark.parametrize(
    "reply",
    [
        said({"status": 200000, "message": "success", "data": {"item_ids": []}}),
        said({"status": 200000, "message": "success", "data": None}),
        said({"status": 502, "error": "Bad Gateway"}, 502),
        said({"status": 200, "message": "ok"}),
        said([]),
        said(None),
        Reply(b"<html>oops</html>", 500),
        Reply(b"<html>welcome</html>", 200),
        Reply(b"", 302, {"Location": "http://127.0.0.1:9/"}),
        None,
    ],
)
def test_a_submit_without_a_clear_answer_is_lost(reply: Reply | None) -> None:
    with pytest.raises(AnswerLost):
        submit(reply)


def test_a_refusal_that_quotes_the_key_hides_it() -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"status": 400002, "message": f"key {KEY} is expired"}))
    assert KEY not in refusal.value.fault.message
    assert KEY not in str(refusal.value)


def test_without_a_key_nothing_is_sent() -> None:
    with serving(said({})) as service:
        with pytest.raises(Refused) as refusal:
            provider(service.url, key="").submit("generate", PARAMS, BACK)
        assert service.requests == []
    assert refusal.value.fault.kind is ErrorKind.AUTH


def asked(service: Service) -> list[tuple[str, list[str]]]:
    return [(request.path.split("/")[3], request.json["item_ids"]) for request in service.requests]


def answering(known: set[str]) -> Callable[[Request], Reply]:
    """A service that knows some ids, and refuses a question that names another."""

    def answer(request: Request) -> Reply:
        ids = request.json["item_ids"]
        if not set(ids) <= known:
            return said({"status": 400008, "message": "not found"})
        key = "instrumentals" if "instrumental" in request.path else "songs"
        return said({"status": 200000, "data": {key: [{"item_id": one, "status": "running"} for one in ids]}})

    return answer


def test_songs_and_instrumentals_are_asked_for_apart() -> None:
    looks = [
        Look("generate", "1", ("1", "2")),
        Look("instrumental", "3", ("3",)),
        Look("adopted", "4"),
    ]
    with serving(answering({"1", "2", "3", "4"})) as service:
        updates = provider(service.url).query(looks)
    assert asked(service) == [("song", ["1", "2", "4"]), ("instrumental", ["3"])]
    assert [update.external_id for update in updates] == ["1", "2", "4", "3"]


def test_no_question_names_more_than_ten_ids() -> None:
    ids = tuple(str(number) for number in range(23))
    with serving(answering(set(ids))) as service:
        updates = provider(service.url).query([Look("generate", "0", ids)])
    assert [len(named) for _, named in asked(service)] == [10, 10, 3]
    assert len(updates) == 23


def test_one_unknown_id_hides_no_other() -> None:
    with serving(answering({"1", "3"})) as service:
        updates = provider(service.url).query([Look("generate", one) for one in ("1", "2", "3")])
    assert [update.external_id for update in updates] == ["1", "3"]


def test_ids_that_are_all_unknown_are_refused() -> None:
    with serving(answering(set())) as service, pytest.raises(Refused) as refusal:
        provider(service.url).query([Look("generate", "1"), Look("generate", "2")])
    assert refusal.value.fault.kind is ErrorKind.NOT_FOUND


def test_a_provider_that_does_not_answer_is_asked_nothing_more() -> None:
    with serving(Reply(b"", 500)) as service, pytest.raises(AnswerLost):
        provider(service.url).query([Look("instrumental", "3"), Look("generate", "1")])
    assert len(service.requests) == 1


def test_one_kind_that_is_refused_hides_not_the_other() -> None:
    def answer(request: Request) -> Reply:
        return answering({"1"})(request) if "song" in request.path else said({"status": 400003, "data": None})

    with serving(answer) as service:
        updates = provider(service.url).query([Look("instrumental", "3"), Look("generate", "1")])
    assert [update.external_id for update in updates] == ["1"]


@pytest.mark.parametrize("data", [None, {}, {"songs": None}, {"songs": [{}]}, []])
def test_an_answer_without_songs_is_lost(data: Any) -> None:
    with serving(said({"status": 200000, "data": data})) as service, pytest.raises(AnswerLost):
        provider(service.url).query([Look("generate", "1")])


def test_a_query_reads_the_documented_answer() -> None:
    with serving(said(load("tempolor/song-query-documented.json"))) as service:
        (update,) = provider(service.url).query([Look("generate", "123")])
    assert update.tracks[0].title == "Owl's Moonlit Waltz"


def test_nobody_there_is_not_sent() -> None:
    with serving(said({})) as service:
        url = service.url
    with pytest.raises(NotSent):
        provider(url).query([Look("generate", "1")])


def test_success_is_acknowledged_in_plain_text() -> None:
    acknowledgement = provider("http://x.example").acknowledge()
    assert (acknowledgement.content_type, acknowledgement.body) == ("text/plain", b"success")


def test_nothing_is_signed() -> None:
    assert provider("http://x.example").verify({}, {})


def test_the_settings_make_the_provider() -> None:
    with serving(said(load("tempolor/submit-answer.json"))) as service:
        with override_settings(TEMPOLOR_URL=service.url, TEMPOLOR_API_KEY=KEY, PROVIDER_TIMEOUT=5):
            providers.forget()
            built = providers.get("tempolor")
            built.submit("generate", PARAMS, BACK)
        providers.forget()
    assert (built.name, built.batch, built.retention.days) == ("tempolor", 10, 3)
    assert json.loads(service.requests[0].body)["prompt"] == "calm harbour"
