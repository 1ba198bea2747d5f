"""The admin's frame and the way its lists and forms show values: as the pages of the site do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.support.admin_rows import change_url, list_url, make_whole_song, page
from tests.support.clients import MayOnly
from tests.support.factories import make_task, make_track

pytestmark = pytest.mark.django_db
MODELS = sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_has_the_frame_of_the_site_and_no_style_of_djangos(boss: Client, model: str) -> None:
    text = page(boss.get(list_url(model)))
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    assert len(sheets) >= 8
    assert all("/styles/" in sheet for sheet in sheets)
    assert 'class="rail"' in text
    assert "style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)


def test_the_rail_marks_where_one_is(boss: Client) -> None:
    text = page(boss.get(list_url("tracks_task", "status=unsure")))
    assert re.search(r'<a href="[^"]+status=unsure" aria-current="page"><span>Unsure tasks', text)
    assert re.search(r'<a href="/admin/tracks/task/" aria-current="true"><span>Tasks', text)


def test_the_rail_holds_what_the_user_may_see(may_only: MayOnly) -> None:
    text = page(may_only("view_task").get("/admin/"))
    assert "Failed tasks" in text
    assert "Locked logins" not in text
    assert "People" not in text


def test_a_cell_says_on_a_phone_what_it_is_and_blank_ones_are_left_out(boss: Client) -> None:
    make_task(status="failed", error_kind="content", error_message="Refused", finished_at=timezone.now())
    text = page(boss.get(list_url("tracks_task")))
    assert '<td data-label="Status" class="field-state"><span class="flag" data-tone="bad"' in text
    assert '<td data-label="Operation" data-title class="field-provider_and_operation"><a ' in text
    assert 'data-blank class="field-created_by' in text


def test_times_and_switches_of_any_table_are_words(boss: Client) -> None:
    attempts = apps.get_model("axes", "AccessAttempt").objects
    at = timezone.now() - timedelta(minutes=5)
    row = attempts.create(
        username="ada", ip_address="192.0.2.1", user_agent="a", attempt_time=at, failures_since_start=10
    )
    attempts.filter(pk=row.pk).update(attempt_time=at)
    text = page(boss.get(list_url("axes_accessattempt")))
    assert ">5 min ago</time>" in text
    assert re.search(r'data-tone="bad"[^>]*>locked<', text)
    people = page(boss.get(list_url("auth_user")))
    assert re.search(r'class="field-is_superuser"><span class="flag" data-tone="ok"', people)
    assert "icon-yes" not in people
    assert "<time " in page(boss.get(change_url(User.objects.get())))


def test_a_song_has_its_cover_and_its_page_one_click_away(boss: Client) -> None:
    track = make_whole_song()
    make_track(title="Another")
    assert page(boss.get(list_url("tracks_track"))).count('class="field-picture"><img src="/') == 2
    text = page(boss.get(change_url(track)))
    assert re.search(rf'href="/tracks/{track.pk}/">Open the song<', text)
    assert (
        f'href="{change_url(track.task)}">TemPolor' in text or f'href="{change_url(track.task)}">Suno' in text
    )


def test_the_page_after_the_logout_is_ours(boss: Client) -> None:
    assert "You are logged out" in page(boss.post("/admin/logout/"))
