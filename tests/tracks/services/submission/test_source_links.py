"""The link to a source's audio at the submit: whose link is sent, and that it is stored nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.support.factories import make_staff, make_task
from tests.support.http_server import Reply, Request, json_reply
from tests.support.provider_server import provider_at
from tests.support.sources import LINK, make_source, prepared_for
from tracks import signed_urls
from tracks.domain.updates import ErrorKind
from tracks.models import Asset, Task, Track
from tracks.providers.base import Refused
from tracks.services.submission.source_links import MIN_LINK_LIFE, with_link
from tracks.services.submission.submit import create_task, submit_next

pytestmark = pytest.mark.django_db


def make_derived(
    source: Track | None, provider: str = "tempolor", operation: str = "stems", **params: Any
) -> Task:
    return make_task(
        provider=provider,
        operation=operation,
        source_track=source,
        params=params,
        status="queued",
        external_id="",
    )


@pytest.fixture
def public(settings: Any) -> None:
    settings.PUBLIC_URL = "https://songs.example.com"


def is_shared(url: str, asset: Asset, task: Task) -> bool:
    token = url.rstrip("/").rpartition("/")[2]
    return signed_urls.read_file_link(token) == signed_urls.FileLink(asset.pk, task.pk)


def test_the_providers_own_link_is_passed_on_while_it_lives(public: None) -> None:
    assert with_link(make_derived(make_source())) == {"url": LINK}


def test_near_its_end_our_own_link_takes_its_place(public: None) -> None:
    source = make_source()
    Asset.objects.update(expires_at=timezone.now() + MIN_LINK_LIFE - timedelta(seconds=5))
    task = make_derived(source)
    url = with_link(task)["url"]
    assert url.startswith("https://songs.example.com/shared/")
    assert is_shared(url, source.assets.get(), task)


def test_where_we_cannot_be_reached_a_link_with_little_time_is_still_the_best() -> None:
    source = make_source()
    Asset.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    assert with_link(make_derived(source)) == {"url": LINK}


def test_what_only_the_archive_holds_is_shared_from_anywhere() -> None:
    source = make_source()
    Asset.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "/shared/" in with_link(make_derived(source))["url"]


def test_a_link_to_a_private_host_is_for_its_own_provider_only(public: None) -> None:
    source = make_source("suno")
    Asset.objects.update(source_url="http://10.0.0.7/song.mp3")
    assert "/shared/" in with_link(make_derived(source))["url"]
    own = make_derived(source, "suno", "upload-cover")
    assert with_link(own)["uploadUrl"] == "http://10.0.0.7/song.mp3"


def test_a_link_that_was_refused_here_is_not_passed_on(public: None) -> None:
    source = make_source()
    Asset.objects.update(status="failed", file="", sha256="")
    with pytest.raises(Refused, match="cannot be passed on") as refused:
        with_link(make_derived(source))
    assert refused.value.fault.kind == ErrorKind.INPUT
    assert "Nothing was sent." in refused.value.fault.advice


def test_a_source_that_is_gone_cannot_be_linked_to() -> None:
    with pytest.raises(Refused, match="not here any more"):
        with_link(make_derived(None))


def test_a_link_that_was_given_is_sent_as_it_is() -> None:
    assert with_link(make_derived(make_source(), url="https://x.example/a")) == {"url": "https://x.example/a"}


def test_what_names_its_source_by_id_needs_no_link() -> None:
    source = make_source("tempolor")
    task = make_derived(source, "tempolor", "extend", item_id=source.external_id)
    assert with_link(task) == {"item_id": source.external_id}


def test_what_needs_no_source_is_sent_as_it_is() -> None:
    assert with_link(make_derived(None, "tempolor", "generate", prompt="owls")) == {"prompt": "owls"}


# --- From the request to the provider ---
ACCEPTED = json_reply({"status": 200000, "message": "success", "data": {"item_ids": ["mss_1"]}})


def make_queued(source: Track) -> Task:
    prepared = prepared_for("tempolor", "stems", {}, source)
    return create_task("tempolor", "stems", prepared.params, make_staff(), source=prepared.source)[0]


def all_rows(task: Task) -> str:
    return str([vars(task), *task.statements.values(), *task.events.values()])


@pytest.mark.django_db(transaction=True)
def test_the_link_is_sent_and_stored_nowhere(public: None) -> None:
    source = make_source()
    Asset.objects.update(expires_at=timezone.now())
    task = make_queued(source)
    with provider_at(ACCEPTED) as provider:
        assert submit_next("tempolor")
    [request] = provider.requests
    task.refresh_from_db()
    assert is_shared(request.json["url"], source.assets.get(), task)
    assert (task.status, task.params, task.source_track) == ("running", {}, source)
    assert "/shared/" not in all_rows(task)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", [400003, 400006])
def test_a_refusal_that_repeats_the_link_does_not_disclose_it(public: None, code: int) -> None:
    """400003 ends the task, 400006 has it sent again later."""
    source = make_source()
    Asset.objects.update(expires_at=timezone.now())
    task = make_queued(source)
    seen: list[str] = []

    def refuse(request: Request) -> Reply:
        seen.append(request.json["url"])
        return json_reply({"status": code, "message": f"cannot load {seen[0]}", "data": None})

    with provider_at(refuse):
        submit_next("tempolor")
    task.refresh_from_db()
    assert "cannot load https://songs.example.com/…" in all_rows(task)
    assert seen[0].split("/")[4] not in all_rows(task)


@pytest.mark.django_db(transaction=True)
def test_without_a_link_nothing_is_sent_and_the_task_says_why(public: None) -> None:
    source = make_source()
    task = make_queued(source)
    Asset.objects.update(status="expired")
    with provider_at(ACCEPTED) as provider:
        assert submit_next("tempolor")
    task.refresh_from_db()
    assert provider.requests == []
    assert (task.status, task.error_kind) == ("failed", "input")
    assert "cannot be passed on" in task.error_message
    assert "Choose another track" in task.error_advice
