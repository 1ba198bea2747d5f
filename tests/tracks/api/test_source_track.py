"""`source_track` fills in what names a track of ours at its provider; a bad one is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.support.answers import attrs, refusal
from tests.support.api_tasks import SONG, create
from tests.support.factories import make_asset, make_task, make_track
from tracks.models import CatalogueEntry, Task, Track

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "order-67"}


def song(**over: Any) -> Track:
    track = make_track(make_task(provider="suno", status="succeeded"), **over)
    make_asset(track, expires_at=None)
    return track


def wav(source: Any, **params: Any) -> dict[str, Any]:
    return {"provider": "suno", "operation": "wav", "source_track": source, "params": params}


def test_the_ids_are_filled_in(api: APIClient) -> None:
    source = song()
    answer = create(api, wav(source.pk))
    assert answer.status_code == 201
    task = answer.json()
    assert task["source_track"] == source.pk
    assert task["params"] == {"taskId": source.task.external_id, "audioId": source.external_id}
    assert Task.objects.get(pk=task["id"]).source_track == source


def test_the_source_is_seen_in_raw_ids_too(api: APIClient) -> None:
    source = song()
    body = {"provider": "suno", "operation": "wav", "params": {"audioId": source.external_id}}
    assert create(api, body).json()["source_track"] == source.pk


def test_a_recording_is_linked_to_when_it_is_sent(api: APIClient) -> None:
    source = song()
    answer = create(
        api, {"provider": "tempolor", "operation": "stems", "source_track": source.pk, "params": {}}
    )
    assert answer.json()["params"] == {}
    assert "media.example" not in answer.content.decode()


@pytest.mark.parametrize("source", [0, -1, 2**63 - 1, "9" * 30, "x", True, 1.5, [1], {"a": 1}, 999])
def test_what_is_no_track_is_named(api: APIClient, source: Any) -> None:
    assert attrs(create(api, wav(source))) == {"source_track"}
    assert not Task.objects.filter(operation="wav").exists()


def test_null_is_as_if_left_out(api: APIClient) -> None:
    assert attrs(create(api, wav(None))) == {"params.taskId", "params.audioId"}


def test_an_unfit_source_is_named_beside_the_other_faults(api: APIClient) -> None:
    answer = create(api, wav(song(status="failed").pk, tempo=1))
    assert attrs(answer) == {"source_track", "params.tempo"}


def test_an_operation_that_is_made_from_nothing_refuses_a_source(api: APIClient) -> None:
    body = {
        "provider": "suno",
        "operation": "lyrics",
        "params": {"prompt": "owls"},
        "source_track": song().pk,
    }
    assert "not made from a track" in refusal(create(api, body), 400)["detail"]


def test_another_source_is_another_request(api: APIClient) -> None:
    one, two = song(), song()
    assert create(api, wav(one.pk), **KEY).status_code == 201
    assert create(api, wav(one.pk), **KEY).status_code == 200
    assert refusal(create(api, wav(two.pk), **KEY), 409)["code"] == "conflict"


def test_a_model_that_is_not_in_the_list_is_sent_with_a_warning(api: APIClient) -> None:
    CatalogueEntry.objects.create(provider="tempolor", kind="model", name="TemPolor v4.5")
    params = {"prompt": "owls", "model": "Brand New v9"}
    made = create(api, SONG | {"params": params}).json()
    [warning] = made["warnings"]
    assert "“Brand New v9” is not in our list" in warning
    assert api.get(f"/api/v1/tasks/{made['id']}/").json()["warnings"] == [warning]
    assert made["events"][0]["data"] == {"by": "ada", "warnings": [warning]}


def test_a_known_model_is_sent_without_one(api: APIClient) -> None:
    CatalogueEntry.objects.create(provider="tempolor", kind="model", name="TemPolor v4.5")
    assert create(api, SONG).json()["warnings"] == []
