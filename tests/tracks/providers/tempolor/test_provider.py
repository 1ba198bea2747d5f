"""TemPolor over real HTTP: what is sent where, and what each answer comes to."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.test import override_settings

from tests.support.http_server import Reply, Request, said, serving
from tests.support.payloads import load
from tracks import providers
from tracks.domain.updates import ErrorKind, TaskState, TaskUpdate, TimingState
from tracks.providers.base import AnswerLost, NotOffered, NotSent, PollTarget, Rate, Refused, SubmittedWith
from tracks.providers.http import Api
from tracks.providers.tempolor.client import Client
from tracks.providers.tempolor.operations import OPERATIONS
from tracks.providers.tempolor.provider import TemPolor

KEY = "Tempo-0123456789-3w"
BACK = "https://home.example/callbacks/tempolor/token/"
PARAMS = {"prompt": "calm harbour", "model": "TemPolor v4.5"}


def provider(origin: str, key: str = KEY) -> TemPolor:
    return TemPolor(Client(Api("TemPolor", origin, key, "TEMPOLOR", 5)), Rate(20, 10))


def submit(reply: Reply | None) -> TaskUpdate:
    with serving(reply) as service:
        return provider(service.url).submit("generate", PARAMS, BACK)


SUBMITS: list[tuple[str, str, dict[str, Any]]] = [
    ("generate", "/open-apis/v1/song/generate", PARAMS),
    (
        "generate",
        "/open-apis/v1/song/generate",
        {
            **PARAMS,
            "lyrics": "[verse]\nLamps — 灯",
            "voice_id": "SV000013",
            "instrumental": False,
            "action": "upload_cover",
            "upload_audio_url": "https://x.example/a.mp3?sig=a%2Bb",
        },
    ),
    ("extend", "/open-apis/v1/song/extend", {"item_id": "9001", "start_time": 60.5, "lyrics": "[verse]\nOn"}),
    ("instrumental", "/open-apis/v1/instrumental/generate", {"prompt": "tide", "model": "TemPolor i3.5"}),
    ("lyrics", "/open-apis/v1/lyrics/generate", {"prompt": "tide", "song_model": "TemPolor v3.5"}),
    ("stems", "/open-apis/v1/stems", {"url": "https://x.example/a.mp3"}),
]


@pytest.mark.parametrize(("operation", "path", "params"), SUBMITS)
def test_a_submit_goes_to_its_path_with_the_raw_key(operation: str, path: str, params: Any) -> None:
    assert OPERATIONS[operation].problems(params) == []
    with serving(said(load("tempolor/submit-answer.json"))) as service:
        update = provider(service.url).submit(operation, params, BACK)
    (request,) = service.requests
    assert (request.method, request.path, request.headers["Authorization"]) == ("POST", path, KEY)
    assert request.json == {**params, "callback_url": BACK}
    assert (update.external_id, update.state, len(update.tracks)) == ("9001", TaskState.RUNNING, 1)


def test_whole_seconds_are_sent_as_a_whole_number() -> None:
    with serving(said(load("tempolor/submit-answer.json"))) as service:
        provider(service.url).submit("extend", {"item_id": "9001", "start_time": 60.0}, BACK)
    assert b'"start_time": 60,' in service.requests[0].body


@pytest.mark.parametrize("http", [200, 400, 429, 500, 503])
def test_a_refusal_is_read_from_the_body_at_any_http_status(http: int) -> None:
    with pytest.raises(Refused) as refusal:
        submit(said({"status": 400007, "message": "queue full"}, http, Retry_After="9"))
    assert refusal.value.fault.kind is ErrorKind.BUSY
    assert refusal.value.fault.message == "queue full"
    assert refusal.value.retry_after == 9
    assert refusal.value.is_full


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("code", [*range(400001, 400012), 400099, 500000])
def test_every_code_refuses_every_operation_and_only_one_says_full(operation: str, code: int) -> None:
    with serving(said({"status": code, "message": ""})) as service, pytest.raises(Refused) as refusal:
        provider(service.url).submit(operation, {}, BACK)
    assert (refusal.value.fault.code, refusal.value.is_full) == (str(code), code == 400007)
    assert "song" not in refusal.value.fault.message


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


def answering(request: Request) -> Reply:
    """A service that knows every id."""
    kind = {"song": "songs", "instrumental": "instrumentals"}.get(kind_of(request), kind_of(request))
    found = [{"item_id": one, "status": "running"} for one in request.json["item_ids"]]
    return said({"status": 200000, "data": {kind: found}})


def kind_of(request: Request) -> str:
    return request.path.split("/")[3]


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("generate", "/open-apis/v1/song/query"),
        ("extend", "/open-apis/v1/song/query"),
        ("instrumental", "/open-apis/v1/instrumental/query"),
        ("lyrics", "/open-apis/v1/lyrics/query"),
        ("stems", "/open-apis/v1/stems/query"),
    ],
)
def test_looks_are_one_question_at_the_path_of_their_operation(operation: str, path: str) -> None:
    targets = [
        PollTarget(operation, "1", ("1", "2")),
        PollTarget(operation, "3"),
        PollTarget(operation, "1", ("2", "")),
    ]
    with serving(answering) as service:
        updates = provider(service.url).query(targets)
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", path)
    assert request.json == {"item_ids": ["1", "2", "3"]}
    assert [update.external_id for update in updates] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "targets",
    [
        [],
        [PollTarget("generate", "")],
        [PollTarget("generate", "1"), PollTarget("lyrics", "2")],
        [PollTarget("generate", "0", tuple(str(number) for number in range(11)))],
    ],
    ids=["nothing", "no id", "two operations", "eleven ids"],
)
def test_what_is_not_one_question_is_not_asked(targets: list[PollTarget]) -> None:
    with serving(answering) as service, pytest.raises(ValueError, match="One query is about"):
        provider(service.url).query(targets)
    assert service.requests == []


def test_ten_ids_are_one_question() -> None:
    with serving(answering) as service:
        updates = provider(service.url).query([PollTarget("lyrics", str(number)) for number in range(10)])
    assert (len(service.requests), len(updates)) == (1, 10)


def test_an_unknown_id_is_refused_and_nothing_more_is_asked() -> None:
    with serving(said({"status": 400008, "message": "not found"})) as service:
        with pytest.raises(Refused) as refusal:
            provider(service.url).query([PollTarget("generate", "1"), PollTarget("generate", "2")])
        assert len(service.requests) == 1
    assert refusal.value.fault.kind is ErrorKind.NOT_FOUND


def test_an_answer_about_another_kind_of_item_is_told_as_that_kind() -> None:
    body = {"status": 200000, "data": {"instrumentals": [{"item_id": "1", "status": "failed"}]}}
    with serving(said(body)) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "1")])
    assert update.operation == "instrumental"


@pytest.mark.parametrize("data", [None, {}, {"songs": None}, {"songs": [{}]}, []])
def test_an_answer_without_songs_is_lost(data: Any) -> None:
    with serving(said({"status": 200000, "data": data})) as service, pytest.raises(AnswerLost):
        provider(service.url).query([PollTarget("generate", "1")])


def test_a_query_reads_the_documented_answer() -> None:
    with serving(said(load("tempolor/song-query-documented.json"))) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "123")])
    assert update.tracks[0].title == "Owl's Moonlit Waltz"


def test_nobody_there_is_not_sent() -> None:
    with serving(said({})) as service:
        url = service.url
    with pytest.raises(NotSent):
        provider(url).query([PollTarget("generate", "1")])


def test_success_is_acknowledged_in_plain_text() -> None:
    acknowledgement = provider("http://x.example").acknowledge()
    assert (acknowledgement.content_type, acknowledgement.body) == ("text/plain", b"success")


@pytest.mark.parametrize("headers", [{}, {"Authorization": KEY}, {"Authorization": "Tempo-another-3w"}])
def test_nothing_is_signed_and_a_key_that_comes_back_is_not_looked_at(headers: dict[str, str]) -> None:
    assert provider("http://x.example").verify(load("tempolor/stems-callback.json"), headers)


def test_a_callback_is_read_with_what_was_asked_for() -> None:
    body = load("tempolor/song-callback-main-succeeded.json")
    (update,) = provider("http://x.example").parse_callback(
        body, SubmittedWith("generate", {"instrumental": True})
    )
    assert update.stage == "audio_complete"
    assert update.tracks[0].timing_state is TimingState.INSTRUMENTAL


def test_no_word_timing_is_to_be_had() -> None:
    one = provider("http://x.example")
    assert not one.fetches_word_timing
    with pytest.raises(NotOffered):
        one.words("1", "1")


def test_what_is_left_out_says_why() -> None:
    for name, why in provider("http://x.example").left_out.items():
        assert name
        assert why.endswith(".")


def test_each_key_at_each_service_is_an_account_of_its_own() -> None:
    here, there = provider("http://x.example"), provider("http://y.example")
    other_key = provider("http://x.example", "Tempo-9876543210-3w")
    assert len({here.account, there.account, other_key.account}) == 3
    assert KEY not in here.account


def test_the_settings_make_the_provider() -> None:
    with serving(said(load("tempolor/submit-answer.json"))) as service:
        with override_settings(TEMPOLOR_URL=service.url, TEMPOLOR_API_KEY=KEY, TEMPOLOR_RATE=(7, 10.0)):
            providers.forget()
            built = providers.get("tempolor")
            built.submit("generate", PARAMS, BACK)
        providers.forget()
    assert (built.name, built.batch, built.retention.days) == ("tempolor", 10, 3)
    assert json.loads(service.requests[0].body)["prompt"] == "calm harbour"
    assert (built.rate, built.tells_balance) == (Rate(7, 10.0), True)


def test_the_mainland_twin_is_another_origin_and_nothing_else() -> None:
    with serving(said(load("tempolor/submit-answer.json"))) as one, serving(said({})) as twin:
        with override_settings(TEMPOLOR_URL=one.url, TEMPOLOR_API_KEY=KEY):
            for origin in (one.url, twin.url):
                with override_settings(TEMPOLOR_URL=origin):
                    providers.forget()
                    with suppress(AnswerLost):
                        providers.get("tempolor").submit("generate", PARAMS, BACK)
        providers.forget()
    assert [request.path for request in one.requests] == [request.path for request in twin.requests]
    assert [request.body for request in one.requests] == [request.body for request in twin.requests]
