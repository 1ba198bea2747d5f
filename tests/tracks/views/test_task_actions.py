"""What a person can do about a task: poll it now, and resolve one whose answer was lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.factories import make_task
from tests.support.html import Page
from tracks.domain.updates import Source, TaskState, TaskUpdate
from tracks.models import Task
from tracks.services.ingest.apply import Provenance, apply


def page_of(staff: Client, task: Task) -> Page:
    return Page(staff.get(f"/tasks/{task.pk}/"))


def posted(staff: Client, task: Task, **values: str) -> Page:
    answer = staff.post(f"/tasks/{task.pk}/", values, follow=True)
    task.refresh_from_db()
    return Page(answer)


def test_polling_now_makes_the_task_due(staff: Client) -> None:
    task = make_task(status="overdue")
    page = posted(staff, task, do="poll")
    assert task.next_poll_at is not None
    assert "The provider is being polled." in page.words
    assert "Poll requested by ada" in page.words


def test_polling_a_task_that_was_never_sent_is_refused_with_a_reason(staff: Client) -> None:
    task = make_task(status="queued", external_id="")
    assert "The task is queued: the provider's id is not known" in posted(staff, task, do="poll").words


@pytest.mark.parametrize(
    ("status", "external_id", "offered"),
    [
        ("queued", "", []),
        ("running", "x", ["poll"]),
        ("overdue", "x", ["poll"]),
        ("succeeded", "x", []),
        ("partial", "x", ["poll"]),
        ("failed", "", []),
        ("unsure", "", ["set-id", "resend", "abandon"]),
    ],
)
def test_only_what_helps_is_offered(staff: Client, status: str, external_id: str, offered: list[str]) -> None:
    page = page_of(staff, make_task(status=status, external_id=external_id))
    assert [one["value"] for one in page.named("button") if one.get("name") == "do"] == offered
    assert ("Send again with changes" in page.words) is (status in ("failed", "partial"))


def test_an_unsure_task_continues_with_the_id_that_a_person_found(staff: Client) -> None:
    task = make_task(status="unsure", external_id="")
    page = posted(staff, task, do="set-id", external_id=" item-99 ")
    assert (task.status, task.external_id) == ("running", "item-99")
    assert "The task continues with this id" in page.words


def actions(page: Page) -> list[str | None]:
    return [one["value"] for one in page.named("button") if one.get("name") == "do"]


def report(task: Task, external_id: str) -> None:
    update = TaskUpdate(external_id, state=TaskState.RUNNING)
    apply(task.pk, [update], Provenance(Source.POLL, timezone.now(), {}))


@pytest.mark.parametrize(
    "values", [{"status": "running"}, {"status": "overdue", "gave_up_at": timezone.now()}]
)
def test_a_mistyped_id_can_be_corrected_until_the_provider_knows_it(
    staff: Client, values: dict[str, Any]
) -> None:
    task = make_task(status="unsure", external_id="")
    posted(staff, task, do="set-id", external_id="tpyo")
    Task.objects.filter(pk=task.pk).update(**values)
    assert actions(page_of(staff, task)) == ["poll", "set-id", "abandon"]
    posted(staff, task, do="set-id", external_id="typo")
    assert task.external_id == "typo"
    report(task, "typo")
    assert actions(page_of(staff, task)) == ["poll"]
    assert "The task is running" in posted(staff, task, do="abandon").words


def test_a_task_with_a_mistyped_id_can_be_given_up(staff: Client) -> None:
    task = make_task(status="unsure", external_id="")
    posted(staff, task, do="set-id", external_id="tpyo")
    page = posted(staff, task, do="abandon")
    assert (task.status, task.next_poll_at) == ("failed", None)
    assert "The provider may have made and charged it: look there before you send it again." in page.words
    assert "Sending it again may help" not in page.words


def test_an_id_that_is_another_tasks_is_refused_with_a_reason(staff: Client) -> None:
    make_task(external_id="item-99")
    task = make_task(status="unsure", external_id="")
    page = posted(staff, task, do="set-id", external_id="item-99")
    assert task.status == "unsure"
    assert "The id item-99 is another task's." in page.words


@pytest.mark.parametrize("external_id", ["", "  ", "x" * 201, "a\x00b"])
def test_an_id_that_cannot_be_one_is_refused_beside_the_field(staff: Client, external_id: str) -> None:
    task = make_task(status="unsure", external_id="")
    page = Page(staff.post(f"/tasks/{task.pk}/", {"do": "set-id", "external_id": external_id}), status=400)
    assert "fault" in page.html
    task.refresh_from_db()
    assert task.status == "unsure"


def test_an_unsure_task_can_be_sent_again(staff: Client) -> None:
    task = make_task(status="unsure", external_id="")
    posted(staff, task, do="resend")
    assert task.status == "queued"
    assert task.submit_at is not None


def test_an_unsure_task_can_be_given_up(staff: Client) -> None:
    task = make_task(status="unsure", external_id="")
    page = posted(staff, task, do="abandon")
    assert task.status == "failed"
    assert "Results that still arrive are accepted." in page.words


@pytest.mark.parametrize("do", ["resend", "abandon", "set-id"])
def test_only_an_unsure_task_is_resolved(staff: Client, do: str) -> None:
    task = make_task(status="running")
    page = posted(staff, task, do=do, external_id="other")
    assert task.status == "running"
    assert "only an unsure one can be resolved" in page.words
