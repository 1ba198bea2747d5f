"""What only staff may see is cached by no browser and no proxy; media and static files say their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings

from tests.support.clients import session_client, token_client
from tests.support.factories import make_asset, make_staff, make_superuser, make_task, make_track
from tracks.files import storage

pytestmark = pytest.mark.django_db
PAGES = ["/", "/tasks/", "/tasks/new/", "/providers/", "/tracks/{track}/", "/tasks/{task}/", "/nowhere/"]
API = [
    "tasks/",
    "tasks/{task}/",
    "tracks/",
    "tracks/{track}/",
    "tracks/{track}/lyrics.txt",
    "tracks/{track}/lyrics.json",
    "events/",
    "schema/",
    "providers/",
    "nowhere/",
    "tasks/0/",
]


def directives(client: Client, address: str) -> set[str]:
    track = make_track(make_task())
    answer = client.get(address.format(track=track.pk, task=track.task_id))
    return {each.strip() for each in answer.headers["Cache-Control"].split(",")}


@pytest.mark.parametrize("address", [*PAGES, "/api/v1/docs/", *(f"/api/v1/{name}" for name in API)])
def test_an_answer_to_staff_is_kept_by_nobody(address: str) -> None:
    assert directives(session_client(make_staff()), address) == {"private", "no-store"}


@pytest.mark.parametrize("address", API)
def test_an_answer_to_a_token_and_a_refusal_are_kept_by_nobody(address: str) -> None:
    address = f"/api/v1/{address}"
    assert directives(token_client(make_staff()), address) == {"private", "no-store"}
    assert directives(Client(), address) == {"private", "no-store"}


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/tracks/track/", "/admin/tracks/track/{track}/change/"]
)
def test_the_admin_is_kept_by_nobody(address: str) -> None:
    assert {"private", "no-store"} <= directives(session_client(make_superuser()), address)


def test_the_page_that_refuses_a_role_is_kept_by_nobody() -> None:
    assert directives(session_client(make_staff(role="")), "/") == {"private", "no-store"}


def test_media_say_their_own(tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        storage.path_of("song.mp3").write_bytes(b"ID3")
        track = make_track()
        make_asset(track, status="archived", file="song.mp3", sha256="ab" * 32, content_type="audio/mpeg")
        answer = session_client(make_staff()).get(f"/api/v1/tracks/{track.pk}/media/audio")
        assert answer["Cache-Control"] == "private, max-age=600"
        answer.close()


def test_static_files_can_be_kept() -> None:
    answer = Client().get("/static/styles/tokens.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")
    answer.close()
