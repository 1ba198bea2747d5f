"""Whatever is wrong with a request, the answer is JSON in the one shape."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tracks.api.base import ApiView

pytestmark = pytest.mark.django_db

LISTS = ["tasks/", "tracks/", "events/"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "nonsense/",
        "tasks",
        "tasks/one/",
        "tasks/-1/",
        "tasks/1.5/",
        "tasks/%00/",
        "tasks/%E2%82%AC/",
        "tasks/1/nonsense/",
        "tasks//1/",
        "tracks/1/lyrics",
        "tracks/1/lyrics.",
        "tracks/1/lyrics.mp3",
        "tracks/1/lyrics.json/",
        "tracks/1/media/",
        "../../etc/passwd",
        "%ff%fe",
        "admin/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_an_unknown_address_is_a_404(api: APIClient, address: str, method: str) -> None:
    refusal(api.generic(method, f"/api/v1/{address}"), 404)


def test_an_unknown_address_is_a_404_without_a_login_too() -> None:
    refusal(APIClient().get("/api/v1/nonsense/"), 404)


@pytest.mark.parametrize("address", [*LISTS, "schema/", "tasks/1/", "tasks/1/refresh/", "tracks/1/"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "PROPFIND", "FLY"])
def test_another_method_is_a_405(api: APIClient, address: str, method: str) -> None:
    assert refusal(api.generic(method, f"/api/v1/{address}"), 405)["code"] == "method_not_allowed"


# Of each view, which must not be taken for handlers.
ATTRIBUTES = [
    name for name in dir(ApiView) if not name.startswith("_") and name not in ApiView.http_method_names
]


@pytest.mark.parametrize("address", ["tasks/", "tracks/1/archive/", "schema/"])
def test_a_method_named_like_an_attribute_is_a_405(api: APIClient, address: str) -> None:
    for word in [*ATTRIBUTES, "request", "args", "kwargs", "headers", "permission_classes"]:
        refusal(api.generic(word.upper(), f"/api/v1/{address}"), 405)


def test_reading_is_not_doing(api: APIClient) -> None:
    for address in ("tasks/1/refresh/", "tasks/1/settle/", "tracks/1/archive/"):
        refusal(api.get(f"/api/v1/{address}"), 405)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", ";", "\x00"])
def test_another_representation_is_a_406(api: APIClient, address: str, accept: str) -> None:
    refusal(api.get(f"/api/v1/{address}", HTTP_ACCEPT=accept), 406)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,*/*;q=0.8"])
def test_json_is_what_comes_otherwise(api: APIClient, accept: str) -> None:
    answer = api.get("/api/v1/tasks/", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("length", ["-1", "many", "", "99999999999999999999"])
def test_a_content_length_that_lies_is_no_crash(api: APIClient, length: str) -> None:
    answer = api.generic("POST", "/api/v1/tasks/", "{}", "application/json", CONTENT_LENGTH=length)
    assert answer.status_code in (400, 413)
    refusal(answer, answer.status_code)
