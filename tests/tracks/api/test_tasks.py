"""Tasks over the API: create, list, read, poll now, resolve."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.asserts import assertNumQueries
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.api_tasks import SONG, create, with_params
from tests.support.factories import make_asset, make_lines, make_task, make_track
from tracks.domain.statuses import TaskStatus
from tracks.models import Event, Task

pytestmark = pytest.mark.django_db

ROW = {
    *("id", "provider", "operation", "origin", "external_id", "source_track", "status", "error"),
    *("created_at", "submitted_at", "finished_at", "next_poll_at"),
}


def test_a_task_is_made_and_waits_for_a_worker(api: APIClient, ada: User) -> None:
    answer = create(api)
    assert answer.status_code == 201
    task = answer.json()
    assert set(task) == ROW | {"params", "warnings", "tracks", "events"}
    assert (task["status"], task["origin"], task["external_id"]) == ("queued", "submitted", "")
    assert task["params"] == SONG["params"]
    assert (task["error"], task["source_track"], task["submitted_at"], task["tracks"]) == (
        None,
        None,
        None,
        [],
    )
    assert [event["kind"] for event in task["events"]] == ["task.created"]
    assert task["events"][0]["data"] == {"by": "ada"}
    assert answer["Location"] == f"http://testserver/api/v1/tasks/{task['id']}/"
    row = Task.objects.get()
    assert (row.created_by, row.submit_at is not None) == (ada, True)


def test_a_model_that_we_do_not_know_is_passed_on(api: APIClient) -> None:
    assert create(api, with_params(model="Brand New v9")).status_code == 201


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "provider"),
        (SONG | {"provider": "mozart"}, "provider"),
        (SONG | {"provider": None}, "provider"),
        (SONG | {"provider": ["tempolor"]}, "provider"),
        (SONG | {"provider": {"a": 1}}, "provider"),
        (SONG | {"operation": "upload-extend"}, "operation"),
        (SONG | {"operation": ""}, "operation"),
        (SONG | {"operation": "x" * 33}, "operation"),
        (SONG | {"operation": 7}, "operation"),
        (SONG | {"params": None}, "params"),
        (SONG | {"params": []}, "params"),
        (SONG | {"params": "prompt"}, "params"),
        ({"provider": "tempolor", "operation": "generate"}, "params"),
        (SONG | {"prompt": "too high up"}, "prompt"),
        (SONG | {"": 1}, ""),
        (SONG | {"params": {"model": "TemPolor v4.5"}}, "params.prompt"),
        (with_params(prompt="x" * 100_000), "params.prompt"),
        (with_params(prompt="nul \x00"), "params.prompt"),
        (with_params(prompt=None), "params.prompt"),
        (with_params(prompt=["a"]), "params.prompt"),
        (with_params(prompt={"a": {"b": []}}), "params.prompt"),
        (with_params(tempo="allegro"), "params.tempo"),
        (with_params(**{"nul\x00": 1}), "params.nul\x00"),
        (with_params(callback_url="https://mine.example/"), "params.callback_url"),
    ],
)
def test_a_400_names_the_field(api: APIClient, body: Any, attr: str) -> None:
    answer = create(api, body)
    assert attr in attrs(answer)
    assert not Task.objects.exists()
    if attr.startswith("params."):
        name = attr.removeprefix("params.")
        assert any(name in error["detail"] for error in answer.json()["errors"])


def test_every_fault_is_named_at_once(api: APIClient) -> None:
    answer = create(api, SONG | {"params": {"prompt": "", "tempo": 1}})
    assert attrs(answer) == {"params.prompt", "params.model", "params.tempo"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"tempolor"',
        b"7",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"provider": "tempolor", "operation": "generate", "params": {"prompt": "\\ud800"}}',
        b'{"provider": "tempolor", "operation": "generate", "params": {"\\udfff": 1}}',
        b'{"provider": NaN}',
        b'{"params": {"prompt": Infinity}}',
        b'{"params": {"prompt": 1e999}}',
        b'{"params": {"prompt": ' + b"9" * 400 + b"}}",
        b'{"params": {"prompt": ' + b"9" * 5000 + b"}}",
    ],
)
def test_a_body_that_is_none_is_refused(api: APIClient, body: Any) -> None:
    answer = api.generic("POST", "/api/v1/tasks/", body, "application/json")
    refusal(answer, 400)


@pytest.mark.parametrize("charset", ["zlib", "base64", "utf-16", "rot13", "nonsense"])
def test_json_is_utf8_whatever_the_header_says(api: APIClient, charset: str) -> None:
    body: Any = json.dumps(with_params(prompt="é"), ensure_ascii=False).encode()
    kind = f"application/json; charset={charset}"
    answer = api.generic("POST", "/api/v1/tasks/", body, kind)
    assert answer.status_code == 201
    assert answer.json()["params"]["prompt"] == "é"


def test_a_body_beyond_the_limit_is_refused(api: APIClient) -> None:
    body = json.dumps(SONG | {"provider": "x" * 3_000_000})
    refusal(api.generic("POST", "/api/v1/tasks/", body, "application/json"), 413)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_content_type_is_refused(api: APIClient, kind: str) -> None:
    refusal(api.generic("POST", "/api/v1/tasks/", "provider=tempolor", kind), 415)


def test_a_task_is_read_with_its_tracks_and_events_oldest_first(api: APIClient) -> None:
    task = make_task(status=TaskStatus.SUCCEEDED)
    second, first = make_track(task, position=1), make_track(task, position=0)
    make_lines(first, "verse", ("Moonlight", 1000, 2500))
    for kind in ("task.created", "task.status"):
        Event.objects.create(task=task, kind=kind)
    found = api.get(f"/api/v1/tasks/{task.pk}/").json()
    assert set(found) == ROW | {"params", "warnings", "tracks", "events"}
    assert [track["id"] for track in found["tracks"]] == [first.pk, second.pk]
    assert [line["text"] for line in found["tracks"][0]["lyrics"]] == ["verse", "Moonlight"]
    assert [event["kind"] for event in found["events"]] == ["task.created", "task.status"]


def test_reading_a_task_costs_the_same_for_many_tracks(api: APIClient) -> None:
    task = make_task()
    for position in range(6):
        track = make_track(task, position=position)
        make_lines(track, ("la", 0, 10))
        make_asset(track)
        Event.objects.create(task=task, kind="track.created", track=track)
    with assertNumQueries(9):
        api.get(f"/api/v1/tasks/{task.pk}/")


def test_an_error_says_what_and_why(api: APIClient) -> None:
    task = make_task(
        status=TaskStatus.FAILED,
        error_code="413",
        error_kind="copyright",
        error_message="too close to a known song",
        error_advice="Change the lyrics and send it again.",
    )
    assert api.get(f"/api/v1/tasks/{task.pk}/").json()["error"] == {
        "code": "413",
        "kind": "copyright",
        "message": "too close to a known song",
        "advice": "Change the lyrics and send it again.",
    }


def test_times_are_utc_and_the_source_is_an_id(api: APIClient) -> None:
    source = make_track()
    at = datetime(2026, 11, 1, 12, 30, 15, tzinfo=UTC)
    task = make_task(submitted_at=at, source_track=source)
    found = api.get(f"/api/v1/tasks/{task.pk}/").json()
    assert (found["submitted_at"], found["source_track"]) == ("2026-11-01T12:30:15Z", source.pk)


@pytest.mark.parametrize("pk", ["99999999999999999999", "9" * 5000, "0", "12345"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "refresh/"), ("POST", "settle/")])
def test_a_task_that_is_not_there_is_a_404(api: APIClient, pk: str, method: str, rest: str) -> None:
    refusal(api.generic(method, f"/api/v1/tasks/{pk}/{rest}", '{"resend": true}', "application/json"), 404)


def test_a_list_leaves_out_the_details(api: APIClient) -> None:
    make_task()
    found = api.get("/api/v1/tasks/").json()
    assert set(found) == {"next", "previous", "results"}
    assert set(found["results"][0]) == ROW


def test_a_list_is_newest_first_and_costs_one_query_beyond_the_login(api: APIClient) -> None:
    ids = [make_task().pk for _ in range(20)]
    with assertNumQueries(4):
        found = api.get("/api/v1/tasks/").json()
    assert [row["id"] for row in found["results"]] == ids[::-1]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("provider=suno", True),
        ("provider=tempolor", False),
        ("operation=upload-extend", True),
        ("operation=generate", False),
        ("status=unsure", True),
        ("status=running", False),
        ("origin=adopted", True),
        ("origin=submitted", False),
        ("external_id=task-7", True),
        ("external_id=task-8", False),
        ("external_id=task-7&provider=suno", True),
        ("external_id=task-7&provider=tempolor", False),
        ("status=", True),
        ("provider=suno&status=unsure&origin=adopted", True),
    ],
)
def test_filters_narrow_the_list(api: APIClient, query: str, is_found: bool) -> None:
    make_task(
        provider="suno", operation="upload-extend", status="unsure", origin="adopted", external_id="task-7"
    )
    assert bool(api.get(f"/api/v1/tasks/?{query}").json()["results"]) is is_found


def test_pages_lead_on_and_keep_the_question(api: APIClient) -> None:
    ids = [make_task(provider="suno").pk for _ in range(5)]
    seen, address = [], "/api/v1/tasks/?provider=suno&page_size=2&ordering=id"
    while address:
        found = api.get(address).json()
        seen += [row["id"] for row in found["results"]]
        address = found["next"]
        assert not address or address.startswith("http://testserver/api/v1/tasks/?")
        assert not address or {"provider=suno", "page_size=2", "ordering=id"} <= set(
            address.partition("?")[2].split("&")
        )
    assert seen == ids
    assert [row["id"] for row in api.get(found["previous"]).json()["results"]] == ids[2:4]


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("provider=mozart", "provider"),
        ("operation=dance", "operation"),
        ("operation=%00", "operation"),
        ("status=done", "status"),
        ("status=%00", "status"),
        ("origin=mars", "origin"),
        ("external_id=%00", "external_id"),
        ("external_id=" + "x" * 201, "external_id"),
        ("ordering=title", "ordering"),
        ("ordering=--id", "ordering"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "A" * 5000, "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=" + "9" * 5000, "page_size"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(api: APIClient, query: str, attr: str) -> None:
    assert attrs(api.get(f"/api/v1/tasks/?{query}")) == {attr}


def test_more_parameters_than_anyone_needs_are_refused(api: APIClient) -> None:
    refusal(api.get("/api/v1/tasks/?" + "a=1&" * 1001), 400)


def test_refresh_polls_now(api: APIClient) -> None:
    task = make_task(next_poll_at=timezone.now() + timedelta(hours=1))
    answer = api.post(f"/api/v1/tasks/{task.pk}/refresh/")
    assert answer.status_code == 202
    task.refresh_from_db()
    assert task.next_poll_at is not None
    assert task.next_poll_at <= timezone.now()
    assert answer.json()["events"][-1]["data"]["by"] == "ada"


@pytest.mark.parametrize("status", ["queued", "unsure"])
def test_refresh_waits_for_the_providers_id(api: APIClient, status: str) -> None:
    task = make_task(status=status, external_id="")
    assert refusal(api.post(f"/api/v1/tasks/{task.pk}/refresh/"), 409)["code"] == "conflict"


def settle(api: APIClient, task: Task, body: Any) -> Any:
    return api.post(f"/api/v1/tasks/{task.pk}/settle/", body, format="json")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"external_id": "item-found"}, "running"), ({"resend": True}, "queued"), ({"abandon": True}, "failed")],
)
def test_an_unsure_task_is_resolved(api: APIClient, body: Any, status: str) -> None:
    task = make_task(status=TaskStatus.UNSURE, external_id="")
    answer = settle(api, task, body)
    assert answer.status_code == 200
    assert answer.json()["status"] == status
    assert answer.json()["external_id"] == body.get("external_id", "")


@pytest.mark.parametrize("status", ["queued", "running", "succeeded", "partial", "failed", "overdue"])
@pytest.mark.parametrize("body", [{"external_id": "x"}, {"resend": True}, {"abandon": True}])
def test_only_an_unsure_task_is_resolved(api: APIClient, status: str, body: Any) -> None:
    task = make_task(status=status)
    assert refusal(settle(api, task, body), 409)["code"] == "conflict"


def test_an_id_that_is_another_tasks_resolves_nothing(api: APIClient) -> None:
    make_task(external_id="item-theirs")
    task = make_task(status=TaskStatus.UNSURE, external_id="")
    refusal(settle(api, task, {"external_id": "item-theirs"}), 409)
    task.refresh_from_db()
    assert (task.status, task.external_id) == ("unsure", "")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"resend": True, "abandon": True},
        {"external_id": "x", "resend": True},
        {"resend": False},
        {"resend": None},
        {"external_id": ""},
        {"external_id": "  "},
        {"external_id": None},
        {"external_id": "x\x00"},
        {"external_id": "x" * 201},
        {"external_id": {"a": 1}},
        {"resend": "perhaps"},
        {"resend": True, "abandon": False},
        {"retry": True},
        [],
        "resend",
    ],
)
def test_a_settlement_is_exactly_one_of_three(api: APIClient, body: Any) -> None:
    task = make_task(status=TaskStatus.UNSURE, external_id="")
    refusal(settle(api, task, body), 400)
    task.refresh_from_db()
    assert task.status == TaskStatus.UNSURE
