"""The admin in a real browser: its policy forbids nothing that its pages do, and its forms work."""

from __future__ import annotations

import io
import re
import struct
import wave
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, expect

from tests.support.admin_rows import change_url, list_url, make_archived, make_callback, make_whole_song
from tests.support.browsing import Watched
from tests.support.factories import make_superuser, make_task
from tracks.models import ApiToken, Task, Track, Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def song(db: None) -> Track:
    make_superuser("boss")
    make_task(status="unsure", external_id="")
    make_callback(body=b'{"code": 200}', outcome="parked")
    Worker.objects.create(name="host:1")
    return make_whole_song(status="failed", error_kind="content", error_message="Refused words")


@pytest.fixture
def window(browser: Browser, live_server: Any, song: Track) -> Iterator[Watched]:
    watched = Watched(browser, live_server.url)
    log_in(watched)
    yield watched
    assert watched.complaints == []
    watched.context.close()


def log_in(window: Watched) -> None:
    page = window.open("/admin/login/?next=/admin/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", "listen closely")
    page.click("input[type=submit]")
    expect(page).to_have_url(f"{window.address}/admin/")


def test_every_page_of_the_admin_is_at_peace_with_its_policy(window: Watched, song: Track) -> None:
    page = window.open("/admin/")
    lists = page.locator("#content-main th a").evaluate_all("links => links.map(link => link.pathname)")
    assert len(lists) >= 16
    for address in lists:
        window.open(address)
    rows = [song, song.task, song.assets.all()[0], song.lines.all()[0], song.task.statements.get()]
    for row in [*rows, song.task.events.all()[0], User.objects.get(), Worker.objects.get()]:
        window.open(change_url(row))
    for address in (
        "/admin/tracks/",
        "/admin/password_change/",
        change_url(song).replace("change", "history"),
    ):
        window.open(address)


def test_a_violation_would_be_noticed(window: Watched) -> None:
    window.open("/admin/").evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')"
    )
    expect(window.page.locator("p").last).to_be_attached()
    assert any("CSP style-src-attr" in text for text in window.complaints)
    window.complaints.clear()


def test_the_theme_can_be_switched(window: Watched) -> None:
    page = window.open("/admin/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click(".theme-toggle >> visible=true")
    expect(page.locator("html")).to_have_attribute("data-theme", re.compile("light|dark"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_a_review_is_saved(window: Watched, song: Track) -> None:
    page = window.open(change_url(song))
    page.select_option("#id_review", "approved")
    page.fill("#id_rating", "5")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Track.objects.get(pk=song.pk).rating == 5


def test_a_task_is_polled_from_the_list(window: Watched) -> None:
    task = make_task()
    page = window.open(list_url("tracks_task"))
    page.check(f"input[name=_selected_action][value='{task.pk}']")
    page.select_option("select[name=action]", "poll_now")
    page.click("button[name=index]")
    expect(page.locator(".messagelist")).to_contain_text("1 task is polled now")
    assert Task.objects.get(pk=task.pk).next_poll_at


def test_a_number_leads_to_its_rows(window: Watched) -> None:
    page = window.open("/admin/")
    page.click("text=sent without an answer")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#changelist-filter .selected").first).to_have_text("unsure")


def test_a_token_is_made_for_a_user_from_a_popup(window: Watched) -> None:
    page = window.open("/admin/tracks/apitoken/add/")
    with page.expect_popup() as opened:
        page.click("#add_id_user")
    popup = opened.value
    popup.fill("#id_username", "newcomer")
    popup.fill("#id_password1", "a quiet harbour")
    popup.fill("#id_password2", "a quiet harbour")
    with popup.expect_event("close"):
        popup.click("input[name=_save]")
    page.select_option("#id_user", label="boss")
    page.click("input[name=_save]")
    expect(page.locator("#api-token")).to_have_text(re.compile(r"^[\w-]{40,}$"))
    assert ApiToken.objects.get().user.get_username() == "boss"


def test_a_token_is_revoked(window: Watched) -> None:
    ApiToken.issue(User.objects.get().pk)
    page = window.open(list_url("tracks_apitoken"))
    page.check("#action-toggle")
    page.select_option("select[name=action]", "delete_selected")
    page.click("button[name=index]")
    page.click("input[type=submit]")
    expect(page.locator(".messagelist")).to_contain_text("Successfully deleted 1 API token")


def silence(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<h", 0) * 8000 * seconds)
    return file.getvalue()


def test_our_copy_is_played(window: Watched, song: Track) -> None:
    place = settings.MEDIA_ROOT / "0000/silence.wav"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(silence(2))
    make_archived(
        song, kind="audio_hi", file="0000/silence.wav", content_type="audio/wav", bytes=len(silence(2))
    )
    page = window.open(change_url(song))
    player = page.locator("audio").last
    player.evaluate("audio => audio.play()")
    expect(player).to_have_js_property("duration", 2)
