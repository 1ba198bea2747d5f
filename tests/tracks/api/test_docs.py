"""The API's description: valid, complete, and a page that runs under our policy without another host."""

from __future__ import annotations

import io
import re
from typing import Any

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from tests.support.answers import refusal
from tests.support.payloads import load
from tracks import providers
from tracks.files import lyric_export


@pytest.mark.django_db
def test_the_schema_is_valid_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


@pytest.mark.django_db
def test_the_schema_is_served_as_json(api: APIClient, schema: dict[str, Any]) -> None:
    answer = api.get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == schema


@pytest.mark.django_db
def test_the_schema_names_every_address(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    found = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, methods in schema["paths"].items()
        for method in methods
    }
    assert found == {
        "GET tasks/",
        "POST tasks/",
        "GET tasks/{id}/",
        "POST tasks/{id}/refresh/",
        "POST tasks/{id}/settle/",
        "GET tracks/",
        "GET tracks/{id}/",
        "PATCH tracks/{id}/",
        "POST tracks/bulk/",
        *("GET tracks/export.zip", "POST tracks/export.zip", "GET tracks/{id}/export.zip"),
        *("GET playlists/{id}/export.m3u8", "GET playlists/{id}/export.zip"),
        "POST tracks/{id}/archive/",
        "GET tracks/{id}/family/",
        "GET tracks/{id}/compare/{other}/",
        *("GET tracks/{id}/lyrics/", "PUT tracks/{id}/lyrics/", "POST tracks/{id}/lyrics/lint/"),
        *("GET tracks/{id}/notes/", "POST tracks/{id}/notes/", "DELETE tracks/{id}/notes/{note}/"),
        "GET tracks/{id}/lyrics/lint/",
        "POST tracks/{id}/lyrics/restore/",
        "GET tracks/{id}/lyrics/versions/",
        "GET tracks/{id}/lyrics/versions/{version}/",
        *(f"GET tracks/{{id}}/lyrics.{name}" for name in ["json", *lyric_export.FORMATS]),
        "GET tracks/{id}/media/{kind}",
        "GET tracks/{id}/tagged.mp3",
        "GET tracks/{id}/refused/{kind}",
        *("GET playlists/", "POST playlists/"),
        *(f"{method} playlists/{{id}}/" for method in ("GET", "PATCH", "DELETE")),
        *(f"{method} playlists/{{id}}/tracks/" for method in ("GET", "PUT", "POST")),
        *(f"{method} playlists/{{id}}/tracks/{{track}}/" for method in ("PATCH", "DELETE")),
        *("GET tags/", "GET searches/", "POST searches/", "DELETE searches/{id}/"),
        "GET providers/",
        "GET providers/{name}/",
        "GET events/",
        "POST /callbacks/suno/{token}/",
        "POST /callbacks/tempolor/{token}/",
    }


@pytest.mark.django_db
def test_the_schema_knows_the_parameters_of_each_operation(schema: dict[str, Any]) -> None:
    alternatives = schema["components"]["schemas"]["NewTask"]["oneOf"]
    named = {
        (one["properties"]["provider"]["const"], one["properties"]["operation"]["const"]): set(
            one["properties"]["params"]["properties"]
        )
        for one in alternatives
    }
    assert named == {
        (provider.name, operation.name): {field.name for field in operation.fields}
        for provider in providers.registered().values()
        for operation in provider.operations.values()
    }


@pytest.mark.django_db
def test_every_operation_tells_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for operation in methods.values() if path.startswith("/api/") else ():
            refused = operation["responses"]["4XX"]["content"]["application/json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/Error"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("provider", "media_type", "body"),
    [("tempolor", "text/plain", "success"), ("suno", "application/json", {"status": "received"})],
)
def test_the_schema_knows_the_callbacks_of_each_provider(
    schema: dict[str, Any], provider: str, media_type: str, body: Any
) -> None:
    path = f"/callbacks/{provider}/{{token}}/"
    operation = schema["paths"][path]["post"]
    described = operation["requestBody"]["content"]["application/json"]["schema"]
    assert described == providers.get(provider).callback_schema
    assert operation["responses"]["200"]["content"] == {media_type: {"schema": {"const": body}}}
    assert set(operation["responses"]) == {"200", "400", "401", "403", "413", "503"}
    called_back = schema["paths"]["/api/v1/tasks/"]["post"]["callbacks"][provider]
    reference = f"#/paths/~1callbacks~1{provider}~1{{token}}~1"
    assert called_back == {f"http://localhost:8000{path}": {"$ref": reference}}


@pytest.mark.parametrize("name", ["suno/callback-complete.json", "tempolor/song-callback-two-items.json"])
def test_a_documented_callback_is_valid_by_the_schema(name: str) -> None:
    jsonschema.validate(load(name), dict(providers.get(name.split("/")[0]).callback_schema))


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["version=%0d%0aX:1", "lang=..%2f%00", "version=2", "lang=de"])
def test_what_the_query_says_changes_nothing(api: APIClient, query: str, schema: dict[str, Any]) -> None:
    assert api.get(f"/api/v1/schema/?{query}").json() == schema


@pytest.mark.django_db
def test_no_address_of_the_schema_is_public() -> None:
    refusal(APIClient().get("/api/v1/schema/"), 401)


@pytest.mark.django_db
def test_who_is_not_logged_in_is_sent_to_the_login_before_the_page() -> None:
    answer = Client().get("/api/v1/docs/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/api/v1/docs/")


@pytest.mark.django_db
def test_the_page_has_nothing_inline_and_names_no_other_host(ada: User, client: Client) -> None:
    client.force_login(ada)
    answer = client.get("/api/v1/docs/")
    html = answer.content.decode()
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|https?://", html)
    assert "unsafe-" not in answer["Content-Security-Policy"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]
