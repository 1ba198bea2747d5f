"""A third provider is one folder and one line in the registry: everything else follows by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from callbacks.jobs import process_next
from callbacks.models import CallbackEvent, Outcome
from tests.support.http_server import Service, json_reply
from tests.support.payloads import load
from tracks import jobs, signed_urls
from tracks.domain.statuses import TaskStatus
from tracks.models import Task
from tracks.services.polling.poll import poll_next
from tracks.services.submission.submit import submit_next

pytestmark = pytest.mark.django_db(transaction=True)

PARAMS = {"tune": "Greensleeves"}
PLAYED = load("toy/played.json")


@pytest.fixture
def task(toy: Service, api: APIClient) -> Task:
    answer = api.post("/api/v1/tasks/", {"provider": "toy", "operation": "wind-up", "params": PARAMS})
    assert answer.status_code == 201, answer.content
    return Task.objects.get(pk=answer.json()["id"])


def call_back(task: Task, **headers: Any) -> Any:
    where = f"/callbacks/toy/{signed_urls.callback_token(task)}/"
    return Client().post(where, json.dumps(PLAYED), content_type="application/json", headers=headers)


def test_its_operation_stands_in_the_schema(toy: Service, api: APIClient) -> None:
    schema = api.get("/api/v1/schema/").json()
    bodies = schema["components"]["schemas"]["NewTask"]["oneOf"]
    (found,) = [one for one in bodies if one["properties"]["provider"]["const"] == "toy"]
    assert found["properties"]["operation"]["const"] == "wind-up"
    assert found["properties"]["params"]["properties"]["tune"]["maxLength"] == 40


def test_its_operation_has_a_card_and_a_form(toy: Service, staff: Client) -> None:
    cards = staff.get("/tasks/new/").content.decode()
    assert "Toy Box" in cards
    assert "provider=toy&amp;operation=wind-up" in cards
    form = staff.get("/tasks/new/", {"provider": "toy", "operation": "wind-up"}).content.decode()
    assert 'name="p-tune"' in form
    sent = staff.post("/tasks/new/?provider=toy&operation=wind-up", {"once": "k1", "p-tune": "Greensleeves"})
    assert sent.status_code == 302
    assert Task.objects.get().params == {"tune": "Greensleeves"}


def test_its_limits_are_checked(toy: Service, api: APIClient) -> None:
    body = {"provider": "toy", "operation": "wind-up", "params": {"tune": "x" * 41}}
    answer = api.post("/api/v1/tasks/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "params.tune"


@pytest.mark.parametrize("address", ["/", "/tasks/", "/providers/", "/admin/tracks/task/?provider=toy"])
def test_the_pages_know_it(task: Task, boss: Client, address: str) -> None:
    page = boss.get(address)
    assert page.status_code == 200
    assert "toy" in page.content.decode()


def test_the_lists_of_the_api_can_be_narrowed_to_it(task: Task, api: APIClient) -> None:
    answer = api.get("/api/v1/tasks/", {"provider": "toy", "operation": "wind-up"})
    assert [one["id"] for one in answer.json()["results"]] == [task.pk]


def test_a_worker_has_job_kinds_for_it(task: Task) -> None:
    due = {kind.name: kind.has_due(timezone.now()) for kind in jobs.job_kinds() if kind.name.endswith("-toy")}
    assert due["submit-toy"]
    assert len(due) >= 2


def test_a_callback_brings_its_song(toy: Service, task: Task) -> None:
    assert submit_next("toy")
    assert toy.requests[0].json == {"tune": "Greensleeves", "ring_back": signed_urls.callback_url(task)}
    answer = call_back(task, **{"X-Toy": "tin"})
    assert (answer.status_code, answer.content) == (200, b"ding")
    assert process_next()
    task.refresh_from_db()
    assert (task.status, task.external_id) == (TaskStatus.SUCCEEDED, "b7")
    assert task.stages == ["played"]
    track = task.tracks.get()
    assert (track.external_id, track.status, track.title) == ("b7-1", "ready", "Greensleeves")
    assert track.assets.get().source_url == "https://toy.example/tune.mp3"


def test_a_callback_without_its_signature_is_not_applied(task: Task) -> None:
    submit_next("toy")
    assert call_back(task).status_code == 401
    process_next()
    assert CallbackEvent.objects.get().outcome == Outcome.UNVERIFIED
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING


def test_a_poll_brings_its_song(toy: Service, task: Task) -> None:
    submit_next("toy")
    toy.answer = lambda request: json_reply(PLAYED)
    Task.objects.update(next_poll_at=timezone.now())
    assert poll_next("toy")
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED
    assert task.tracks.get().title == "Greensleeves"


def test_a_refusal_is_shown_with_the_task(toy: Service, task: Task) -> None:
    toy.answer = lambda request: json_reply({"jam": True})
    assert submit_next("toy")
    task.refresh_from_db()
    assert (task.status, task.error_kind, task.error_message) == (
        TaskStatus.FAILED,
        "upstream",
        "The box is jammed.",
    )
