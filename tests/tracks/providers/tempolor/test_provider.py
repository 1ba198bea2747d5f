"""TemPolor over real HTTP: what is sent where, and what each answer comes to."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.test import override_settings

from tests.support.http_server import Reply, Request, json_reply, serving
from tests.support.payloads import load
from tests.support.tempolor_service import KEY, provider
from tracks import providers
from tracks.domain.updates import TaskUpdate, TimingState
from tracks.providers.base import AnswerLost, PollTarget, Rate, Refused, SubmittedWith
from tracks.providers.tempolor.operations import OPERATIONS

BACK = "https://home.example/callbacks/tempolor/token/"
PARAMS = {"prompt": "calm harbour", "model": "TemPolor v4.5"}


def submit(reply: Reply | None) -> TaskUpdate:
    with serving(reply) as service:
        return provider(service.url).submit("generate", PARAMS, BACK)


# More than the least that each operation needs.
SUBMITS: list[tuple[str, dict[str, Any]]] = [
    (
        "generate",
        {
            **PARAMS,
            "lyrics": "[verse]\nLamps — 灯",
            "voice_id": "SV000013",
            "instrumental": False,
            "action": "upload_cover",
            "upload_audio_url": "https://x.example/a.mp3?sig=a%2Bb",
        },
    ),
    ("extend", {"item_id": "9001", "start_time": 60.5, "lyrics": "[verse]\nOn"}),
    ("instrumental", {"prompt": "tide", "model": "TemPolor i3.5"}),
    ("lyrics", {"prompt": "tide", "song_model": "TemPolor v3.5"}),
    ("stems", {"url": "https://x.example/a.mp3?sig=a%2Bb"}),
]


@pytest.mark.parametrize(("operation", "params"), SUBMITS)
def test_every_parameter_is_sent_as_it_is(operation: str, params: Any) -> None:
    assert OPERATIONS[operation].problems(params) == []
    with serving(json_reply(load("tempolor/submit-answer.json"))) as service:
        provider(service.url).submit(operation, params, BACK)
    (request,) = service.requests
    assert request.json == {**params, "callback_url": BACK}


def test_whole_seconds_are_sent_as_a_whole_number() -> None:
    with serving(json_reply(load("tempolor/submit-answer.json"))) as service:
        provider(service.url).submit("extend", {"item_id": "9001", "start_time": 60.0}, BACK)
    assert b'"start_time": 60,' in service.requests[0].body


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("code", [*range(400001, 400012), 400099, 500000])
def test_every_code_refuses_every_operation_and_only_one_is_full(operation: str, code: int) -> None:
    with serving(json_reply({"status": code, "message": ""})) as service, pytest.raises(Refused) as refusal:
        provider(service.url).submit(operation, {}, BACK)
    assert (refusal.value.fault.code, refusal.value.is_full) == (str(code), code == 400007)
    assert "song" not in refusal.value.fault.message


def test_a_code_in_quotes_is_a_code() -> None:
    with pytest.raises(Refused):
        submit(json_reply({"status": "400005"}))


def answering(request: Request) -> Reply:
    """A service that knows every id."""
    kind = {"song": "songs", "instrumental": "instrumentals"}.get(kind_of(request), kind_of(request))
    found = [{"item_id": one, "status": "running"} for one in request.json["item_ids"]]
    return json_reply({"status": 200000, "data": {kind: found}})


def kind_of(request: Request) -> str:
    return request.path.split("/")[3]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_query_names_each_item_once(operation: str) -> None:
    targets = [
        PollTarget(operation, "1", ("1", "2")),
        PollTarget(operation, "3"),
        PollTarget(operation, "1", ("2", "")),
    ]
    with serving(answering) as service:
        updates = provider(service.url).query(targets)
    (request,) = service.requests
    assert request.json == {"item_ids": ["1", "2", "3"]}
    assert [update.external_id for update in updates] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "targets",
    [
        [PollTarget("generate", "")],
        [PollTarget("generate", "0", tuple(str(number) for number in range(11)))],
    ],
    ids=["no id", "eleven ids"],
)
def test_what_is_not_one_query_is_not_sent(targets: list[PollTarget]) -> None:
    with serving(answering) as service, pytest.raises(ValueError, match="One query is about"):
        provider(service.url).query(targets)
    assert service.requests == []


def test_an_answer_about_another_kind_of_item_names_that_kind() -> None:
    body = {"status": 200000, "data": {"instrumentals": [{"item_id": "1", "status": "failed"}]}}
    with serving(json_reply(body)) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "1")])
    assert update.operation == "instrumental"


def test_a_query_reads_the_documented_answer() -> None:
    with serving(json_reply(load("tempolor/song-query-documented.json"))) as service:
        (update,) = provider(service.url).query([PollTarget("generate", "123")])
    assert update.tracks[0].title == "Owl's Moonlit Waltz"


def test_a_callback_is_read_with_what_was_asked_for() -> None:
    body = load("tempolor/song-callback-main-succeeded.json")
    (update,) = provider().parse_callback(body, SubmittedWith("generate", {"instrumental": True}))
    assert update.stage == "audio_complete"
    assert update.tracks[0].timing_state is TimingState.INSTRUMENTAL


def test_the_settings_make_the_provider() -> None:
    with serving(json_reply(load("tempolor/submit-answer.json"))) as service:
        with override_settings(TEMPOLOR_URL=service.url, TEMPOLOR_API_KEY=KEY, TEMPOLOR_RATE=(7, 10.0)):
            providers.forget()
            built = providers.get("tempolor")
            built.submit("generate", PARAMS, BACK)
        providers.forget()
    assert (built.name, built.batch, built.retention.days) == ("tempolor", 10, 3)
    assert json.loads(service.requests[0].body)["prompt"] == "calm harbour"
    assert (built.rate, built.has_balance) == (Rate(7, 10.0), True)


def test_the_mainland_service_is_another_origin_and_nothing_else() -> None:
    with serving(json_reply(load("tempolor/submit-answer.json"))) as one, serving(json_reply({})) as other:
        with override_settings(TEMPOLOR_URL=one.url, TEMPOLOR_API_KEY=KEY):
            for origin in (one.url, other.url):
                with override_settings(TEMPOLOR_URL=origin):
                    providers.forget()
                    with suppress(AnswerLost):
                        providers.get("tempolor").submit("generate", PARAMS, BACK)
        providers.forget()
    assert [request.path for request in one.requests] == [request.path for request in other.requests]
    assert [request.body for request in one.requests] == [request.body for request in other.requests]
