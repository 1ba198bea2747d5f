"""Tasks in the admin: finding, reading and polling them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.admin_rows import change_url, list_url, listed, make_whole_song, messages_of, page
from tests.support.factories import make_task, make_track
from tracks.models import Event, Task

pytestmark = pytest.mark.django_db


def poll(client: Client, *tasks: Task) -> list[str]:
    data = {"action": "poll_now", "_selected_action": [task.pk for task in tasks]}
    return messages_of(client.post(list_url("tracks_task"), data))


def test_a_task_is_found_by_our_id_and_by_the_providers(boss: Client) -> None:
    task = make_task(external_id="item-of-mine")
    make_task()
    assert listed(boss.get(list_url("tracks_task", f"q=%23{task.pk}"))) == [task.pk]
    assert listed(boss.get(list_url("tracks_task", "q=item-of-mine"))) == [task.pk]


def test_a_task_is_found_by_the_id_of_its_track(boss: Client) -> None:
    task = make_track(external_id="audio-7").task
    make_task()
    assert listed(boss.get(list_url("tracks_task", "q=audio-7"))) == [task.pk]


def test_a_search_without_a_hit_is_empty(boss: Client) -> None:
    make_task()
    assert listed(boss.get(list_url("tracks_task", "q=nobody"))) == []


def test_filters_narrow_the_list(boss: Client) -> None:
    fresh = make_task(status="failed", provider="suno")
    make_task(status="failed", finished_at=timezone.now() - timedelta(days=3))
    make_task(provider="suno")
    assert listed(boss.get(list_url("tracks_task", "status=failed&finished=24h"))) == [fresh.pk]
    assert listed(boss.get(list_url("tracks_task", "status=failed&provider=suno"))) == [fresh.pk]


def test_the_page_says_what_went_wrong_and_what_to_do(boss: Client) -> None:
    task = make_task(
        status="failed",
        error_kind="copyright",
        error_code="413",
        error_message="Lyrics too close to a known song",
        error_advice="Change the lyrics and send it again.",
    )
    text = page(boss.get(change_url(task)))
    assert "It brought no results." in text
    assert "copyright · 413 · Lyrics too close to a known song" in text
    assert "Change the lyrics and send it again." in text


def test_the_page_shows_the_history_with_links_to_the_callback(boss: Client) -> None:
    track = make_whole_song()
    callback = Event.objects.get(track=track).data["callback"]
    text = page(boss.get(change_url(track.task)))
    assert "is finished" in text
    assert reverse("admin:callbacks_callbackevent_change", args=[callback]) in text
    assert change_url(track) in text
    assert change_url(track.task.statements.get()) in text


def test_a_long_history_is_cut_and_says_so(boss: Client) -> None:
    task = make_task()
    Event.objects.bulk_create(Event(task=task, kind="task.refresh") for _ in range(205))
    text = page(boss.get(change_url(task)))
    assert text.count("Poll requested") == 200
    assert f"{list_url('tracks_event')}?q=%23{task.pk}" in text


def test_parameters_are_shown_and_escaped(boss: Client) -> None:
    task = make_task(params={"prompt": "<script>alert(1)</script>", "title": "猫頭鷹"})
    text = page(boss.get(change_url(task)))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "猫頭鷹" in text


def test_an_unsure_task_leads_to_the_page_where_it_is_resolved(boss: Client) -> None:
    task = make_task(status="unsure", external_id="")
    assert f'href="{reverse("task", args=[task.pk])}">Resolve it on its page' in page(
        boss.get(change_url(task))
    )


def test_poll_now_makes_tasks_due(boss: Client) -> None:
    tasks = [make_task(), make_task()]
    assert poll(boss, *tasks) == ["success: 2 tasks are polled now."]
    for task in tasks:
        task.refresh_from_db()
        assert task.next_poll_at
        assert task.next_poll_at <= timezone.now()
        assert task.events.get(kind="task.refresh").data["by"] == "boss"


def test_the_page_of_a_task_has_the_action_as_a_button_and_comes_back(boss: Client) -> None:
    task = make_task()
    assert "Poll now</button>" in page(boss.get(change_url(task)))
    data = {"action": "poll_now", "_selected_action": [task.pk], "back_to_row": task.pk}
    response = boss.post(list_url("tracks_task"), data)
    assert response["Location"] == change_url(task)
    assert messages_of(response) == ["success: 1 task is polled now."]


def test_poll_now_warns_of_each_task_that_cannot_be_polled(boss: Client) -> None:
    good, unsure, queued = make_task(), make_task(status="unsure", external_id=""), make_task(status="queued")
    messages = poll(boss, good, unsure, queued)
    assert messages[-1] == "success: 1 task is polled now."
    warnings = [text for text in messages if text.startswith("warning")]
    assert len(warnings) == 2
    assert any(str(unsure) in text and "is unsure" in text for text in warnings)


def test_poll_now_of_all_rows_of_a_large_list_is_refused(boss: Client) -> None:
    Task.objects.bulk_create(
        Task(provider="suno", operation="generate", external_id=f"{n}") for n in range(501)
    )
    first = Task.objects.latest("pk")
    data = {"action": "poll_now", "_selected_action": [first.pk], "select_across": "1"}
    messages = messages_of(boss.post(list_url("tracks_task"), data))
    assert messages == ["warning: At most 500 at once; nothing was done. Narrow the list first."]
    assert not Task.objects.filter(next_poll_at__isnull=False).exists()
