"""Who may see and do what in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.admin_rows import change_url, list_url, make_callback, make_whole_song, page
from tests.support.clients import MayOnly
from tests.support.factories import make_staff, make_task
from tracks.models import ApiToken, Event, LyricLine, Statement, Task, Track, Worker

pytestmark = pytest.mark.django_db
LISTS = [
    "tracks_task",
    "tracks_track",
    "tracks_asset",
    "tracks_event",
    "callbacks_callbackevent",
    "tracks_apitoken",
]
FACTS = [
    "tracks_task",
    "tracks_lyricline",
    "tracks_asset",
    "tracks_statement",
    "tracks_event",
    "tracks_worker",
]


def test_who_is_not_logged_in_is_sent_to_the_login() -> None:
    response = Client().get(list_url("tracks_task"))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", LISTS)
def test_staff_without_permissions_see_no_list(may_only: MayOnly, model: str) -> None:
    assert may_only().get(list_url(model)).status_code == 403


def test_staff_without_permissions_see_no_numbers(may_only: MayOnly) -> None:
    make_task(status="unsure")
    text = page(may_only().get("/admin/"))
    assert "need-n" not in text
    assert "There is nothing here that you may see" in text


def test_who_may_view_tasks_sees_their_numbers_only(may_only: MayOnly) -> None:
    text = page(may_only("view_task").get("/admin/"))
    assert "failed in the last 24 hours" in text
    assert "callback" not in text
    assert "worker" not in text


def test_viewing_shows_the_row_and_no_way_to_change_it(may_only: MayOnly) -> None:
    track = make_whole_song()
    client = may_only("view_track", "view_task")
    text = page(client.get(change_url(track)))
    assert track.title in text
    assert 'name="_save"' not in text
    assert client.post(change_url(track), {"title": "x", "review": "new"}).status_code == 403
    page(client.get(list_url("tracks_task")))
    page(client.get(change_url(track.task)))


def test_viewing_a_track_does_not_show_its_files_and_lines(may_only: MayOnly) -> None:
    track = make_whole_song()
    text = page(may_only("view_track").get(change_url(track)))
    assert "<audio" not in text
    assert "Moonlight guides" not in text
    assert "404 from the provider" not in text


def test_viewing_a_task_does_not_show_statements(may_only: MayOnly) -> None:
    track = make_whole_song()
    text = page(may_only("view_task").get(change_url(track.task)))
    assert track.title not in text
    assert "Statements" not in text
    assert "History</h2>" not in text


@pytest.mark.parametrize(
    ("permission", "model", "action"),
    [
        ("view_task", "tracks_task", "poll_now"),
        ("view_track", "tracks_track", "archive_now"),
        ("view_callbackevent", "callbacks_callbackevent", "process_again"),
    ],
)
def test_viewing_allows_no_action(may_only: MayOnly, permission: str, model: str, action: str) -> None:
    track = make_whole_song()
    callback = make_callback(body=b"1", outcome="parked")
    rows = {"tracks_task": track.task, "tracks_track": track, "callbacks_callbackevent": callback}
    client = may_only(permission)
    assert action not in page(client.get(list_url(model)))
    client.post(list_url(model), {"action": action, "_selected_action": [rows[model].pk]})
    callback.refresh_from_db()
    assert callback.outcome == "parked"
    assert Task.objects.get(pk=track.task.pk).next_poll_at is None
    assert not Event.objects.filter(kind__in=["task.refresh", "track.archive_again"]).exists()


def test_who_may_change_tasks_may_poll_them(may_only: MayOnly) -> None:
    task = make_task()
    may_only("change_task").post(
        list_url("tracks_task"), {"action": "poll_now", "_selected_action": [task.pk]}
    )
    assert Event.objects.filter(kind="task.refresh", task=task).exists()


def test_who_may_change_tracks_may_judge_them(may_only: MayOnly) -> None:
    track = make_whole_song()
    may_only("change_track").post(
        change_url(track), {"title": track.title, "review": "rejected", "notes": ""}
    )
    assert Track.objects.get(pk=track.pk).review == "rejected"


@pytest.mark.parametrize("model", [*FACTS, "tracks_track", "callbacks_callbackevent"])
def test_nobody_adds_facts(boss: Client, model: str) -> None:
    assert boss.get(reverse(f"admin:{model}_add")).status_code == 403


def test_nobody_changes_or_deletes_facts(boss: Client) -> None:
    track = make_whole_song()
    Worker.objects.create(name="host:1")
    rows = [
        track.task,
        track.assets.all()[0],
        LyricLine.objects.all()[0],
        Statement.objects.get(),
        Event.objects.all()[0],
        Worker.objects.get(),
        make_callback(),
    ]
    for row in rows:
        assert boss.post(change_url(row), {"status": "queued"}).status_code == 403
        assert boss.post(change_url(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    assert boss.post(change_url(track).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_a_user_is_deleted_with_their_tokens_and_no_song(boss: Client) -> None:
    ada = make_staff("ada")
    ApiToken.issue(ada.pk)
    track = make_whole_song(created_by=ada)
    boss.post(reverse("admin:auth_user_delete", args=[ada.pk]), {"post": "yes"})
    assert not ApiToken.objects.exists()
    assert Track.objects.filter(pk=track.pk).exists()
