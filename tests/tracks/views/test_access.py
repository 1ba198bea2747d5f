"""Who may see the pages, and what every page promises whoever looks."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.support.clients import session_client
from tests.support.factories import make_lines, make_task, make_track
from tests.support.html import Page
from tests.support.songs import make_song

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    song = make_song()
    make_lines(song, "verse", ("Moonlight", 1000, 2000))
    task = make_task(status="failed", error_kind="content", error_message="Refused")
    return [
        reverse("tracks"),
        reverse("track", args=[song.pk]),
        reverse("track", args=[make_track(status="failed").pk]),
        reverse("tasks"),
        reverse("task", args=[task.pk]),
        reverse("task", args=[make_task(status="unsure").pk]),
        reverse("providers"),
        reverse("new-task"),
        reverse("new-task") + "?provider=tempolor&operation=generate",
        reverse("new-task") + f"?provider=tempolor&operation=stems&source={song.pk}",
        reverse("compare", args=[song.pk, make_track(make_task(source_track=song)).pk]),
    ]


def test_who_is_not_logged_in_is_sent_to_the_login_and_back() -> None:
    for address in addresses():
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/?next=/")


def test_someone_who_is_not_staff_is_sent_there_too() -> None:
    client = session_client(User.objects.create_user("eve"))
    for address in addresses():
        assert client.get(address)["Location"].startswith("/admin/login/?next=/")


def test_nothing_can_be_posted_without_a_login() -> None:
    song = make_song()
    answer = Client().post(reverse("track", args=[song.pk]), {"do": "review", "review": "approved"})
    assert answer.status_code == 403
    assert 'type="password"' in answer.content.decode()
    song.refresh_from_db()
    assert song.review == "new"


def test_every_page_keeps_to_a_strict_policy(staff: Client) -> None:
    for address in addresses():
        answer = staff.get(address)
        page = Page(answer)
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert page.with_attribute("style") == []
        assert page.named("style") == []
        assert all((script.get("src") or "").startswith("/static/") for script in page.named("script"))
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_no_page_shows_or_loads_a_providers_link(staff: Client) -> None:
    for address in addresses():
        html = staff.get(address).content.decode()
        assert "media.example" not in html
        assert not re.search(r"(?:href|src|action)=\"(?:https?:)?//", html)


def test_every_page_has_one_title_one_main_and_a_way_past_the_menu(staff: Client) -> None:
    for address in addresses():
        page = Page(staff.get(address))
        assert len(page.named("h1")) == 1
        assert [main["id"] for main in page.named("main")] == ["main"]
        assert page.named("a")[0]["href"] == "#main"
        assert page.named("html")[0]["lang"] == "en"


def test_pictures_without_words_are_hidden_from_screen_readers(staff: Client) -> None:
    for address in addresses():
        pictures = Page(staff.get(address)).named("svg")
        assert all(picture.get("aria-hidden") == "true" or picture.get("aria-label") for picture in pictures)


def test_what_a_page_refers_to_is_on_it_and_no_two_parts_have_one_name(staff: Client) -> None:
    for address in addresses():
        page = Page(staff.get(address))
        ids = [one["id"] for one in page.with_attribute("id")]
        named = [one["aria-labelledby"] for one in page.with_attribute("aria-labelledby")]
        described = [one["aria-describedby"] for one in page.with_attribute("aria-describedby")]
        assert len(ids) == len(set(ids))
        assert {*named, *described} <= set(ids), address
        assert len(named) == len(set(named)), address
        labels = [
            (tag, one["aria-label"])
            for tag, one in page.tags
            if "aria-label" in one and (tag in ("section", "nav", "aside") or one.get("role") == "region")
        ]
        assert len(labels) == len(set(labels)), address


def test_the_providers_have_no_two_landmarks_of_one_name(staff: Client) -> None:
    page = Page(staff.get(reverse("providers")))
    sections = [one["aria-labelledby"] for one in page.with_attribute("data-provider")]
    assert sections == ["tempolor-title", "suno-title"]
    regions = [one["aria-label"] for one in page.with_attribute("role") if one["role"] == "region"]
    assert regions == ["Callbacks of TemPolor by day", "Callbacks of Suno by day"]


def test_pages_speak_of_songs(staff: Client) -> None:
    for address in addresses():
        words = Page(staff.get(address)).words
        assert not re.search(r"\b[Tt]racks?\b", re.sub(r"source_track|track-\d+", "", words)), address
