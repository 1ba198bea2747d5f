"""Every list and every page of a row opens, with few queries, and stays quick however long the table is."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from musicgen.processes import queue
from tests.support.admin_rows import change_url, list_url, listed, make_whole_song, page
from tests.support.factories import make_superuser, make_task, make_track
from tracks.models import ApiToken, Task, Track, Worker
from tracks.services.playlists import add_to_playlist, create_playlist
from tracks.services.searches import save_search
from tracks.services.tags import set_tags

OURS = [
    "tracks_task",
    "tracks_track",
    "tracks_lyricline",
    "tracks_asset",
    "tracks_statement",
    "tracks_event",
    "tracks_worker",
    "tracks_apitoken",
    "tracks_playlist",
    "tracks_tag",
    "tracks_savedsearch",
    "callbacks_callbackevent",
]
pytestmark = pytest.mark.django_db


def fill(songs: int) -> None:
    user = make_superuser(f"owner-{songs}")
    for number in range(songs):
        track = make_whole_song(created_by=user)
        playlist = create_playlist(f"Drive {songs} {number}", "", user)
        add_to_playlist(playlist.pk, [track.pk], user)
        set_tags(track.pk, ["loud", f"number {songs} {number}"], user)
        save_search(f"Loud {songs} {number}", {"tag": "loud"}, user)
        ApiToken.issue(user.pk)
        Worker.objects.create(name=f"host-{songs}:{number}")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        page(client.get(address))
    return len(seen)


def test_every_model_of_ours_is_in_the_admin() -> None:
    registered = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}
    assert set(OURS) <= registered


@pytest.mark.parametrize("model", OURS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(boss: Client, model: str) -> None:
    fill(2)
    few = queries(boss, list_url(model))
    fill(7)
    assert queries(boss, list_url(model)) == few
    assert few <= 7


@pytest.mark.parametrize("model", OURS)
def test_the_page_of_each_kind_of_row_opens(boss: Client, model: str) -> None:
    fill(1)
    for admin_of in admin.site._registry.values():
        if admin_of.opts.label_lower.replace(".", "_") == model:
            row = admin_of.model._default_manager.order_by("-pk")[0]
            assert queries(boss, change_url(row)) <= 16


def test_a_tasks_page_takes_as_many_queries_for_many_tracks_as_for_one(boss: Client) -> None:
    small, large = make_whole_song().task, make_whole_song().task
    for position in range(1, 6):
        make_track(large, position=position)
    queries(boss, change_url(small))
    assert queries(boss, change_url(small)) == queries(boss, change_url(large))


def test_counting_stops_at_the_cap(boss: Client) -> None:
    Task.objects.bulk_create(Task(provider="suno", operation="generate") for _ in range(10_020))
    with CaptureQueriesContext(connection) as seen:
        text = page(boss.get(list_url("tracks_task")))
    counts = [query["sql"] for query in seen if "COUNT(" in query["sql"].upper()]
    assert counts
    assert all("LIMIT 10000" in sql for sql in counts)
    assert "10000 or more" in " ".join(text.split())


def test_a_page_beyond_the_cap_leads_back(boss: Client) -> None:
    Task.objects.bulk_create(Task(provider="suno", operation="generate") for _ in range(51))
    response = boss.get(list_url("tracks_task", "p=99"))
    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")


def test_the_second_page_follows_the_first(boss: Client) -> None:
    tasks = [make_task(external_id=f"{number}") for number in range(55)]
    first = listed(boss.get(list_url("tracks_task")))
    second = listed(boss.get(list_url("tracks_task", "p=2")))
    assert first + second == [task.pk for task in reversed(tasks)]


def sort_by(client: Client, column: str) -> str:
    names = client.get(list_url("tracks_track")).context["cl"].list_display
    return f"o={names.index(column)}"


@pytest.mark.parametrize(("sign", "expected"), [("", [1, 2, None, None]), ("-", [2, 1, None, None])])
def test_sorting_keeps_rows_without_a_value_at_the_end(boss: Client, sign: str, expected: list[Any]) -> None:
    for rating in (None, 2, 1, None):
        make_track(rating=rating)
    order = sort_by(boss, "rating").replace("=", f"={sign}")
    ids = listed(boss.get(list_url("tracks_track", order)))
    ratings = Track.objects.in_bulk(ids)
    assert [ratings[pk].rating for pk in ids] == expected


@pytest.mark.parametrize("model", OURS)
@pytest.mark.parametrize(
    "query", ["q=%00", "q=%22%27%3B--", "q=99999999999999999999999", "o=99.-1", "p=-3", "status=odd"]
)
def test_nonsense_in_the_address_never_breaks_a_list(boss: Client, model: str, query: str) -> None:
    make_whole_song()
    assert boss.get(list_url(model, query)).status_code in (200, 302, 400)


@pytest.mark.parametrize("pk", ["99999999999999999999999", "0", "abc", "_5F"])
@pytest.mark.parametrize("model", ["tracks_task", "tracks_track", "callbacks_callbackevent"])
def test_a_row_that_is_not_there_leads_to_the_dashboard(boss: Client, model: str, pk: str) -> None:
    response = boss.get(reverse(f"admin:{model}_change", args=[pk]))
    assert response.status_code == 302


def queue_row(model: str) -> Any:
    rows = apps.get_model("django_q", model).objects
    if model == "schedule":
        return rows.create(
            name="sweep", func="musicgen.processes.queue.run_schedules", schedule_type="I", minutes=5
        )
    if model == "ormq":
        queue.enqueue("poll")
        return rows.get()
    now = timezone.now()
    values = {"success": model == "success", "started": now, "stopped": now, "result": "ZeroDivisionError"}
    return rows.create(
        id="a" * 32, name="job", func="musicgen.processes.queue.work", args=("poll",), **values
    )


@pytest.mark.parametrize("model", ["schedule", "success", "failure", "ormq"])
def test_a_row_of_the_queue_can_be_looked_at_and_not_resubmitted(boss: Client, model: str) -> None:
    row = queue_row(model)
    assert "resubmit" not in page(boss.get(list_url(f"django_q_{model}")))
    page(boss.get(change_url(row)))
    assert boss.post(change_url(row), {"func": "os.abort"}).status_code == 403


@pytest.mark.parametrize("model", ["schedule", "success", "failure", "ormq"])
def test_the_queues_own_tables_can_be_looked_at_and_not_changed(boss: Client, model: str) -> None:
    assert boss.get(list_url(f"django_q_{model}")).status_code == 200
    assert boss.get(reverse(f"admin:django_q_{model}_add")).status_code == 403
