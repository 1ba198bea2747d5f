"""The schema and the server agree about bodies and queries: what one accepts, the other does too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.support.examples import examples
from tests.support.factories import make_reported_track, make_task

pytestmark = pytest.mark.django_db
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 7)
    | st.floats(-1, 6)
    | st.text(max_size=6)
    | st.lists(st.text(), max_size=1)
    | st.sampled_from(["new", "rejected", " ", "x" * 501])
)
TEXTS = ["", " ", "0", "x", "suno", "generate", "lyrics", "stems", "\x00", "new", "id"]
QUERIES = ["tasks/", "tracks/", "events/"]


def validator(schema: dict[str, Any], part: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**part, "components": schema["components"]})


def body_of(schema: dict[str, Any], method: str, path: str) -> Draft202012Validator:
    described = schema["paths"][f"/api/v1/{path}"][method]["requestBody"]["content"]["application/json"]
    return validator(schema, described["schema"])


SETTLEMENTS = [
    {},
    {"resend": True},
    {"resend": False},
    {"abandon": True},
    {"abandon": "true"},
    {"abandon": 1},
    {"resend": True, "abandon": False},
    {"resend": True, "abandon": True},
    {"external_id": "x"},
    {"external_id": " "},
    {"external_id": "\x1f"},
    {"external_id": "\x00a"},
    {"external_id": 5},
    {"external_id": None},
    {"external_id": "x" * 201},
    {"external_id": "x", "resend": False},
    {"resend": True, "why": "x"},
    [],
]


@pytest.mark.parametrize("body", SETTLEMENTS, ids=str)
def test_a_settlement_is_judged_alike(api: APIClient, schema: dict[str, Any], body: Any) -> None:
    task = make_task(status="unsure", external_id="")
    answer = api.post(f"/api/v1/tasks/{task.pk}/settle/", body)
    is_valid = body_of(schema, "post", "tasks/{id}/settle/").is_valid(body)
    assert answer.status_code == (200 if is_valid else 400)


CHANGES = [
    {},
    {"title": ""},
    {"title": "  "},
    {"title": 5},
    {"title": "\x00"},
    {"title": "a\x1fb"},
    {"title": None},
    {"title": "x" * 501},
    {"notes": ""},
    {"notes": "\x00"},
    {"notes": 5},
    {"rating": "3"},
    {"rating": 3.0},
    {"rating": 3.5},
    {"rating": True},
    {"rating": None},
    {"rating": 6},
    {"review": "approved"},
    {"review": ""},
    {"review": 1},
    {"review": None},
    {"artist": "x"},
    {"tags": []},
    {"tags": ["a", "B"]},
    {"tags": [5]},
    {"tags": [" "]},
    {"tags": ["x" * 65]},
    {"tags": ["\x00"]},
    {"tags": None},
    {"tags": "a"},
    [],
]


@pytest.mark.parametrize("body", CHANGES, ids=str)
def test_changes_of_a_track_are_judged_alike(api: APIClient, schema: dict[str, Any], body: Any) -> None:
    answer = api.patch(f"/api/v1/tracks/{make_reported_track().pk}/", body)
    is_valid = body_of(schema, "patch", "tracks/{id}/").is_valid(body)
    assert answer.status_code == (200 if is_valid else 400)


def test_any_changes_are_judged_alike(api: APIClient, schema: dict[str, Any]) -> None:
    track = make_reported_track()
    described = body_of(schema, "patch", "tracks/{id}/")
    names = st.sampled_from(["title", "review", "rating", "notes", "id"])

    @examples(100, HealthCheck.function_scoped_fixture)
    @given(st.dictionaries(names, VALUES, max_size=3))
    def check(body: dict[str, Any]) -> None:
        answer = api.patch(f"/api/v1/tracks/{track.pk}/", body)
        assert answer.status_code == (200 if described.is_valid(body) else 400), answer.content

    check()


@pytest.mark.parametrize("path", QUERIES)
@pytest.mark.parametrize("value", TEXTS)
def test_each_parameter_is_judged_alike(
    api: APIClient, schema: dict[str, Any], path: str, value: str
) -> None:
    for parameter in schema["paths"][f"/api/v1/{path}"]["get"]["parameters"]:
        name = parameter["name"]
        # A cursor is opaque.
        if name == "cursor":
            continue
        answer = api.get(f"/api/v1/{path}", {name: value})
        assert answer.status_code == (200 if takes(schema, parameter, value) else 400), (name, value)


def takes(schema: dict[str, Any], parameter: dict[str, Any], text: str) -> bool:
    """Whether the schema takes a text as the value of a parameter of this type."""
    described = parameter["schema"]
    kinds = {each.get("type") for each in described.get("anyOf", [described])}
    if "integer" in kinds:
        return text.strip() == "" or (text.isdigit() and validator(schema, described).is_valid(int(text)))
    if "date-time" in str(described):
        return text.strip() == ""
    return validator(schema, described).is_valid(text)


@pytest.mark.parametrize("address", ["tasks/", "tracks/"])
def test_every_parameter_may_be_blank_in_both(api: APIClient, schema: dict[str, Any], address: str) -> None:
    for parameter in schema["paths"][f"/api/v1/{address}"]["get"]["parameters"]:
        assert validator(schema, parameter["schema"]).is_valid("")
        assert api.get(f"/api/v1/{address}?{parameter['name']}=").status_code == 200


def test_every_body_refuses_what_is_not_declared(schema: dict[str, Any]) -> None:
    for name in ("Settlement", "PatchedTrackChanges", "NewTask"):
        part = schema["components"]["schemas"][name]
        assert all(one["additionalProperties"] is False for one in part.get("oneOf", [part]))


def test_a_body_that_is_missing_is_judged_alike(api: APIClient, schema: dict[str, Any]) -> None:
    task, track = make_task(status="unsure", external_id=""), make_reported_track()
    for method, path, pk in (
        ("post", "tasks/", 0),
        ("post", "tasks/{id}/settle/", task.pk),
        ("patch", "tracks/{id}/", track.pk),
    ):
        is_needed = schema["paths"][f"/api/v1/{path}"][method]["requestBody"].get("required", False)
        answer = getattr(api, method)(f"/api/v1/{path.format(id=pk)}")
        assert answer.status_code == (400 if is_needed else 200)


def test_the_session_of_a_page_is_judged_like_a_token(staff: Client, schema: dict[str, Any]) -> None:
    assert staff.get("/api/v1/tasks/?status=").status_code == 200
    assert staff.get("/api/v1/tasks/?operation=nonsense").status_code == 400
