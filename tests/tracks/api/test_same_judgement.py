"""API, schema, form and simulator accept and refuse the same parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from musicgen.simulator import checks
from tests.support.answers import attrs
from tests.support.api_tasks import create
from tests.support.operation_samples import without
from tests.support.orders import ORDERS, params
from tests.support.suno_params import CUSTOM, EXTEND, IDS, SECTION, SIMPLE, TEXTS, UPLOAD
from tracks import providers
from tracks.forms.operation import OperationForm
from tracks.providers.operations import Operation

pytestmark = pytest.mark.django_db
LINK = "https://x.example/a.mp3"
UPLOAD_EXTEND = {
    **UPLOAD,
    "defaultParamFlag": True,
    "instrumental": False,
    "model": "V5",
    "continueAt": 9.5,
    **TEXTS,
}
VOCALS = {**UPLOAD, **TEXTS, "negativeTags": "metal"}
ACCOMPANIMENT = {**UPLOAD, "title": "T", "tags": "pop", "negativeTags": "metal"}
SONG = {"prompt": "calm harbour", "model": "TemPolor v4.5"}
TIDE = {"prompt": "tide", "model": "TemPolor i3.5"}


@dataclass(frozen=True)
class Order:
    """``faulty``: the parameters that are named, none in a good order.

    ``schema_tells``: whether a JSON schema can say so; rules between numbers, and about decimals
    of times, it cannot.
    ``form_asks``: whether a form can send such a thing at all.
    """

    provider: str
    operation: str
    params: dict[str, Any]
    faulty: set[str] = field(default_factory=set)
    schema_tells: bool = True
    form_asks: bool = True

    @property
    def declared(self) -> Operation:
        return providers.get(self.provider).operations[self.operation]

    @property
    def body(self) -> dict[str, Any]:
        return {"provider": self.provider, "operation": self.operation, "params": self.params}

    @property
    def typed(self) -> dict[str, str]:
        """The parameters as a browser sends them: a box without its tick is not sent."""
        given = {name: value for name, value in self.params.items() if value is not False}
        return {f"p-{name}": "on" if value is True else str(value) for name, value in given.items()}


def suno(operation: str, params: dict[str, Any], *faulty: str, **how: bool) -> Order:
    return Order("suno", operation, params, set(faulty), **how)


def tempolor(operation: str, params: dict[str, Any], *faulty: str, **how: bool) -> Order:
    return Order("tempolor", operation, params, set(faulty), **how)


def songs() -> Iterator[Order]:
    yield suno("generate", CUSTOM)
    yield suno("generate", SIMPLE)
    yield suno("generate", without(CUSTOM, "prompt", "style"), "prompt", "style")
    yield suno("generate", without(CUSTOM, "prompt") | {"instrumental": True})
    yield suno("generate", without(SIMPLE, "prompt"), "prompt")
    yield suno("generate", without(SIMPLE, "prompt") | {"instrumental": True}, "prompt")
    yield suno("generate", {**CUSTOM, "title": " "}, "title")
    yield suno("generate", {**SIMPLE, "prompt": "x" * 500})
    yield suno("generate", {**SIMPLE, "prompt": "x" * 501}, "prompt")
    yield suno("generate", {**CUSTOM, "model": "V4", "prompt": "x" * 3000, "style": "x" * 200})
    yield suno(
        "generate", {**CUSTOM, "model": "V4", "prompt": "x" * 3001, "style": "x" * 201}, "prompt", "style"
    )
    yield suno("generate", {**CUSTOM, "prompt": "x" * 5000, "style": "é" * 1000, "title": "é" * 80})
    yield suno("generate", {**CUSTOM, "title": "é" * 81}, "title")
    yield suno("generate", {**CUSTOM, "model": "V9_NEW"})
    yield suno("generate", {**CUSTOM, "model": ""}, "model")
    yield suno("generate", {**CUSTOM, "styleWeight": 1, "weirdnessConstraint": 0, "audioWeight": 0.57})
    yield suno(
        "generate", {**CUSTOM, "styleWeight": 1.01, "audioWeight": -0.01}, "styleWeight", "audioWeight"
    )
    yield suno("generate", {**CUSTOM, "styleWeight": 0.675}, "styleWeight")
    yield suno("generate", {**CUSTOM, "vocalGender": "x", "personaModel": "x"}, "vocalGender", "personaModel")
    yield suno("generate", {**CUSTOM, "customMode": "yes"}, "customMode", form_asks=False)
    yield suno("generate", {**CUSTOM, "styleWeight": True}, "styleWeight", form_asks=False)
    yield suno("generate", {**CUSTOM, "styleWeight": None}, "styleWeight", form_asks=False)
    yield suno("generate", {**CUSTOM, "callBackUrl": LINK}, "callBackUrl", form_asks=False)
    yield suno("generate", {**CUSTOM, "tempo": 120}, "tempo", form_asks=False)
    yield suno("upload-cover", {**UPLOAD, **CUSTOM, "title": "x" * 100})
    yield suno("upload-cover", {**UPLOAD, **CUSTOM, "model": "V4_5ALL", "title": "x" * 81}, "title")
    yield suno("upload-cover", {**CUSTOM, "uploadUrl": "ftp://x.example/a.mp3"}, "uploadUrl")
    yield suno("extend", EXTEND)
    yield suno("extend", {"audioId": "c1", "defaultParamFlag": False, "model": "V5"})
    yield suno("extend", without(EXTEND, "continueAt", "title"), "continueAt", "title")
    yield suno("extend", {**EXTEND, "continueAt": 0}, "continueAt")
    yield suno("upload-extend", UPLOAD_EXTEND)
    yield suno("upload-extend", without(UPLOAD_EXTEND, "prompt"), "prompt")
    yield suno("upload-extend", without(UPLOAD_EXTEND, "prompt") | {"instrumental": True})
    yield suno("upload-extend", without(UPLOAD_EXTEND, *TEXTS) | {"defaultParamFlag": False})
    yield suno("upload-extend", without(UPLOAD_EXTEND, "continueAt"), "continueAt")


def others() -> Iterator[Order]:
    yield suno("add-vocals", VOCALS)
    yield suno("add-vocals", without(VOCALS, "negativeTags", "prompt"), "negativeTags", "prompt")
    yield suno("add-vocals", {**VOCALS, "model": "V4", "prompt": "x" * 3001}, "prompt")
    yield suno("add-instrumental", ACCOMPANIMENT)
    yield suno("add-instrumental", {**ACCOMPANIMENT, "style": "pop"}, "style", form_asks=False)
    yield suno("replace-section", SECTION)
    yield suno("replace-section", {**SECTION, "infillEndS": 16.49}, "infillEndS", schema_tells=False)
    yield suno("replace-section", {**SECTION, "infillStartS": 2.675}, "infillStartS", schema_tells=False)
    yield suno("replace-section", {**SECTION, "infillStartS": -0.5}, "infillStartS")
    yield suno("lyrics", {"prompt": "la " * 200})
    yield suno("lyrics", {"prompt": "la " * 201}, "prompt", schema_tells=False)
    yield suno("wav", IDS)
    yield suno("vocal-removal", {**IDS, "type": "split_stem"})
    yield suno("vocal-removal", {**IDS, "type": "all"}, "type")
    yield suno("cover-image", {"taskId": "aa11"})
    yield suno("video", {**IDS, "author": "x" * 50, "domainName": "x" * 51}, "domainName")
    yield tempolor("generate", SONG)
    yield tempolor("generate", {**SONG, "lyrics": None, "voice_id": None}, form_asks=False)
    yield tempolor("generate", {**SONG, "prompt": None}, "prompt", form_asks=False)
    yield tempolor("generate", {**SONG, "prompt": "🎵" * 1000, "lyrics": "x" * 3001}, "lyrics")
    yield tempolor("generate", {**SONG, "action": "upload_cover", "upload_audio_url": LINK})
    yield tempolor("generate", {**SONG, "upload_audio_url": LINK}, "action", schema_tells=False)
    yield tempolor("extend", {"item_id": "9001", "start_time": 10})
    yield tempolor("extend", {"item_id": "9001", "start_time": 600.0001}, "start_time")
    yield tempolor("instrumental", TIDE)
    yield tempolor("instrumental", {**TIDE, "lyrics": "la"}, "lyrics", form_asks=False)
    yield tempolor("lyrics", {"prompt": "calm harbour", "song_model": None}, form_asks=False)
    yield tempolor("lyrics", {"song_model": "TemPolor v3.5"}, "prompt")
    yield tempolor("stems", {"url": LINK})
    yield tempolor("stems", {"url": "a.mp3"}, "url")


every_order = pytest.mark.parametrize(
    "order", [*songs(), *others()], ids=lambda order: f"{order.provider}-{order.operation}"
)


@every_order
def test_the_declaration(order: Order) -> None:
    assert {problem.field for problem in order.declared.problems(order.params)} == order.faulty


@every_order
def test_the_api(api: APIClient, order: Order) -> None:
    answer = create(api, order.body)
    if order.faulty:
        assert attrs(answer) == {f"params.{name}" for name in order.faulty}
    else:
        assert answer.status_code == 201, answer.content


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Draft202012Validator:
    """Of the body that makes a task; made once, for that takes long and reads only the models and voices."""
    with django_db_blocker.unblock():
        whole = SchemaGenerator().get_schema(request=None, public=True)
    return Draft202012Validator(
        json.loads(json.dumps(whole, default=str))["components"]["schemas"]["NewTask"]
    )


@every_order
def test_the_schema(schema: Draft202012Validator, order: Order) -> None:
    assert schema.is_valid(order.body) == (not order.faulty or not order.schema_tells)


def test_the_schema_asks_for_no_ids_beside_a_track_of_ours(schema: Draft202012Validator) -> None:
    for (provider, operation), ordered in ORDERS.items():
        body = {"provider": provider, "operation": operation, "params": params(ordered)}
        schema.validate(body | ({"source_track": 67} if ordered.from_song else {}))


@every_order
def test_the_form(order: Order) -> None:
    if order.form_asks:
        form = OperationForm(order.provider, order.declared, order.typed)
        assert form.is_valid() == (not order.faulty), form.errors
        assert set(form.errors) == order.faulty


@every_order
def test_the_simulator(order: Order) -> None:
    body = {order.declared.callback_field: "https://home.example/cb", **order.params}
    is_taken = checks.fault(order.declared, body) is None
    # The callback is ours to give; at the provider it is one more parameter.
    assert is_taken == (order.faulty <= {order.declared.callback_field})
