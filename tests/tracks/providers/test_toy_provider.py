"""A third provider is one folder and one line in the registry: everything else follows by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callbacks.jobs import process_next
from callbacks.models import CallbackEvent, Outcome
from tests.support.factories import make_staff
from tests.support.http_server import Reply, Request, Service, said, serving
from tests.tracks.api.conftest import client_of
from tracks import jobs, providers, signed_urls
from tracks.domain.statuses import TaskStatus
from tracks.models import Task
from tracks.services.polling.poll import poll_next
from tracks.services.submission.submit import submit_next

pytestmark = pytest.mark.django_db(transaction=True)

PROVIDER = '''
"""A music box that plays one tune at a time."""

import os
from datetime import timedelta

from tracks.providers.base import Acknowledgement, Provider, Rate, Refused, Unreadable
from tracks.providers.http import Api
from tracks.providers.operations import Field, Operation
from tracks.domain.updates import (
    AssetKind, AssetState, AssetUpdate, Completeness, ErrorKind, Fault, TaskState, TaskUpdate, TrackState,
    TrackUpdate,
)

WIND_UP = Operation(
    "wind-up",
    "Music box",
    "A tune from a music box.",
    fields=(Field("tune", str, "Tune", help="What it plays.", required=True, max_length=40),),
    callback_field="ring_back",
    submit="/wind-up",
    query="/listen",
    stages=("played",),
    doc="https://toy.example/docs",
)


class Toy(Provider):
    name = "toy"
    label = "Toy Box"
    batch = 1
    retention = timedelta(days=1)
    callbacks_are_hints = False
    operations = {WIND_UP.name: WIND_UP}

    def __init__(self, api):
        self._api = api
        self.account = api.account
        self.rate = Rate(1000, 10)

    def submit(self, operation, params, callback_url):
        wound = self._checked(self._api.post(WIND_UP.submit, {**params, "ring_back": callback_url}))
        return TaskUpdate(wound["box"], state=TaskState.RUNNING)

    def query(self, looks):
        (look,) = looks
        return [_tune(self._checked(self._api.post(WIND_UP.query, {"box": look.external_id})))]

    def parse_callback(self, body, asked):
        return [_tune(body)]

    def verify(self, body, headers):
        return headers.get("X-Toy") == "tin"

    def acknowledge(self):
        return Acknowledgement("text/plain", b"ding")

    def _checked(self, answer):
        if not isinstance(answer.json, dict) or "box" not in answer.json:
            raise Refused(Fault("jam", ErrorKind.UPSTREAM, "The box is jammed.", "Wind it up again."))
        return answer.json


def _tune(body):
    if not isinstance(body, dict) or "box" not in body:
        raise Unreadable("It names no box.")
    if "melody" not in body:
        return TaskUpdate(body["box"], state=TaskState.RUNNING)
    melody = AssetUpdate(AssetKind.AUDIO, AssetState.LINKED, url=body["melody"])
    track = TrackUpdate(
        body["box"] + "-1", position=0, state=TrackState.READY, completeness=Completeness.WHOLE,
        title=body.get("title", ""), assets=(melody,),
    )
    return TaskUpdate(body["box"], state=TaskState.DONE, tracks=(track,), stage="played")


def build():
    return Toy(Api("Toy Box", os.environ["TOY_URL"], "tin-key", "TOY", 5))
'''
PLAYED = {"box": "b7", "melody": "https://toy.example/tune.mp3", "title": "Greensleeves"}


def music_box(request: Request) -> Reply:
    """Takes every tune, and plays still."""
    return said({"box": "b7"})


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """One folder where Python looks for packages, one line in the registry."""
    (folder / "toybox").mkdir()
    (folder / "toybox" / "__init__.py").touch()
    (folder / "toybox" / "provider.py").write_text(PROVIDER)
    providers.REGISTRY["toy"] = "toybox.provider"
    providers.forget()
    try:
        yield
    finally:
        del providers.REGISTRY["toy"]
        providers.forget()
        for module in ("toybox.provider", "toybox"):
            sys.modules.pop(module, None)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.syspath_prepend(str(tmp_path))
    with serving(music_box) as service, installed(tmp_path):
        monkeypatch.setenv("TOY_URL", service.url)
        yield service


def ordered() -> Task:
    body = {"provider": "toy", "operation": "wind-up", "params": {"tune": "Greensleeves"}}
    answer = client_of(make_staff()).post("/api/v1/tasks/", body)
    assert answer.status_code == 201, answer.content
    return Task.objects.get(pk=answer.json()["id"])


def ring_back(task: Task, body: Any = PLAYED, **headers: Any) -> Any:
    where = f"/callbacks/toy/{signed_urls.callback_token(task)}/"
    return Client().post(where, json.dumps(body), content_type="application/json", headers=headers)


def test_its_operation_stands_in_the_schema(toy: Service) -> None:
    schema = client_of(make_staff()).get("/api/v1/schema/").json()
    bodies = schema["components"]["schemas"]["NewTask"]["oneOf"]
    (found,) = [one for one in bodies if one["properties"]["provider"]["const"] == "toy"]
    assert found["properties"]["operation"]["const"] == "wind-up"
    assert found["properties"]["params"]["properties"]["tune"]["maxLength"] == 40


def test_its_operation_has_a_card_and_a_form(toy: Service) -> None:
    client = Client()
    client.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
    cards = client.get("/tasks/new/").content.decode()
    assert "Toy Box" in cards
    assert "provider=toy&amp;operation=wind-up" in cards
    form = client.get("/tasks/new/", {"provider": "toy", "operation": "wind-up"}).content.decode()
    assert 'name="p-tune"' in form
    sent = client.post("/tasks/new/?provider=toy&operation=wind-up", {"once": "k1", "p-tune": "Greensleeves"})
    assert sent.status_code == 302
    assert Task.objects.get().params == {"tune": "Greensleeves"}


def test_its_limits_are_checked(toy: Service) -> None:
    body = {"provider": "toy", "operation": "wind-up", "params": {"tune": "x" * 41}}
    answer = client_of(make_staff()).post("/api/v1/tasks/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "params.tune"


@pytest.mark.parametrize("address", ["/", "/tasks/", "/providers/", "/admin/tracks/task/?provider=toy"])
def test_the_pages_know_it(toy: Service, address: str) -> None:
    ordered()
    client = Client()
    staff = make_staff("bo", is_superuser=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address)
    assert page.status_code == 200
    assert "toy" in page.content.decode()


def test_the_lists_of_the_api_can_be_narrowed_to_it(toy: Service) -> None:
    task = ordered()
    answer = client_of(make_staff("bo")).get("/api/v1/tasks/", {"provider": "toy", "operation": "wind-up"})
    assert [one["id"] for one in answer.json()["results"]] == [task.pk]


def test_a_worker_has_duties_for_it(toy: Service) -> None:
    ordered()
    due = {kind.name: kind.has_due(timezone.now()) for kind in jobs.job_kinds() if kind.name.endswith("-toy")}
    assert due["submit-toy"]
    assert len(due) >= 2


def test_a_callback_brings_its_song(toy: Service) -> None:
    task = ordered()
    assert submit_next("toy")
    assert toy.requests[0].json == {"tune": "Greensleeves", "ring_back": signed_urls.callback_url(task)}
    answer = ring_back(task, **{"X-Toy": "tin"})
    assert (answer.status_code, answer.content) == (200, b"ding")
    assert process_next()
    task.refresh_from_db()
    assert (task.status, task.external_id) == (TaskStatus.SUCCEEDED, "b7")
    assert task.stages == ["played"]
    track = task.tracks.get()
    assert (track.external_id, track.status, track.title) == ("b7-1", "ready", "Greensleeves")
    assert track.assets.get().source_url == "https://toy.example/tune.mp3"


def test_a_callback_without_its_sign_is_not_believed(toy: Service) -> None:
    task = ordered()
    submit_next("toy")
    assert ring_back(task).status_code == 401
    process_next()
    assert CallbackEvent.objects.get().outcome == Outcome.UNVERIFIED
    task.refresh_from_db()
    assert task.status == TaskStatus.RUNNING


def test_a_look_brings_its_song(toy: Service) -> None:
    task = ordered()
    submit_next("toy")
    toy.answer = lambda request: said(PLAYED)
    Task.objects.update(next_poll_at=timezone.now())
    assert poll_next("toy")
    task.refresh_from_db()
    assert task.status == TaskStatus.SUCCEEDED
    assert task.tracks.get().title == "Greensleeves"


def test_a_refusal_is_told(toy: Service) -> None:
    toy.answer = lambda request: said({"jam": True})
    task = ordered()
    assert submit_next("toy")
    task.refresh_from_db()
    assert (task.status, task.error_kind, task.error_message) == (
        TaskStatus.FAILED,
        "upstream",
        "The box is jammed.",
    )
