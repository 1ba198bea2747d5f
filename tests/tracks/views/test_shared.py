"""File links: one archived file for one task, for a limited time, and nothing else."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from musicgen.logs import redact_line
from tests.support.factories import make_asset, make_task, make_track
from tracks import signed_urls
from tracks.models import Asset, Task

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 4


@pytest.fixture
def archived(settings: Any, tmp_path: Path) -> Asset:
    """An archived file, and a task that is made from its track."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "song.mp3").write_bytes(BODY)
    return make_asset(
        make_track(make_task(status="succeeded")), status="archived", file="song.mp3", sha256="ab" * 32,
        content_type="audio/mpeg", archived_at=timezone.now(),
    )  # fmt: skip


def task_from(asset: Asset) -> Task:
    return make_task(operation="stems", source_track=asset.track, status="queued", external_id="")


def path_to(asset: Asset, task: Task) -> str:
    return signed_urls.file_link(asset, task.pk).removeprefix(configured.PUBLIC_URL)


def test_who_holds_the_link_gets_the_file_without_a_login(archived: Asset) -> None:
    answer = Client().get(path_to(archived, task_from(archived)))
    assert (answer.status_code, answer.getvalue()) == (200, BODY)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not answer.cookies


def test_parts_of_it_can_be_had(archived: Asset) -> None:
    answer = Client().get(path_to(archived, task_from(archived)), headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.getvalue()) == (206, BODY[4:8])


def test_its_size_can_be_asked_for(archived: Asset) -> None:
    answer = Client().head(path_to(archived, task_from(archived)))
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(BODY)), b"")


def test_the_link_ends_after_a_day(archived: Asset) -> None:
    path = path_to(archived, task_from(archived))
    with time_machine.travel(
        timezone.now() + signed_urls.FILE_LINK_LIFETIME - timedelta(minutes=1), tick=False
    ):
        assert Client().get(path).status_code == 200
    with time_machine.travel(
        timezone.now() + signed_urls.FILE_LINK_LIFETIME + timedelta(seconds=2), tick=False
    ):
        assert Client().get(path).status_code == 404


def test_the_link_outlives_a_change_of_the_key(archived: Asset, settings: Any) -> None:
    path = path_to(archived, task_from(archived))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "1-1", "1-1.abc.def", "%00", "..%2f..%2fsong.mp3", "9" * 5000])
def test_what_we_did_not_sign_opens_nothing(archived: Asset, token: str) -> None:
    answer = Client().get(f"/shared/{token}/")
    assert answer.status_code == 404


@pytest.mark.parametrize("value", ["1", "a-b", "1-2-3", "-", f"{10**30}-1", f"1-{10**30}"])
def test_a_good_signature_over_nonsense_opens_nothing(value: str) -> None:
    token = TimestampSigner(salt="musicgen.shared", sep=".").sign(value)
    assert Client().get(f"/shared/{token}/").status_code == 404


def test_a_callback_token_opens_no_file(archived: Asset) -> None:
    token = TimestampSigner(salt="musicgen.callback.suno", sep=".").sign(
        f"{archived.pk}-{task_from(archived).pk}"
    )
    assert Client().get(f"/shared/{token}/").status_code == 404


def test_a_file_of_another_track_is_not_served(archived: Asset) -> None:
    other = make_task(source_track=make_track(), status="queued", external_id="")
    assert Client().get(path_to(archived, other)).status_code == 404


def test_a_file_that_is_not_archived_is_not_served(archived: Asset) -> None:
    path = path_to(archived, task_from(archived))
    Asset.objects.update(status="expired")
    assert Client().get(path).status_code == 404


def test_a_link_of_a_task_that_is_gone_opens_nothing(archived: Asset) -> None:
    task = task_from(archived)
    path = path_to(archived, task)
    task.delete()
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_but_reading(archived: Asset, method: str) -> None:
    path = path_to(archived, task_from(archived))
    assert Client(enforce_csrf_checks=True).generic(method, path).status_code == 404


def test_the_token_is_in_no_log_line(archived: Asset, caplog: Any) -> None:
    path = path_to(archived, task_from(archived))
    Asset.objects.update(status="expired")
    with caplog.at_level(logging.DEBUG):
        Client().get(path)
    lines = [redact_line(None, "", {"event": record.getMessage()})["event"] for record in caplog.records]
    assert any("/shared/" in line for line in lines)
    assert not any(path.split("/")[2] in line for line in lines)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://songs.example.com", True),
        ("https://93.184.216.34/a.mp3", True),
        ("http://localhost:8000", False),
        ("http://media.localhost", False),
        ("http://127.0.0.1:8100/a.mp3", False),
        ("http://10.0.0.4", False),
        ("http://[::1]:8000", False),
        ("http://nas.local", False),
        ("http://nas", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_which_hosts_others_can_reach(url: str, public: bool) -> None:
    assert signed_urls.is_public_url(url) is public


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_link_to_nothing_says_so_to_people_and_not_why(method: str) -> None:
    answer = getattr(Client(), method)("/shared/bad/")
    assert answer.status_code == 404
    said = answer.content.decode()
    assert said.startswith("There is no file at this address. Whoever gave you") or method == "head"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["X-Content-Type-Options"] == "nosniff"
